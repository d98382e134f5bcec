"""Invented spreadsheets and a door that records, for tests of importing."""

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl

from tocsin.importing.mapping.building import Builder
from tocsin.importing.mapping.file import MappedField, Mapping
from tocsin.importing.reading.forms import FileForm
from tocsin.importing.reading.sheets import Row, open_sheet
from tocsin.importing.sending.kept import Kept
from tocsin.importing.sending.running import Plan, Told, run
from tocsin_schemas.reports import Report

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
HEADERS = ("Ref", "Name", "Act", "Date", "Country", "Text")
FIELDS: tuple[dict[str, Any], ...] = (
    {"into": "publisher_reference", "column": "Ref"},
    {"into": "victim.name", "column": "Name", "split": ";"},
    {"into": "violation.types", "column": "Act", "codes": {"arrest": "arrest", "threats": "threat"}},
    {"into": "violation.date", "column": "Date"},
    {"into": "violation.country", "column": "Country"},
    {"into": "narrative", "column": "Text"},
)
CONSTANTS: dict[str, Any] = {
    "publisher": "ACHPR-SRHRD",
    "language": "en",
    "received_at": "now",
    "source.relation": "organisation",
}


class Killed(BaseException):
    """The process ends here, whatever it was about to do."""


class Recording:
    """A door that keeps what it is given, once for each ``once``, as the intake does.

    fail: what to raise at which call, before or after the report is kept.
    """

    def __init__(self) -> None:
        self.kept: dict[str, Report] = {}
        self.calls: list[tuple[str, Report, bool]] = []
        self.before: dict[int, BaseException] = {}
        self.after: dict[int, BaseException] = {}

    def send(self, report: Report, correction: bool, once: str) -> str:
        number = len(self.calls)
        self.calls.append((once, report, correction))
        if number in self.before:
            raise self.before[number]
        if once in self.kept:
            assert self.kept[once] == report, "a repetition is the same report"
        self.kept[once] = report
        if number in self.after:
            raise self.after[number]
        return f"receipt-{number}"

    def close(self) -> None: ...

    @property
    def sent(self) -> list[tuple[str, int]]:
        return [(report.publisher_reference, report.revision) for report in self.kept.values()]


def a_row(number: int = 1, **over: str) -> list[str]:
    """A sound row under ``HEADERS``; ``over`` replaces cells by header."""
    row = {"Ref": f"2026-{number:03}", "Name": f"Tamsin Marvelle {number}", "Act": "arrest", "Date": "2026-11-20"}
    row |= {"Country": "TGO", "Text": "She was arrested at her office."}
    return list((row | over).values())


def a_mapping(fields: Iterable[dict[str, Any]] = FIELDS, file: FileForm | None = None, **constants: Any) -> Mapping:
    fields = [MappedField(**field) for field in fields]
    return Mapping(file=file or FileForm(), constants=CONSTANTS | constants, field=fields)


def as_csv(rows: Iterable[Sequence[Any]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def a_csv(path: Path, rows: Iterable[Sequence[Any]], headers: Sequence[str] = HEADERS) -> Path:
    path.write_bytes(as_csv([headers, *rows]))
    return path


def a_workbook(path: Path, rows: Iterable[Sequence[Any]], title: str = "Cases") -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def rows_of(path: Path, mapping: Mapping) -> tuple[Sequence[str], list[Row]]:
    sheet = open_sheet(path, mapping.file)
    return sheet.headers, list(sheet.records())


def faults_of(path: Path, mapping: Mapping) -> list[tuple[int, str, str]]:
    """Row, column and code of everything wrong with the rows."""
    headers, rows = rows_of(path, mapping)
    builder = Builder(mapping, headers)
    return sorted((f.row, f.column, f.code) for row in rows for f in builder.build(row, NOW).faults)


def import_once(
    path: Path, state: Path, door: Recording, mapping: Mapping | None = None, now: datetime = NOW
) -> Told | None:
    """One run; None if it was killed."""
    mapping = mapping or a_mapping()
    headers, rows = rows_of(path, mapping)
    with Kept(state) as kept, suppress(Killed):
        plan = Plan(Builder(mapping, headers), mapping, kept, now)
        return run(plan, rows, door, kept, lambda _: None)
    return None
