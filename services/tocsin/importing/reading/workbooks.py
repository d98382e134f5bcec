"""XLSX: read without formulas, macros or links being run, within caps that a compressed bomb does not pass."""

import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import time
from itertools import zip_longest
from pathlib import Path
from typing import Any

from tocsin.importing.cells.dates import Cell
from tocsin.importing.cells.texts import NO_VALUE
from tocsin.importing.faults import Fault, NotImportable

os.environ["OPENPYXL_LXML"] = "False"  # where lxml is installed, openpyxl would read with it, and entities be expanded
import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml import DEFUSEDXML, LXML

MAX_FILE = 50 << 20
MAX_UNPACKED = 400 << 20
MAX_RATIO = 200
"""How often a part may be larger than it is packed; sheets of repeated words reach about 40."""
_SMALL = 1 << 20
_MAX_PARTS = 2000
_MAX_CELLS = 5_000_000
_OLE = b"\xd0\xcf\x11\xe0"
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")


def open_rows(path: Path, sheet: str | None) -> tuple[tuple[str, ...], Iterator[tuple[int, Sequence[Cell]]]]:
    """What was found out, and the rows with their numbers. Raises NotImportable."""
    assert DEFUSEDXML, "openpyxl reads with defusedxml where it is installed, and the extra installs it"
    assert not LXML, "openpyxl was imported before, and reads with lxml"
    formulas = _checked(path)
    try:
        shown = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        written = openpyxl.load_workbook(path, read_only=True, keep_links=False) if formulas else None
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile, SyntaxError):
        raise NotImportable(Fault(0, path.name, "workbook-broken")) from None
    names = [table.title for table in shown.worksheets]
    if sheet is not None and sheet not in names:
        raise NotImportable(Fault(0, sheet, "sheet-missing"))
    name = sheet or names[0]
    others = f"; {len(names) - 1} other sheets are not read" if len(names) > 1 and sheet is None else ""
    return (f"sheet “{name}”{others}",), _rows(shown[name], written[name] if written else None)


def _rows(shown: Any, written: Any) -> Iterator[tuple[int, Sequence[Cell]]]:
    cells = 0
    plain = written.iter_rows(values_only=True) if written is not None else ()
    for number, (row, formulas) in enumerate(zip_longest(shown.iter_rows(values_only=True), plain, fillvalue=()), 1):
        cells += len(row)
        if cells > _MAX_CELLS:
            raise NotImportable(Fault(number, "", "too-many-rows"))
        yield number, _filled(row, formulas) if formulas else [_cell(value) for value in row]


def _filled(row: Sequence[Any], formulas: Sequence[Any]) -> Sequence[Cell]:
    """Results of formulas; one that was never reckoned is not an empty cell."""
    return [
        NO_VALUE if value is None and isinstance(formula, str) and formula.startswith("=") else _cell(value)
        for value, formula in zip_longest(row, formulas)
    ]


def _cell(value: Any) -> Cell:
    if isinstance(value, time):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else _day(value)


def _day(value: Any) -> Cell:
    return value if hasattr(value, "year") else str(value)


def _checked(path: Path) -> bool:
    """Whether a sheet holds formulas; raises NotImportable before anything is unpacked that is too large."""
    if path.stat().st_size > MAX_FILE:
        raise NotImportable(Fault(0, path.name, "file-too-large"))
    with path.open("rb") as file:
        if file.read(len(_OLE)) == _OLE:
            raise NotImportable(Fault(0, path.name, "workbook-protected"))
    try:
        with zipfile.ZipFile(path) as parts:
            members = parts.infolist()
            if _bomb(members):
                raise NotImportable(Fault(0, path.name, "workbook-bomb"))
            sheets = [m for m in members if m.filename.startswith("xl/worksheets/")]
            return any(_FORMULA.search(parts.read(member)) for member in sheets)
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        raise NotImportable(Fault(0, path.name, "workbook-broken")) from None


def _bomb(members: Sequence[zipfile.ZipInfo]) -> bool:
    return (
        len(members) > _MAX_PARTS
        or sum(m.file_size for m in members) > MAX_UNPACKED
        or any(m.file_size > _SMALL and m.file_size > MAX_RATIO * max(1, m.compress_size) for m in members)
    )
