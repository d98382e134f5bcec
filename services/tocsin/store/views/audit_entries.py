"""The audit log to be read and searched by operators. Nothing is changed here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from tocsin.store.database import values
from tocsin.store.tables import audit

PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. detail: coded facts."""

    chain: str
    seq: int
    at: datetime
    action: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for; empty: anything. since, until: of the time of the entry, until not included."""

    chain: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


_COLUMNS = [audit.c[field] for field in Entry.__dataclass_fields__]


def found(connection: Connection, wanted: Wanted, page: int = 1) -> list[Entry]:
    """A page of the entries, the latest first. subject: also how it begins."""
    query = select(*_COLUMNS)
    for column, value in ((audit.c.chain, wanted.chain), (audit.c.action, wanted.action)):
        query = query.where(column == value) if value else query
    if wanted.subject:
        query = query.where(audit.c.subject.startswith(wanted.subject, autoescape=True))
    if wanted.since is not None:
        query = query.where(audit.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(audit.c.at < wanted.until)
    order = (audit.c.at.desc(), audit.c.chain, audit.c.seq.desc())
    return [Entry(*row) for row in connection.execute(query.order_by(*order).limit(PAGE).offset((page - 1) * PAGE))]


def of_subject(connection: Connection, chain: str, action: str, subject: str) -> list[Entry]:
    """The latest first, at most a page of them."""
    here = (audit.c.chain == chain, audit.c.action == action, audit.c.subject == subject)
    query = select(*_COLUMNS).where(*here).order_by(audit.c.seq.desc()).limit(PAGE)
    return [Entry(*row) for row in connection.execute(query)]


def of_subjects(connection: Connection, chain: str, subjects: Collection[str]) -> list[Entry]:
    """Whatever was done to any of them, the latest first, at most a page."""
    query = select(*_COLUMNS).where(audit.c.chain == chain, audit.c.subject.in_(list(subjects)))
    return [Entry(*row) for row in connection.execute(query.order_by(audit.c.seq.desc()).limit(PAGE))]


def chains(connection: Connection) -> list[str]:
    return values(connection, audit.c.chain)


def actions(connection: Connection) -> list[str]:
    return values(connection, audit.c.action)
