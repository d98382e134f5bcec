"""What the values of a column say about it: shares of dates, countries and known words, and the order of its dates."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tocsin.importing.cells.countries import country_of
from tocsin.importing.cells.dates import Cell, Order, edtf_of
from tocsin.importing.cells.texts import text_of
from tocsin.importing.cells.words import code_lists, lookup, vocabulary
from tocsin.importing.faults import Unreadable
from tocsin.importing.mapping.targets import Kind

SEPARATORS = (";", "|", ",", "\n", "/", "،", "؛", " + ", " & ")
_NUMERIC = re.compile(r"\s*([0-9]{1,2})[/.-]([0-9]{1,2})[/.-][0-9]{4}.*")
_POSITION = re.compile(r"\s*-?[0-9]{1,3}[.,][0-9]+\s*[|;, ]\s*-?[0-9]{1,3}[.,][0-9]+\s*")
_DAY_NUMBERS = (20_000, 60_000)
"""Days of Excel from 1954 to 2064."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """filled: how many cells hold something. length: mean characters. The rest are shares of the filled ones, 0 to 1.

    order: proven by days above 12, None if nothing proves it or both do. numeric: how many dates are in figures with
    the year last. serial: how many are days of Excel. lists: for each vocabulary, the share of cells it knows wholly.
    separators: for each vocabulary, what cuts its cells best. words: distinct parts, under each vocabulary's separator.
    """

    filled: int
    length: float
    dates: float
    countries: float
    positions: float
    yes_no: float
    order: Order | None = None
    contradictory: bool = False
    numeric: int = 0
    proofs: int = 0
    serial: int = 0
    lists: Mapping[str, float] = field(default_factory=dict)
    separators: Mapping[str, str | None] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    def share(self, kind: Kind, list_name: str) -> float:
        if kind is Kind.CODE:
            return self.lists.get(list_name, 0.0)
        shares = {Kind.COUNTRY: self.countries, Kind.POSITION: self.positions, Kind.YES_NO: self.yes_no}
        return shares.get(kind, self.dates)


def of_column(cells: Sequence[Cell]) -> Evidence:
    """Look at the values of one column."""
    texts = [text_of(cell).strip() for cell in cells if cell not in (None, "")]
    texts = [text for text in texts if text]
    if not texts:
        return Evidence(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    first, second, numeric = _orders(texts)
    best = {name: _best_separator(texts, name) for name in code_lists()}
    return Evidence(
        len(texts),
        sum(map(len, texts)) / len(texts),
        _share(_is_date(cell) for cell in cells if text_of(cell).strip()),
        _share(_is_country(text) for text in texts),
        _share(_POSITION.fullmatch(text) is not None for text in texts),
        _share(lookup(vocabulary("yes_no"), text) is not None for text in texts),
        _order(first, second),
        bool(first and second),
        numeric,
        max(first, second),
        sum(_is_serial(text) for text in texts),
        {name: share for name, (share, _) in best.items()},
        {name: separator for name, (_, separator) in best.items()},
        tuple(texts),
    )


def words_of(texts: Sequence[str], separator: str | None) -> list[str]:
    """The distinct words of a column, most frequent first."""
    parts = (part.strip() for text in texts for part in (text.split(separator) if separator else [text]))
    return [word for word, _ in Counter(part for part in parts if part).most_common()]


def _best_separator(texts: Sequence[str], name: str) -> tuple[float, str | None]:
    """The share of cells of which the vocabulary knows a part, and what cuts them best; None if nothing needs to."""
    table = vocabulary(name)
    best: tuple[float, str | None] = (_known(texts, table, None), None)
    for separator in SEPARATORS:
        if any(separator in text for text in texts):
            share = _known(texts, table, separator)
            best = max(best, (share, separator), key=lambda found: found[0])
    return best


def _known(texts: Sequence[str], table: Mapping[str, str], separator: str | None) -> float:
    """Cells by the share of their parts that are known words."""
    total = 0.0
    for text in texts:
        parts = [part for part in text.split(separator) if part.strip()] if separator else [text]
        total += sum(lookup(table, part) is not None for part in parts) / max(1, len(parts))
    return total / len(texts)


def _orders(texts: Sequence[str]) -> tuple[int, int, int]:
    """How many dates in figures prove that the day comes first, that the month does, and how many there are."""
    matches = [match for text in texts if (match := _NUMERIC.fullmatch(text)) is not None]
    return (sum(int(m[1]) > 12 for m in matches), sum(int(m[2]) > 12 for m in matches), len(matches))


def _order(day_first: int, month_first: int) -> Order | None:
    if bool(day_first) == bool(month_first):
        return None
    return Order.DAY_FIRST if day_first else Order.MONTH_FIRST


def _is_date(cell: Cell) -> bool:
    if isinstance(cell, datetime | date):
        return True
    text = text_of(cell).strip()
    if _NUMERIC.fullmatch(text) or _is_serial(text):
        return True
    try:
        return bool(edtf_of(text, Order.DAY_FIRST, None))
    except Unreadable as unreadable:
        return unreadable.code in ("date-two-digit-year", "date-other-calendar", "date-impossible")


def _is_serial(text: str) -> bool:
    return text.isdecimal() and len(text) == 5 and _DAY_NUMBERS[0] <= int(text) <= _DAY_NUMBERS[1]


def _is_country(text: str) -> bool:
    try:
        return bool(country_of(text))
    except Unreadable as unreadable:
        return unreadable.code == "country-ambiguous"


def _share(found: Iterable[bool]) -> float:
    each = list(found)
    return sum(each) / len(each) if each else 0.0
