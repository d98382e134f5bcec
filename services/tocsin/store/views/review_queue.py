"""The reviews as an operator sees them: by urgency and age, with what is known of the cases; no name among it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, or_, select, update

from tocsin.store.matching.reviews import PRIORITY, UNKNOWN
from tocsin.store.tables import cases, reviews
from tocsin.store.views import evidence
from tocsin_schemas.vocabulary import Priority

PAGE = 40
_ONE, _OTHER = cases.alias("one"), cases.alias("other")
_LINES = (
    select(
        reviews.c.review_id,
        reviews.c.kind,
        reviews.c.case_id,
        reviews.c.other_case_id,
        reviews.c.reason,
        reviews.c.created_at,
        reviews.c.resolved_at,
        reviews.c.resolved_by,
        func.nullif(PRIORITY, UNKNOWN).label("priority"),
        _ONE.c.reference,
        _OTHER.c.reference.label("other_reference"),
        _ONE.c.countries,
        _OTHER.c.countries.label("other_countries"),
    )
    .join(_ONE, _ONE.c.case_id == reviews.c.case_id, isouter=True)
    .join(_OTHER, _OTHER.c.case_id == reviews.c.other_case_id, isouter=True)
)
_OLDEST = (reviews.c.created_at, reviews.c.review_id)
_CLOSE = (
    update(reviews)
    .where(reviews.c.review_id == bindparam("r"), reviews.c.resolved_at.is_(None))
    .values(resolved_at=bindparam("at"), resolved_by=bindparam("by"))
)


@dataclass(frozen=True, slots=True)
class Line:
    """A review. priority: of the most urgent open alert of its cases. score: bits for one case, by what was judged."""

    review_id: str
    kind: str
    case_id: str | None
    other_case_id: str | None
    reason: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    priority: str | None
    reference: str | None
    other_reference: str | None
    countries: Sequence[str]
    score: float | None = None


def waiting(connection: Connection, kind: str | None = None, page: int = 1, most: int | None = None) -> list[Line]:
    """A page of what is open: the most urgent first, then the oldest; a case of unknown urgency comes last.

    most: on one page, ``PAGE`` if not given.
    """
    query, most = _LINES.where(reviews.c.resolved_at.is_(None)), most or PAGE
    if kind is not None:
        query = query.where(reviews.c.kind == kind)
    if page == 1:
        found = _first(connection, query, most)
    else:
        found = _read(connection, query.order_by(PRIORITY, *_OLDEST).limit(most).offset((page - 1) * most))
    bits = scores(connection, [(line.case_id, line.other_case_id) for line in found])
    return [replace(line, score=bits.get(frozenset((line.case_id, line.other_case_id)))) for line in found]


def of_case(connection: Connection, case_id: str) -> list[Line]:
    """What is open about a case, the oldest first."""
    concerned = or_(reviews.c.case_id == case_id, reviews.c.other_case_id == case_id)
    query = _LINES.where(reviews.c.resolved_at.is_(None), concerned)
    return _read(connection, query.order_by(reviews.c.created_at, reviews.c.review_id))


def one(connection: Connection, review_id: str) -> Line | None:
    """A review, open or not."""
    return next(iter(_read(connection, _LINES.where(reviews.c.review_id == review_id))), None)


def beginning_with(connection: Connection, prefix: str) -> list[Line]:
    """Every review, open or not, whose id begins so: one if the prefix is long enough. At most two are read."""
    wanted = reviews.c.review_id.startswith(prefix.lower(), autoescape=True)
    return _read(connection, _LINES.where(wanted).order_by(reviews.c.review_id).limit(2))


def close(connection: Connection, review_id: str, by: str, now: datetime) -> None:
    """Note that ``by`` has looked at it and nothing is left to do."""
    connection.execute(_CLOSE, {"r": review_id, "at": now, "by": by})


def scores(
    connection: Connection, pairs: Collection[tuple[str | None, str | None]]
) -> dict[frozenset[str | None], float]:
    """For each pair of cases the best that was judged of any two of their reports, in bits."""
    wanted = {frozenset(pair) for pair in pairs if None not in pair}
    found: dict[frozenset[str | None], float] = {}
    for edge in evidence.touching(connection, sorted({case for pair in wanted for case in pair if case})):
        if edge.cases in wanted:
            found[edge.cases] = max(edge.score, found.get(edge.cases, edge.score))
    return found


def _first(connection: Connection, query: Select[Any], most: int) -> list[Line]:
    """One priority after another: each review that is looked at has its urgency asked, and few need be."""
    found: list[Line] = []
    for priority in (*Priority, UNKNOWN):
        wanted = query.where(priority == PRIORITY).order_by(*_OLDEST)
        found += _read(connection, wanted.limit(most - len(found)))
        if len(found) == most:
            break
    return found


def _read(connection: Connection, query: Select[Any]) -> list[Line]:
    return [_line(dict(row)) for row in connection.execute(query).mappings()]


def _line(row: dict[str, Any]) -> Line:
    states = {*(row["countries"] or ()), *(row.pop("other_countries") or ())}
    return Line(**row | {"countries": sorted(states)})
