"""What was judged of the reports of cases, with where each of them stands: to explain, to review and to learn."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, Select, bindparam, select, union

from tocsin.store.matching.judgements import MATCHER
from tocsin.store.tables import judgements, reports

_LEFT, _RIGHT = reports.alias("left_report"), reports.alias("right_report")
_CASES: BindParameter[str] = bindparam("cases", expanding=True)
_EDGES = (
    select(
        judgements.c.id,
        judgements.c.left_report_id,
        judgements.c.right_report_id,
        _LEFT.c.case_id,
        _RIGHT.c.case_id,
        judgements.c.verdict,
        judgements.c.score,
        judgements.c.vetoed,
        judgements.c.author,
        judgements.c.model_version,
        judgements.c.created_at,
    )
    .join(_LEFT, _LEFT.c.report_id == judgements.c.left_report_id)
    .join(_RIGHT, _RIGHT.c.report_id == judgements.c.right_report_id)
    .where(judgements.c.deleted_at.is_(None), _LEFT.c.withdrawn_at.is_(None), _RIGHT.c.withdrawn_at.is_(None))
)
_OF_CASES = select(reports.c.report_id).where(reports.c.case_id.in_(_CASES))
_ENDS = (judgements.c.left_report_id, judgements.c.right_report_id)
_TOUCHING = _EDGES.where(judgements.c.id.in_(union(*(select(judgements.c.id).where(e.in_(_OF_CASES)) for e in _ENDS))))
_BY_PEOPLE = _EDGES.where(judgements.c.author != MATCHER).order_by(judgements.c.id)
_BY_MATCHER = _EDGES.where(judgements.c.author == MATCHER).order_by(judgements.c.id.desc()).limit(bindparam("most"))


class Edge(NamedTuple):
    """A standing judgement of two live reports. score: bits for one case."""

    judgement_id: int
    left: str
    right: str
    left_case: str
    right_case: str
    verdict: str
    score: float
    vetoed: bool
    author: str
    model_version: str
    created_at: datetime

    @property
    def pair(self) -> tuple[str, str]:
        return self.left, self.right

    @property
    def cases(self) -> frozenset[str]:
        """One if both reports stand in it."""
        return frozenset((self.left_case, self.right_case))

    @property
    def by_person(self) -> bool:
        return self.author != MATCHER

    def other(self, report_id: str) -> str:
        return self.right if report_id == self.left else self.left


def touching(connection: Connection, case_ids: Collection[str]) -> list[Edge]:
    """Every standing judgement of which a live report of these cases is one end."""
    return _read(connection, _TOUCHING, cases=list(case_ids)) if case_ids else []


def of_people(connection: Connection) -> list[Edge]:
    """What people have decided and not taken back, the oldest first."""
    return _read(connection, _BY_PEOPLE)


def of_matcher(connection: Connection, most: int) -> list[Edge]:
    """What the matcher has judged, the newest first; at most ``most``."""
    return _read(connection, _BY_MATCHER, most=most)


def _read(connection: Connection, query: Select[tuple[object, ...]], **given: object) -> list[Edge]:
    return [Edge._make(row) for row in connection.execute(query, given)]
