"""The audit log: append-only, each entry bound to the one before by its hash, one chain for each service."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from tocsin.store.database import lock_keys, values
from tocsin.store.tables import audit

_ORIGIN = "0" * 64
_AT_ONCE = 10_000
_LAST = (
    select(audit.c.seq, audit.c.hash).where(audit.c.chain == bindparam("wanted")).order_by(audit.c.seq.desc()).limit(1)
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain is broken, and how."""

    chain: str
    seq: int
    kind: str


@dataclass(frozen=True, slots=True)
class Reached:
    """The last entry of a chain up to which it was found sound."""

    seq: int
    hash: str


BEGINNING = Reached(0, _ORIGIN)


def append(
    connection: Connection, chain: str, action: str, subject: str, detail: dict[str, Any], now: datetime
) -> None:
    """Add an entry. Call it last in a transaction: on PostgreSQL it holds the chain until the commit.

    subject: an id. detail: coded facts only, for erasure must never need to break the chain.
    """
    lock_keys(connection, [hashlib.sha256(f"audit {chain}".encode()).hexdigest()])
    last = connection.execute(_LAST, {"wanted": chain}).first()
    reached = Reached(last.seq, last.hash) if last else BEGINNING
    connection.execute(audit.insert(), following(reached, chain, action, subject, detail, now))


def following(
    reached: Reached, chain: str, action: str, subject: str, detail: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """The row of the entry after ``reached``."""
    seq = reached.seq + 1
    digest = _digest(chain, seq, now, action, subject, detail, reached.hash)
    entry = {"chain": chain, "seq": seq, "at": now, "action": action, "subject": subject, "detail": detail}
    return entry | {"previous": reached.hash, "hash": digest}


def verify(connection: Connection, chain: str | None = None) -> list[Fault]:
    """Check every chain from its start, or one alone; the first fault of each chain is reported."""
    chains = values(connection, audit.c.chain) if chain is None else [chain]
    return [fault for chain in chains if (fault := _first_fault(connection, chain)) is not None]


def verify_on(connection: Connection, chain: str, after: Reached, most: int) -> tuple[Reached, Fault | None]:
    """Check the next entries of a chain, at most ``most``; returns how far it is sound, and the fault that ends it."""
    query = select(audit).where(audit.c.chain == chain, audit.c.seq > after.seq).order_by(audit.c.seq)
    for row in connection.execute(query.limit(most)):
        if (kind := _fault_of(row, after)) is not None:
            return after, Fault(chain, after.seq + 1 if kind == "entry-missing" else row.seq, kind)
        after = Reached(row.seq, row.hash)
    return after, None


def heads(connection: Connection) -> dict[str, tuple[int, str]]:
    """Length and last hash of each chain: kept elsewhere, they reveal a chain that was cut or written anew."""
    found = {chain: connection.execute(_LAST, {"wanted": chain}).one() for chain in values(connection, audit.c.chain)}
    return {chain: (row.seq, row.hash) for chain, row in found.items()}


def _first_fault(connection: Connection, chain: str) -> Fault | None:
    reached, fault = BEGINNING, None
    while fault is None:
        before = reached
        reached, fault = verify_on(connection, chain, before, _AT_ONCE)
        if reached == before:
            break
    return fault


def _fault_of(row: Row[Any], after: Reached) -> str | None:
    if row.seq != after.seq + 1:
        return "entry-missing"
    if row.previous != after.hash:
        return "link-broken"
    digest = _digest(row.chain, row.seq, row.at, row.action, row.subject, row.detail, after.hash)
    return None if row.hash == digest else "entry-altered"


def _digest(
    chain: str, seq: int, at: datetime, action: str, subject: str, detail: dict[str, Any], previous: str
) -> str:
    time = at.astimezone(UTC).isoformat(timespec="microseconds")
    entry = json.dumps([chain, seq, time, action, subject, detail, previous], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(entry.encode()).hexdigest()
