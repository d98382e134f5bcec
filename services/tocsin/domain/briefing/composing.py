"""The brief for a meeting of mechanisms: who acts together, how soon, what came of it, and where the harm is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.briefing.periods import Period
from tocsin.domain.briefing.suppression import SMALLEST, Counts, Published, publish
from tocsin.domain.briefing.tallying import (
    AFTER_IMPUNITY,
    ALONE,
    ANSWERS,
    AWAITED,
    BANDS,
    FOLLOWED,
    JOINT,
    LATER,
    NOT_AFTER_IMPUNITY,
    OPEN,
    OVERDUE,
    Tallies,
)
from tocsin.domain.briefing.weighing import DETENTION, REPORTERS, REPRISALS, SUBJECTS, UNKNOWN

OTHERS = UNKNOWN
"""The row of whatever has too few to have one of its own, or is not known."""
_REPLIES = (*ANSWERS.values(), OVERDUE, AWAITED)
_STATES = (FOLLOWED, OVERDUE, OPEN)


@dataclass(frozen=True, slots=True)
class Brief:
    """Every table, ready to be told. detention, subjects: of each, how many cases; a case may be in several."""

    period: Period
    made_at: datetime
    months: Published
    states: Published
    reporters: Published
    first_acts: Published
    reprisals: Published
    detention: Mapping[str, int | None]
    subjects: Mapping[str, int | None]
    replies: Published
    joint_letters: Published
    visits: Published
    recommendations: Published


def compose(period: Period, found: Tallies, now: datetime) -> Brief:
    """The brief. found: of this period. now: of asking."""
    return Brief(
        period=period,
        made_at=now,
        months=_closed([f"{month:%Y-%m-%d}" for month in period.months()], found.months),
        states=_open(found.states),
        reporters=_closed(REPORTERS, found.reporters),
        first_acts=_open_grid(found.first_acts, (*BANDS, LATER), outside=found.unacted),
        reprisals=_grid(REPRISALS, (AFTER_IMPUNITY, NOT_AFTER_IMPUNITY), found.reprisals),
        detention=_each(found, DETENTION),
        subjects=_each(found, SUBJECTS),
        replies=_open_grid(found.replies, _REPLIES),
        joint_letters=_closed((JOINT, ALONE), found.letters),
        visits=_open(found.visits),
        recommendations=_open_grid(found.recommendations, _STATES),
    )


def _each(found: Tallies, marks: Iterable[str]) -> dict[str, int | None]:
    """How many cases have each mark, where neither they nor the rest are few."""
    told = {}
    for mark in marks:
        having = sum(number for marked, number in found.marks.items() if mark in marked)
        told[mark] = publish(Counts(("in", "out"), (), [[having], [found.cases - having]])).cells[0][0]
    return told


def _closed(rows: Sequence[str], tally: Mapping[str, int]) -> Published:
    return publish(Counts(rows, (), [[tally[row]] for row in rows]))


def _grid(rows: Sequence[str], columns: Sequence[str], tally: Mapping[tuple[str, str], int]) -> Published:
    return publish(Counts(rows, columns, [[tally[row, column] for column in columns] for row in rows]))


def _open(tally: Mapping[str, int]) -> Published:
    rows = _named(tally)
    gathered = Counter[str]()
    for name, number in tally.items():
        gathered[_row(name, rows)] += number
    return publish(Counts(rows, (), [[gathered[row]] for row in rows], open_rows=True))


def _open_grid(tally: Mapping[tuple[str, str], int], columns: Sequence[str], outside: int | None = None) -> Published:
    of_rows, gathered = Counter[str](), Counter[tuple[str, str]]()
    for (name, _), number in tally.items():
        of_rows[name] += number
    rows = _named(of_rows)
    for (name, column), number in tally.items():
        gathered[_row(name, rows), column] += number
    cells = [[gathered[row, column] for column in columns] for row in rows]
    return publish(Counts(rows, columns, cells, outside, open_rows=True))


def _named(tally: Mapping[str, int]) -> list[str]:
    """The names that are not few, and one for the others. Their order tells nothing of their counts."""
    return [*sorted(name for name, number in tally.items() if number >= SMALLEST and name != OTHERS), OTHERS]


def _row(name: str, rows: Sequence[str]) -> str:
    return name if name in rows else OTHERS
