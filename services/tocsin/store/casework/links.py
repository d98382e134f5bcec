"""Links between cases: the same person, or perhaps the same case. One for each pair, from the younger to the older."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from tocsin.store.tables import case_links
from tocsin_schemas.cases import LinkKind

Ends = tuple[str, str]
"""The younger case, the older."""
_PAIR = (case_links.c.case_id == bindparam("c"), case_links.c.other_case_id == bindparam("o"))
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_OF = select(case_links.c.case_id, case_links.c.other_case_id, case_links.c.kind).where(
    or_(case_links.c.case_id.in_(_IDS), case_links.c.other_case_id.in_(_IDS))
)
_ADD = {
    "sqlite": sqlite.insert(case_links).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(case_links).on_conflict_do_nothing(),
}
_DELETE = delete(case_links).where(*_PAIR)


def of_cases(connection: Connection, case_ids: Collection[str]) -> dict[Ends, LinkKind]:
    """Every link of which a case is one end."""
    rows = connection.execute(_OF, {"ids": list(case_ids)})
    return {(row.case_id, row.other_case_id): LinkKind(row.kind) for row in rows}


def add(connection: Connection, links: Mapping[Ends, LinkKind], now: datetime) -> None:
    """What another worker has just linked, for the same reason, is left alone."""
    found = sorted(links.items())
    rows = [{"case_id": c, "other_case_id": o, "kind": kind, "created_at": now} for (c, o), kind in found]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)


def remove(connection: Connection, links: Iterable[Ends]) -> None:
    rows = [{"c": c, "o": o} for c, o in sorted(links)]
    if rows:
        connection.execute(_DELETE, rows)
