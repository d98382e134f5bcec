"""A brief in words: each section with its table, ready to be drawn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from tocsin.console.brief.words import country, party
from tocsin.domain.briefing.composing import Brief
from tocsin.domain.briefing.suppression import Published
from tocsin.runtime.catalogues import Words

_NameOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table. counts: None is withheld; one alone stands in the last column.

    share: of the longest bar, in per cent; None: no bar.
    """

    name: str
    counts: Sequence[int | None]
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """key: of its words. columns: their names; the last is the total of the row, if there is more than one."""

    key: str
    columns: Sequence[str]
    lines: Sequence[Line]
    totals: Line | None
    columns_drawn: bool = False
    """As columns side by side, for what follows in time."""


def sections(brief: Brief, words: Words) -> list[Section]:
    """Every section, in the order in which they are read."""
    row = partial(_worded, words)
    mechanism: _NameOf = partial(party, words)
    return [
        _section("months", brief.months, lambda day: words.month(date.fromisoformat(day)), words, in_time=True),
        _section("states", brief.states, partial(country, words), words),
        _section("reporters", brief.reporters, row, words),
        _section("first_acts", brief.first_acts, mechanism, words),
        _section("replies", brief.replies, mechanism, words),
        _section("joint_letters", brief.joint_letters, row, words),
        _section("visits", brief.visits, mechanism, words),
        _section("recommendations", brief.recommendations, mechanism, words),
        _section("reprisals", brief.reprisals, row, words),
        _several("detention", brief.detention, words),
        _several("subjects", brief.subjects, words),
    ]


def _section(key: str, table: Published, name_of: _NameOf, words: Words, in_time: bool = False) -> Section:
    total = str(words("total"))
    columns = [str(words(f"column.{column}")) for column in table.columns]
    lines = list(_lines(table, name_of, words))
    totals = [*table.column_totals, table.total] if columns else [table.total]
    heads = [*columns, total] if columns else [str(words("column.count"))]
    return Section(key, heads, _with_bars(lines), Line(total, totals), in_time)


def _lines(table: Published, name_of: _NameOf, words: Words) -> Iterator[Line]:
    for r, (name, cells) in enumerate(zip(table.rows, table.cells, strict=True)):
        yield Line(name_of(name), [*cells, table.row_totals[r]] if table.columns else cells)
    if table.has_outside:
        yield Line(str(words("row.outside")), [table.outside])


def _several(key: str, counts: Mapping[str, int | None], words: Words) -> Section:
    lines = [Line(_worded(words, name), [count]) for name, count in counts.items()]
    return Section(key, [str(words("column.count"))], _with_bars(lines), None)


def _with_bars(lines: Sequence[Line]) -> list[Line]:
    """The last count of each line, as a share of the greatest."""
    most = max((line.counts[-1] or 0 for line in lines), default=0)
    return [
        Line(line.name, line.counts, None if last is None or not most else round(100 * last / most, 1))
        for line in lines
        for last in [line.counts[-1]]
    ]


def _worded(words: Words, key: str) -> str:
    return str(words(f"row.{key}"))
