"""A cell as text, and the texts that stand for no value."""

from datetime import date, datetime, time

from tocsin.importing.cells.dates import Cell

ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
"""What a spreadsheet shows for a formula that fails (ECMA-376, 18.18.11)."""
NO_VALUE = "#FORMULA-WITHOUT-VALUE"
"""Ours, for a formula whose result the program that wrote the file did not keep."""


def text_of(cell: Cell | time) -> str:
    """A cell as text: whole numbers without a fraction, dates as ISO 8601."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def failed(cell: Cell) -> str | None:
    """The code of the fault, if the cell is a formula that failed or has no value."""
    if not isinstance(cell, str) or not cell.startswith("#"):
        return None
    return "formula-error" if cell in ERRORS else "formula-without-value" if cell == NO_VALUE else None
