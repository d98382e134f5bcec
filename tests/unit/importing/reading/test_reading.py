"""Whatever program wrote a table: its cells come back as they were, and what was detected is said."""

from pathlib import Path

import pytest

from spreadsheets import as_csv
from tocsin.importing.faults import NotImportable
from tocsin.importing.reading.forms import FileForm
from tocsin.importing.reading.sheets import letters, open_sheet

WESTERN = [
    ["Référence", "Prénom", "Récit"],
    ["É-1", "Bérénice", "Menacée à Cotonou ; «\u00a0voilà\u00a0»"],
    ["É-2", "Íñigo", "Año"],
]
ARABIC = [["المرجع", "الاسم", "الوصف"], ["م-1", "سلمى", "اعتقلت في مكتبها، ثم أفرج عنها"], ["م-2", "كريم", "تهديد"]]
RUSSIAN = [
    ["Номер", "Имя", "Описание"],
    ["Н-1", "Вера", "Задержана у себя дома, позже отпущена"],
    ["Н-2", "Илья", "Угрозы"],
]
ENCODINGS = [
    ("utf-8", WESTERN, "UTF-8"),
    ("utf-8-sig", ARABIC, "UTF-8 with a byte order mark"),
    ("utf-16", RUSSIAN, "UTF-16"),
    ("utf-16-le", WESTERN, "UTF-16"),
    ("cp1252", WESTERN, "Windows-1252 (Western), by its letters"),
    ("cp1256", ARABIC, "Windows-1256 (Arabic), by its letters"),
    ("cp1251", RUSSIAN, "Windows-1251 (Cyrillic), by its letters"),
]
DELIMITERS = [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")]


@pytest.mark.parametrize(("delimiter", "spoken"), DELIMITERS, ids=[d[1] for d in DELIMITERS])
@pytest.mark.parametrize(("encoding", "table", "name"), ENCODINGS, ids=[e[0] for e in ENCODINGS])
def test_each_encoding_and_delimiter_is_detected_and_said(
    tmp_path: Path, encoding: str, table: list[list[str]], name: str, delimiter: str, spoken: str
) -> None:
    breaks = [*table, ["x", "one\ntwo\r\nthree", 'a "quoted" word']]
    path = tmp_path / "table.csv"
    path.write_bytes(as_csv(breaks, delimiter, encoding))
    sheet = open_sheet(path, FileForm())
    assert [list(sheet.headers), *(list(row.cells) for row in sheet.records())] == breaks
    assert sheet.found[0] == name
    assert spoken in sheet.found[1]


def test_rows_are_counted_as_a_spreadsheet_program_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(as_csv([["a", "b"], ["1", "two\nlines"], ["", ""], ["3", "x"]]))
    assert [row.number for row in open_sheet(path, FileForm()).records()] == [2, 4]


HEADERS = [
    ("plain", [["a", "b", "c"], ["1", "2", "3"]], ("a", "b", "c"), 2),
    ("a title above", [["Cases of 2026"], ["a", "b", "c"], ["1", "2", "3"]], ("a", "b", "c"), 3),
    (
        "groups above",
        [["Victim", "", "Event", ""], ["Name", "Sex", "Date", "Place"], ["1", "2", "3", "4"]],
        ("Victim / Name", "Victim / Sex", "Event / Date", "Event / Place"),
        3,
    ),
    ("a name twice", [["Date", "Date", "c"], ["1", "2", "3"]], ("Date", "Date (2)", "c"), 2),
    ("no name", [["a", "", "c"], ["1", "2", "3"]], ("a", "column B", "c"), 2),
    ("one column", [["a"], ["1"]], ("a",), 2),
    ("line breaks", [["Date of\nevent", " b ", "c"], ["1", "2", "3"]], ("Date of event", "b", "c"), 2),
]


@pytest.mark.parametrize(("what", "rows", "names", "first"), HEADERS, ids=[h[0] for h in HEADERS])
def test_the_header_is_found(
    tmp_path: Path, what: str, rows: list[list[str]], names: tuple[str, ...], first: int
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(as_csv(rows))
    sheet = open_sheet(path, FileForm())
    assert sheet.headers == names
    assert [row.number for row in sheet.records()] == [first]


NOT_TABLES = [
    ("a quote never closed", b'a,b\n1,2\n3,"never closed\n4,5\n', "quote-unclosed", 3),
    ("a quote inside", b'a,b\n1,"x "y" z"\n', "quote-misplaced", 2),
    ("a workbook by another name", b"PK\x03\x04rest", "workbook-misnamed", 0),
    ("an old workbook", b"\xd0\xcf\x11\xe0rest", "workbook-old", 0),
    ("a page", b"<html><table></table></html>", "file-not-a-table", 0),
    ("a PDF", b"%PDF-1.7", "file-not-a-table", 0),
    ("nothing", b"", "no-rows", 0),
]


@pytest.mark.parametrize(("what", "content", "code", "row"), NOT_TABLES, ids=[n[0] for n in NOT_TABLES])
def test_what_is_no_table_is_refused_with_its_reason(
    tmp_path: Path, what: str, content: bytes, code: str, row: int
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(NotImportable) as refusal:
        list(open_sheet(path, FileForm()).records())
    assert [(f.code, f.row) for f in refusal.value.faults] == [(code, row)]


def test_an_encoding_that_the_mapping_tells_prevails_and_is_refused_if_it_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(as_csv(WESTERN, encoding="cp1252"))
    assert open_sheet(path, FileForm(encoding="cp1252")).found[0] == "Windows-1252 (Western)"
    with pytest.raises(NotImportable, match="encoding-wrong"):
        open_sheet(path, FileForm(encoding="utf-8"))


def test_columns_are_lettered_as_a_spreadsheet_program_does() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
