"""When each audit came to its end: what a page tells of it is as old as that."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select, update

from tocsin.store.database import insert_if_absent
from tocsin.store.tables import audits


class Kind(StrEnum):
    CONSERVATION = "conservation"
    """Everything is told, held, or waits for somebody."""
    CHAINS = "chains"
    """A whole pass over the audit log, from the beginning of every chain to its end."""


def note(connection: Connection, kind: Kind, finished_at: datetime) -> None:
    """The last of its kind has ended."""
    if not insert_if_absent(connection, audits, kind=kind.value, finished_at=finished_at):
        connection.execute(update(audits).where(audits.c.kind == kind.value).values(finished_at=finished_at))


def finished(connection: Connection) -> dict[Kind, datetime]:
    """When the last of each kind ended; one that never did is absent."""
    rows = connection.execute(select(audits.c.kind, audits.c.finished_at))
    return {Kind(kind): finished_at for kind, finished_at in rows}
