"""XLSX: dates as cells, results of formulas, merged headers; and nothing that unpacks into a flood."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from spreadsheets import FIELDS, HEADERS, a_mapping, a_row, a_workbook, faults_of, rows_of
from tocsin.importing.faults import NotImportable
from tocsin.importing.reading.forms import FileForm
from tocsin.importing.reading.sheets import open_sheet


def test_dates_and_numbers_are_read_as_cells(tmp_path: Path) -> None:
    path = a_workbook(
        tmp_path / "b.xlsx",
        [("a", "b", "c"), (datetime.fromisoformat("2026-11-20"), 17.0, date(2026, 11, 21)), (True, 1.5, None)],
    )
    _, rows = rows_of(path, a_mapping())
    assert rows[0].cells[0] == datetime.fromisoformat("2026-11-20")
    assert list(rows[1].cells) == [True, 1.5, None]


def test_a_merged_header_names_each_column_under_it(tmp_path: Path) -> None:
    path = a_workbook(
        tmp_path / "b.xlsx", [("Victim", None, "Event", None), ("Name", "Sex", "Date", "Place"), ("x", "y", "z", "w")]
    )
    book = openpyxl.load_workbook(path)
    assert book.active is not None
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("C1:D1")
    book.save(path)
    sheet = open_sheet(path, FileForm())
    assert sheet.headers == ("Victim / Name", "Victim / Sex", "Event / Date", "Event / Place")
    assert "header in rows 1 to 2" in sheet.found


def test_a_formula_counts_by_its_kept_result_and_an_error_or_no_result_is_told(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "b.xlsx", [HEADERS, a_row(1), a_row(2, Name="=A3&B2"), a_row(3, Date="#REF!")])
    assert faults_of(path, a_mapping()) == [(3, "Name", "formula-without-value"), (4, "Date", "formula-error")]


def test_the_kept_result_of_a_formula_is_read(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "b.xlsx", [HEADERS, a_row(1, Name="=A1")])
    changed = tmp_path / "c.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.namelist():
            content = old.read(member).replace(b"<f>A1</f><v></v>", b"<f>A1</f><v>Tamsin Marvelle</v>")
            content = content.replace(b"<f>A1</f><v />", b"<f>A1</f><v>Tamsin Marvelle</v>")
            new.writestr(member, content.replace(b'<c r="B2">', b'<c r="B2" t="str">'))
    _, rows = rows_of(changed, a_mapping())
    assert rows[0].cells[1] == "Tamsin Marvelle"


def test_a_sheet_is_chosen_by_name_and_the_others_are_mentioned(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "b.xlsx", [HEADERS, a_row()])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notes").append(["other"])
    book.save(path)
    assert "1 other sheets are not read" in open_sheet(path, FileForm()).found[0]
    assert open_sheet(path, FileForm(sheet="Notes")).headers == ("other",)
    with pytest.raises(NotImportable, match="sheet-missing"):
        open_sheet(path, FileForm(sheet="Case"))


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * (20 << 20))


def _entities(path: Path) -> None:
    """A billion laughs in the sheet (CVE-2003-1564)."""
    a_workbook(path, [HEADERS, a_row()])
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    members["xl/workbook.xml"] = laughs + members["xl/workbook.xml"]
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)


REFUSED = [
    ("a bomb", _bomb, "workbook-bomb"),
    ("entities", _entities, "workbook-broken"),
    ("a password, or an old workbook", lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" * 99), "workbook-protected"),
    ("no workbook", lambda path: path.write_bytes(b"PK\x03\x04 broken"), "workbook-broken"),
    ("a text", lambda path: path.write_bytes(b"a,b,c"), "workbook-broken"),
]


@pytest.mark.parametrize(("what", "make", "code"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_workbook_that_is_none_or_would_flood_is_refused(tmp_path: Path, what: str, make: object, code: str) -> None:
    path = tmp_path / "b.xlsx"
    make(path)  # type: ignore[operator]
    with pytest.raises(NotImportable, match=code):
        open_sheet(path, FileForm())


def test_days_of_excel_are_read_only_if_the_mapping_says_so(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "b.xlsx", [HEADERS, [*a_row()[:3], 46346, *a_row()[4:]]])
    assert faults_of(path, a_mapping()) == [(2, "Date", "date-serial-untold")]
    assert faults_of(path, a_mapping(FIELDS, FileForm(excel_days=1900))) == []
