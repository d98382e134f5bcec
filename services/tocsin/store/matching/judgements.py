"""Judgements: append-only edges between reports. A later one adds to the earlier; none is overwritten or removed.

Taking one back sets ``deleted_at``. Explanations hold codes and figures; the words that quote reports are never kept.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, or_, select, update

from tocsin.domain.matching.graph import Judged
from tocsin.domain.matching.verdicts import Verdict
from tocsin.store.tables import judgements
from tocsin.store.tables.matching import BY_PEOPLE
from tocsin_schemas.cases import Judgement

MATCHER = "matcher"
"""The author of what no person has judged."""
_SAID = {
    Verdict.DUPLICATE: Judgement.POSITIVE,
    Verdict.POSSIBLE: Judgement.UNSURE,
    Verdict.SAME_PERSON: Judgement.NEGATIVE,
    Verdict.UNRELATED: Judgement.NEGATIVE,
}
_EDGE = (
    judgements.c.left_report_id,
    judgements.c.right_report_id,
    judgements.c.verdict,
    judgements.c.score,
    func.coalesce(judgements.c.counts_from, judgements.c.created_at, type_=judgements.c.created_at.type),
    judgements.c.id,
    judgements.c.vetoed,
    judgements.c.author,
)
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_TOUCHING = select(*_EDGE).where(
    judgements.c.deleted_at.is_(None),
    or_(judgements.c.left_report_id.in_(_IDS), judgements.c.right_report_id.in_(_IDS)),
)
_BY_PEOPLE = select(judgements.c.id).where(
    BY_PEOPLE,
    judgements.c.deleted_at.is_(None),
    or_(judgements.c.left_report_id.in_(_IDS), judgements.c.right_report_id.in_(_IDS)),
)
_DELETED = update(judgements).where(judgements.c.deleted_at.is_(None)).values(deleted_at=bindparam("at"))
_WITHDRAW = _DELETED.where(
    judgements.c.author == MATCHER,
    or_(judgements.c.left_report_id == bindparam("r"), judgements.c.right_report_id == bindparam("r")),
)
_TAKE_BACK = _DELETED.where(judgements.c.id == bindparam("j"))
_FIND = select(
    judgements.c.id,
    judgements.c.left_report_id,
    judgements.c.right_report_id,
    judgements.c.verdict,
    judgements.c.author,
    judgements.c.explanation,
    judgements.c.created_at,
    judgements.c.deleted_at,
).where(judgements.c.id == bindparam("j"))


@dataclass(frozen=True, slots=True)
class Recorded:
    """A judgement as it was recorded."""

    judgement_id: int
    left: str
    right: str
    verdict: str
    author: str
    explanation: dict[str, Any]
    created_at: datetime
    deleted_at: datetime | None


def record(
    connection: Connection, edges: Iterable[tuple[Judged, dict[str, Any]]], model_version: str, now: datetime
) -> None:
    """Record what the matcher thinks of pairs, each with its explanation in codes."""
    rows = [_row(edge, explanation, model_version, MATCHER, now) for edge, explanation in edges]
    if rows:
        connection.execute(judgements.insert(), rows)


def decide(
    connection: Connection, edge: Judged, explanation: dict[str, Any], model_version: str, author: str, now: datetime
) -> int:
    """Record a person's judgement; returns its id."""
    row = _row(edge, explanation, model_version, author, now)
    inserted = connection.execute(judgements.insert().values(row)).inserted_primary_key
    assert inserted is not None
    return int(inserted[0])


def find(connection: Connection, judgement_id: int) -> Recorded | None:
    row = connection.execute(_FIND, {"j": judgement_id}).first()
    return None if row is None else Recorded(*row)


def touching(connection: Connection, report_ids: Collection[str]) -> list[Judged]:
    """Every standing judgement of which a report is one end."""
    if not report_ids:
        return []
    return [_judged(*row) for row in connection.execute(_TOUCHING, {"ids": list(report_ids)})]


def people_have_judged(connection: Connection, report_ids: Collection[str]) -> bool:
    """Whether a person's judgement stands on one of the reports."""
    return connection.execute(_BY_PEOPLE, {"ids": list(report_ids)}).first() is not None


def retract(connection: Connection, report_id: str, now: datetime) -> None:
    """Take back what the matcher thought of a report that now says something else, or nothing."""
    connection.execute(_WITHDRAW, {"r": report_id, "at": now})


def take_back(connection: Connection, judgement_id: int, now: datetime) -> None:
    """Take back one judgement."""
    connection.execute(_TAKE_BACK, {"j": judgement_id, "at": now})


def _row(edge: Judged, explanation: dict[str, Any], model_version: str, author: str, now: datetime) -> dict[str, Any]:
    left, right = edge.pair
    return {
        "left_report_id": left,
        "right_report_id": right,
        "judgement": _SAID[edge.verdict],
        "verdict": edge.verdict,
        "vetoed": edge.vetoed,
        "score": edge.log_odds,
        "explanation": explanation,
        "model_version": model_version,
        "author": author,
        "created_at": now,
        "counts_from": None if edge.at == now else edge.at,
    }


def _judged(
    left: str, right: str, verdict: str, score: float, at: datetime, serial: int, vetoed: bool, author: str
) -> Judged:
    return Judged(left, right, Verdict(verdict), score, at, serial, vetoed, author != MATCHER)
