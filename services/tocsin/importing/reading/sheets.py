"""A table as it was read: headers, numbered rows, and what was found out about the file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from tocsin.importing.cells.dates import Cell
from tocsin.importing.cells.texts import text_of
from tocsin.importing.faults import Fault, NotImportable
from tocsin.importing.reading import delimited, workbooks
from tocsin.importing.reading.forms import FileForm

MAX_ROWS = 200_000
MAX_COLUMNS = 500
_LOOKED_AT = 12
"""Rows in which a header is looked for."""
_MOST = 0.6


@dataclass(frozen=True, slots=True)
class Row:
    """number: as a spreadsheet program counts, 1 the first."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """headers: as they stand in the file; a repeated one carries its number, ``Date (2)``.

    found: encoding, delimiter, sheet and header, in words, for the person.
    """

    headers: tuple[str, ...]
    rows: Iterable[Row]
    found: tuple[str, ...] = ()
    header_at: int = 1
    header_rows: int = 1
    sheets: tuple[str, ...] = field(default=())

    def records(self) -> Iterator[Row]:
        """The rows that hold something, at most ``MAX_ROWS``; raises NotImportable beyond."""
        for count, row in enumerate(self.rows):
            if count >= MAX_ROWS:
                raise NotImportable(Fault(row.number, "", "too-many-rows"))
            if any(cell not in (None, "") for cell in row.cells):
                yield row


def open_sheet(path: Path, form: FileForm) -> Sheet:
    """Open a CSV or XLSX file. Raises NotImportable with what is wrong with the file as a whole."""
    try:
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            found, rows = workbooks.open_rows(path, form.sheet)
        else:
            found, rows = delimited.open_rows(path, form.encoding, form.delimiter)
    except OSError:
        raise NotImportable(Fault(0, path.name, "file-unreadable")) from None
    numbered = (Row(number, cells) for number, cells in rows)
    first = list(islice(numbered, _LOOKED_AT))
    at, depth = _header(first, form)
    titles = [row for row in first if at <= row.number < at + depth]
    if not titles:
        raise NotImportable(Fault(0, path.name, "no-rows"))
    rest = [row for row in first if row.number >= at + depth]
    headers = _names(titles)
    if len(headers) > MAX_COLUMNS:
        raise NotImportable(Fault(at, "", "too-many-columns"))
    told = f"header in row {at}" if depth == 1 else f"header in rows {at} to {at + depth - 1}"
    return Sheet(headers, chain(rest, numbered), (*found, told), at, depth)


def _header(first: Sequence[Row], form: FileForm) -> tuple[int, int]:
    """Where the header begins and how many rows it has: the first row that is filled, and a row of groups above it."""
    if form.header_at is not None:
        return form.header_at, form.header_rows or 1
    widths = {row.number: sum(cell not in (None, "") for cell in row.cells) for row in first}
    widest = max(widths.values(), default=0)
    at = next((n for n, width in widths.items() if width and width >= max(2, _MOST * widest)), 1 if widest else 0)
    if widest == 1:
        at = next(n for n, width in widths.items() if width)
    above = widths.get(at - 1, 0)
    if form.header_rows is not None:
        return max(1, at - form.header_rows + 1) if above >= 2 else at, form.header_rows
    return (at - 1, 2) if above >= 2 else (at, 1)


def _names(titles: Sequence[Row]) -> tuple[str, ...]:
    """One name for each column; a group's name counts until the next group, as a merged cell shows it."""
    width = max(len(row.cells) for row in titles)
    names: list[str] = [""] * width
    for depth, row in enumerate(titles, 1):
        group = ""
        for column in range(width):
            part = " ".join(text_of(row.cells[column]).split()) if column < len(row.cells) else ""
            group = part or (group if depth < len(titles) else "")
            names[column] = " / ".join(p for p in (names[column], group) if p)
    seen: dict[str, int] = {}
    for column, name in enumerate(names):
        told = name or f"column {letters(column)}"
        seen[told] = seen.get(told, 0) + 1
        names[column] = told if seen[told] == 1 else f"{told} ({seen[told]})"
    while (
        names and names[-1].startswith("column ") and titles[-1].cells[len(names) - 1 :] in ([], [None], (None,), [""])
    ):
        names.pop()
    return tuple(names)


def letters(column: int) -> str:
    """What a spreadsheet program calls a column, 0 the first: ``A``, ``Z``, ``AA``."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
