"""What we write for a spreadsheet program: no cell of ours is ever run as a formula (OWASP ASVS 5.0, 1.2.10)."""

import csv
from collections.abc import Iterable
from pathlib import Path

from tocsin.importing.faults import Fault, said_of

_DANGEROUS = frozenset("=+-@\t\r\n\0＝＋－＠")
"""First characters that make a formula, in their full-width forms as well."""


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before it if a spreadsheet program could take it for a formula."""
    return f"'{cell}" if cell[:1] in _DANGEROUS or cell.lstrip()[:1] in _DANGEROUS else cell


def write_problems(path: Path, faults: Iterable[Fault], language: str) -> None:
    """Every fault with row, column, code, sentence and remedy: CSV in UTF-8 with a mark, as Excel opens it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["row", "column", "code", "what is wrong", "what to do"])
        for fault in faults:
            words = said_of(fault, language)
            row = str(fault.row) if fault.row else ""
            writer.writerow([harmless(each) for each in (row, fault.column, fault.code, words.sentence, words.remedy)])
