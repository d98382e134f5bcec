"""What was judged of the reports of a case: by whom, how surely, and on which evidence. Codes and figures; no name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, or_, select

from tocsin.domain.matching.verdicts import Verdict
from tocsin.store.matching.judgements import MATCHER
from tocsin.store.tables import cases, judgements, reports

MOST = 40
_LEFT, _RIGHT = reports.alias("left_report"), reports.alias("right_report")
_LEFT_CASE, _RIGHT_CASE = cases.alias("left_case"), cases.alias("right_case")
_BY_A_PERSON = judgements.c.author != MATCHER
_SAME = judgements.alias("same")
_MEMBERS = select(reports.c.report_id).where(reports.c.case_id == bindparam("c"))


def _judged(side: ColumnElement[str]) -> Select[tuple[int]]:
    """Of the reports of the case on one side: each side has an index of its own."""
    return select(_SAME.c.id).where(side.in_(_MEMBERS))


_OF_CASE = (
    select(
        judgements.c.id,
        _LEFT.c.publisher,
        _RIGHT.c.publisher,
        _LEFT_CASE.c.reference,
        _RIGHT_CASE.c.reference,
        judgements.c.verdict,
        judgements.c.score,
        judgements.c.explanation,
        judgements.c.author,
        judgements.c.created_at,
        judgements.c.deleted_at,
    )
    .join(_LEFT, _LEFT.c.report_id == judgements.c.left_report_id)
    .join(_RIGHT, _RIGHT.c.report_id == judgements.c.right_report_id)
    .join(_LEFT_CASE, _LEFT_CASE.c.case_id == _LEFT.c.case_id)
    .join(_RIGHT_CASE, _RIGHT_CASE.c.case_id == _RIGHT.c.case_id)
    .where(
        judgements.c.id.in_(_judged(_SAME.c.left_report_id).union(_judged(_SAME.c.right_report_id))),
        or_(_BY_A_PERSON, judgements.c.deleted_at.is_(None) & (judgements.c.verdict != Verdict.UNRELATED)),
    )
    .order_by(_BY_A_PERSON.desc(), judgements.c.created_at.desc(), judgements.c.id.desc())
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of two reports: who published them, and the case in which each stands. score: bits for one case.

    deleted_at: a person took it back.
    """

    judgement_id: int
    publishers: tuple[str, str]
    references: tuple[str, str]
    verdict: str
    score: float
    explanation: dict[str, Any]
    author: str
    created_at: datetime
    deleted_at: datetime | None

    @property
    def by_person(self) -> bool:
        return self.author != MATCHER

    @property
    def vetoes(self) -> list[str]:
        """Codes of what forbids that the two are joined without a person."""
        return list(self.explanation.get("vetoes", ()))

    @property
    def evidence(self) -> list[tuple[str, float]]:
        """(code, bits), the weightiest first."""
        found = [(str(code), float(bits)) for code, bits in self.explanation.get("evidence", ())]
        return sorted(found, key=lambda piece: -abs(piece[1]))


def of_case(connection: Connection, case_id: str) -> list[Judgement]:
    """What people decided first, what they took back too; then what the matcher thinks near enough to tell."""
    return [
        Judgement(row[0], (row[1], row[2]), (row[3], row[4]), *row[5:])
        for row in connection.execute(_OF_CASE, {"c": case_id})
    ]
