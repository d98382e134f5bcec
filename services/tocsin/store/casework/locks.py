"""Locks on cases: which cases a change touches is known only when they have been read, and may change until then."""

import logging
from collections.abc import Callable, Collection
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from tocsin.store.database import lock_keys

_DEADLOCK = "40P01"
_ATTEMPTS = 5
_T = TypeVar("_T")
log = logging.getLogger(__name__)


def are_needed(connection: Connection) -> bool:
    """Whether others can write meanwhile."""
    return connection.dialect.name == "postgresql"


def lock_found(connection: Connection, find: Callable[[], Collection[str]]) -> set[str]:
    """Lock the cases that ``find`` reads, and read again until nothing new is found; returns what is locked.

    The keys of candidates must be locked before, if at all. All cases are locked in one statement, in the one order
    that every worker keeps: where a second look finds more, the first locks are let go, for taking more while holding
    them could deadlock. SQLite needs no locks: it has one writer.
    """
    found = set(find())
    if not are_needed(connection):
        return found
    while found:
        attempt = connection.begin_nested()
        lock_keys(connection, found)
        again = set(find())
        if again <= found:
            attempt.commit()
            break
        attempt.rollback()
        found |= again
    return found


def despite_deadlocks(work: Callable[[], _T]) -> _T:
    """Do ``work``, a whole transaction, again if PostgreSQL ended it to resolve a deadlock.

    Locks are taken in one order, so this is for what no order can rule out: rows that two workers write of links
    between cases of which each holds another.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return work()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _DEADLOCK:
                raise
            log.warning("a deadlock: the transaction is done again")
    return work()
