"""``tocsin evaluate names``: pairs of names as CSV, scored row by row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from tocsin.devtools.evaluation.crew import Crew
from tocsin.devtools.evaluation.lines import Refuse
from tocsin.devtools.evaluation.tabular import rows_of
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.profile import PersonProfile
from tocsin_schemas.dates import FIRST_YEAR, LAST_YEAR
from tocsin_schemas.problems import InvalidEvent, Problem

HEADER = ("id", "score", "decision")
_REQUIRED, _BORN = ("id", "name_a", "name_b"), ("birth_year_a", "birth_year_b")
_LONGEST_NAME = 100_000


@dataclass(frozen=True, slots=True)
class NameScore:
    """probability: that one person bears both names. decision: ``same``, ``possible`` or ``different``."""

    probability: float
    decision: str


def score_names(
    matcher: Matcher, ours: str, theirs: str, ours_born: int | None = None, theirs_born: int | None = None
) -> NameScore:
    """Score two names, with both birth years if both are known: one alone says nothing of the pair."""
    born = ours_born is not None and theirs_born is not None
    a, b = _person(ours, ours_born if born else None), _person(theirs, theirs_born if born else None)
    compared = matcher.compare_people(a, b)
    return NameScore(compared.probability, matcher.name_decision(compared))


def score_rows(source: BinaryIO, refuse: Refuse, crew: Crew) -> Iterator[tuple[str, NameScore]]:
    """The id and the score of each row of ``source`` (CSV in UTF-8, with a header); bad rows are refused.

    Columns may stand in any order, and others beside them; without a usable header nothing is scored.
    """
    for row, scored in crew.each(_rows(source, refuse)):
        yield row[0], scored


def score_row(matcher: Matcher, row: "Row") -> NameScore:
    _, ours, theirs, *born = row
    return score_names(matcher, ours, theirs, *born)


def _rows(source: BinaryIO, refuse: Refuse) -> "Iterator[Row]":
    rows = rows_of(source, refuse)
    number, header = next(rows, (0, None))
    if header is None:
        return
    try:
        read = _row_reader(header)
    except InvalidEvent as refusal:
        refuse(number, refusal)
        return
    for number, row in rows:
        try:
            yield read(row)
        except InvalidEvent as refusal:
            refuse(number, refusal)


Row = tuple[str, str, str, int | None, int | None]


def _row_reader(header: Sequence[str]) -> Callable[[Sequence[str]], Row]:
    names = [name.strip().lower() for name in header]
    if absent := [name for name in _REQUIRED if name not in names]:
        raise InvalidEvent(*(Problem("missing", f"/{name}", "the header lacks this column") for name in absent))
    identity, ours, theirs = (names.index(name) for name in _REQUIRED)
    born_a, born_b = (names.index(name) if name in names else None for name in _BORN)

    def read(row: Sequence[str]) -> Row:
        if len(row) != len(names):
            raise InvalidEvent(Problem("csv-columns", "", "the row has not as many columns as the header"))
        return (
            row[identity],
            _name(row[ours], "name_a"),
            _name(row[theirs], "name_b"),
            None if born_a is None else _year(row[born_a], _BORN[0]),
            None if born_b is None else _year(row[born_b], _BORN[1]),
        )

    return read


def _name(value: str, column: str) -> str:
    if not value.strip():
        raise InvalidEvent(Problem("text-blank", f"/{column}", "this text must not be blank"))
    if len(value) > _LONGEST_NAME:
        raise InvalidEvent(Problem("string-too-long", f"/{column}", "the text is too long"))
    return value


def _year(value: str, column: str) -> int | None:
    if not value.strip():
        return None
    if not value.strip().isdecimal() or not FIRST_YEAR <= int(value) <= LAST_YEAR:
        sentence = f"write a year from {FIRST_YEAR} to {LAST_YEAR}, or nothing"
        raise InvalidEvent(Problem("value-invalid", f"/{column}", sentence))
    return int(value)


def _person(name: str, born: int | None) -> PersonProfile:
    return PersonProfile((name,), None if born is None else (born, born))
