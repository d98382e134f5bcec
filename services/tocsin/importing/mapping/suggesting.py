"""A first mapping, guessed from headers and values; a person checks it before it is used."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tocsin.importing.cells.dates import Cell
from tocsin.importing.cells.words import fold, headers
from tocsin.importing.mapping.evidence import Evidence, of_column
from tocsin.importing.mapping.targets import ORDER, TARGETS, Kind

_ENOUGH = 0.55
_BY_VALUES_ALONE = 0.6
_NEEDS_VALUES = {Kind.DATE, Kind.INSTANT, Kind.DAY, Kind.CODE, Kind.COUNTRY, Kind.POSITION}
_NAMES = ("victim.given_names", "victim.family_name")
_LONG_TEXT = 60
"""Characters; a name or a reference is shorter on average, an account longer."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One field of the draft. columns: several are joined. confidence: 0 to 1. evidence: of the first column."""

    target: str
    columns: tuple[str, ...]
    confidence: float
    evidence: Evidence
    by_header: bool


def suggest(names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> tuple[list[Guess], list[str]]:
    """Guesses in the order of a report, and the headers that none uses.

    names: the headers. rows: the first few hundred.
    """
    columns = [[row[index] for row in rows if index < len(row)] for index in range(len(names))]
    evidence = [of_column(column) for column in columns]
    scored = sorted(_scores(names, evidence), reverse=True)
    taken: dict[str, tuple[int, float, bool]] = {}
    used: set[int] = set()
    for score, by_header, negative_order, index in scored:
        target = _by_order()[-negative_order]
        if score >= _ENOUGH and target not in taken and index not in used:
            taken[target] = (index, score, by_header)
            used.add(index)
    guesses = [
        Guess(target, (names[index],), score, evidence[index], by_header)
        for target, (index, score, by_header) in taken.items()
    ]
    found = sorted(_joined(guesses), key=lambda guess: ORDER[guess.target])
    return found, [name for index, name in enumerate(names) if index not in used]


def _scores(names: Sequence[str], evidence: Sequence[Evidence]) -> Iterator[tuple[float, bool, int, int]]:
    """Score, whether by the header, the target's number (negative, so that earlier ones win ties) and the column's."""
    for index, name in enumerate(names):
        for number, target in enumerate(_by_order()):
            by_header = header_score(name, target)
            score = _weighed(target, by_header, evidence[index])
            if score:
                yield score, by_header >= _ENOUGH, -number, index


def header_score(name: str, target: str) -> float:
    """0 to 1: how well a header fits what the target's column is called; the last part of a grouped header counts."""
    whole, last = fold(name), fold(name.rsplit("/", 1)[-1])
    best = max((_likeness(whole, synonym) for synonym in headers()[target]), default=0.0)
    if last != whole:
        best = max(best, 0.93 * max(_likeness(last, synonym) for synonym in headers()[target]))
    return best


def _likeness(header: str, synonym: str) -> float:
    if header == synonym:
        return 1.0
    ours, theirs = set(synonym.split()), set(header.split())
    if ours and ours <= theirs:
        return 0.55 + 0.4 * len(ours) / len(theirs)
    matcher = difflib.SequenceMatcher(None, header, synonym)
    if matcher.real_quick_ratio() < 0.8 or matcher.quick_ratio() < 0.8:
        return 0.0
    return 0.92 * matcher.ratio()


def _weighed(target: str, by_header: float, evidence: Evidence) -> float:
    """Headers propose, values dispose: a column called “date” without dates is none."""
    known = TARGETS.get(target)
    kind = known.kind if known is not None else Kind.LINE
    if not evidence.filled:
        return by_header * 0.8
    if kind in _NEEDS_VALUES or kind is Kind.YES_NO:
        share = evidence.share(kind, known.list_name if known is not None else "")
        if by_header < _ENOUGH:
            alone = share > 0.8 and target in ("violation.country", "violation.types", "violation.position")
            return _BY_VALUES_ALONE * share if alone else 0.0
        return 0.7 * by_header + 0.3 * share if share >= 0.2 else 0.0
    if by_header < _ENOUGH:
        return 0.0
    if kind is Kind.PROSE:
        return by_header * (1.0 if evidence.length > 20 else 0.93)
    if kind is Kind.LINE and evidence.length > _LONG_TEXT and target not in ("evidence.location", "detention.charges"):
        return by_header * 0.6
    return by_header * (0.9 if evidence.dates > 0.5 else 1.0)


def _joined(guesses: Sequence[Guess]) -> list[Guess]:
    """Given and family names become one name; a column of whole names, if there is one, is the name already."""
    parts = {guess.target: guess for guess in guesses if guess.target in _NAMES}
    others = [guess for guess in guesses if guess.target not in _NAMES]
    whole = next((guess for guess in others if guess.target == "victim.name"), None)
    if whole is not None and parts:
        parts = {_NAMES[1]: whole} | parts if _NAMES[1] not in parts else {_NAMES[0]: whole} | parts
        others.remove(whole)
    if not parts:
        return others
    ordered = [parts[name] for name in _NAMES if name in parts]
    columns = tuple(column for guess in ordered for column in guess.columns)
    confidence = min(guess.confidence for guess in ordered)
    return [*others, Guess("victim.name", columns, confidence, ordered[0].evidence, True)]


@cache
def _by_order() -> list[str]:
    return list(headers())
