"""Withdrawals of reports that nobody knew when they came: what was overtaken on its way is not told afterwards.

A withdrawal may overtake its report: another client chose another partition, a spool was slower, or the report was put
aside and is published again.
"""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from tocsin.store.database import insert_if_absent
from tocsin.store.tables import early_withdrawals as table

_OF = table.c.report_id == bindparam("r")
_REVISION = select(table.c.revision).where(_OF)
_RAISE = update(table).where(_OF, table.c.revision < bindparam("to")).values(revision=bindparam("to"))


def note(connection: Connection, report_id: str, revision: int, now: datetime) -> None:
    """Revisions up to this one were withdrawn before any of them was known. Lock the report before."""
    if not insert_if_absent(connection, table, report_id=report_id, revision=revision, received_at=now):
        connection.execute(_RAISE, {"r": report_id, "to": revision})


def revision(connection: Connection, report_id: str) -> int:
    """Up to which revision a report was withdrawn before it was known; 0: it was not."""
    return connection.execute(_REVISION, {"r": report_id}).scalar() or 0
