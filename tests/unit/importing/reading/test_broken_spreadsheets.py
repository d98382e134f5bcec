"""Spreadsheets broken as they come in life: each fault is told by row and column, in words that say what to do."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from spreadsheets import FIELDS, HEADERS, NOW, a_csv, a_mapping, a_row, a_workbook, as_csv, rows_of
from tocsin.importing.faults import Fault, NotImportable, said_of
from tocsin.importing.mapping.building import Builder
from tocsin.importing.mapping.file import Mapping
from tocsin.importing.reading.forms import FileForm

Told = tuple[int, str, str]
CONSENT = {"into": "consent.government", "column": "Gov", "codes": {"yes": "granted", "no": "refused"}}


def _unquoted(path: Path) -> Path:
    """Somebody edited the CSV by hand, and wrote a comma into a text."""
    path.write_bytes(as_csv([HEADERS, a_row()]) + b"2026-002,Marvelle, Tamsin,arrest,2026-11-20,TGO,Taken away\r\n")
    return path


def _cut_off(path: Path) -> Path:
    """The download stopped inside a text."""
    path.write_bytes(as_csv([HEADERS, a_row(), a_row(2)]) + b'2026-003,Tamsin,arrest,2026-11-20,TGO,"She was')
    return path


def _dates_as_texts(path: Path) -> Path:
    """A column of which half the cells are dates for Excel and half are texts."""
    return a_workbook(
        path.with_suffix(".xlsx"),
        [HEADERS, [*a_row(1)[:3], datetime.fromisoformat("2026-11-20"), *a_row(1)[4:]], a_row(2, Date="20/11/26")],
    )


def _looked_up(path: Path) -> Path:
    """A column looked up in a sheet that is no longer there."""
    return a_workbook(path.with_suffix(".xlsx"), [HEADERS, a_row(1, Country="#REF!"), a_row(2, Country="#N/A")])


def _totals(path: Path) -> Path:
    """A line of sums at the end."""
    return a_csv(path, [a_row(1), a_row(2), ["Total: 2", "", "", "", "", ""]])


def _filled_down(path: Path) -> Path:
    """The reference was filled down instead of counted on."""
    return a_csv(path, [a_row(1), a_row(1, Name="Arsène Dupneu")])


def _copied_from_a_chat(path: Path) -> Path:
    """A name copied with the marks that turn the direction of writing."""
    return a_csv(path, [a_row(1, Name="\u202bسلمى الوردي\u202c")])


def _two_calendars(path: Path) -> Path:
    return a_csv(path, [a_row(1, Date="11/06/1448"), a_row(2, Date="12 رمضان 1447")])


def _renamed(path: Path) -> Path:
    """A colleague renamed a column."""
    return a_csv(path, [a_row()], ["Ref", "Name", "Act", "Date of event", "Country", "Text"])


def _maybe(path: Path) -> Path:
    """An answer about consent that nobody foresaw."""
    return a_csv(path, [[*a_row(), "only by phone"], [*a_row(2), ""]], (*HEADERS, "Gov"))


def _both_orders(path: Path) -> Path:
    """Two people, two habits."""
    return a_csv(path, [a_row(1, Date="20/11/2026"), a_row(2, Date="11/20/2026")])


def _congo(path: Path) -> Path:
    return a_csv(path, [a_row(1, Country="Congo"), a_row(2, Country="Kongo Central")])


def _no_reference(path: Path) -> Path:
    return a_csv(path, [a_row(1, Ref=""), a_row(2)])


DAY_FIRST = FileForm.model_validate({"dates": "day-first"})
BROKEN: list[tuple[Any, Mapping, list[Told], str, str]] = [
    (_unquoted, a_mapping(), [(3, "", "row-too-long"), (3, "Act", "value-not-in-table"), (3, "Country", "country-unknown"), (3, "Date", "date-unreadable")], "more cells than the header", "plus de cellules que l’en-tête"),
    (_cut_off, a_mapping(), [(4, "", "quote-unclosed")], "opened and never closed", "ouvert et jamais fermé"),
    (_dates_as_texts, a_mapping(), [(3, "Date", "date-two-digit-year")], "two digits", "deux chiffres"),
    (_looked_up, a_mapping(), [(2, "Country", "formula-error"), (3, "Country", "formula-error")], "an error of a formula", "une erreur de formule"),
    (_totals, a_mapping(), [(4, "Act", "missing"), (4, "Country", "missing"), (4, "Date", "missing")], "", ""),
    (_copied_from_a_chat, a_mapping(), [(2, "Name", "text-invisible-character")], "invisible", "invisible"),
    (_two_calendars, a_mapping(file=DAY_FIRST), [(2, "Date", "date-other-calendar"), (3, "Date", "date-other-calendar")], "another calendar", "un autre calendrier"),
    (_renamed, a_mapping(), [(0, "Date", "column-missing")], "no column of this name", "pas de colonne de ce nom"),
    (_maybe, a_mapping((*FIELDS, CONSENT)), [(2, "Gov", "consent-not-in-table")], "this answer about consent", "cette réponse sur le consentement"),
    (_both_orders, a_mapping(), [(2, "Date", "date-order-untold"), (3, "Date", "date-order-untold")], "in two ways", "de deux façons"),
    (_both_orders, a_mapping(file=DAY_FIRST), [(3, "Date", "date-impossible")], "not in the calendar", "n’existe pas dans le calendrier"),
    (_congo, a_mapping(), [(2, "Country", "country-ambiguous"), (3, "Country", "country-unknown")], "Two States", "Deux États"),
    (_no_reference, a_mapping(), [(2, "Ref", "reference-missing")], "no reference", "pas de référence"),
]  # fmt: skip


def _faults(path: Path, mapping: Mapping) -> list[Fault]:
    try:
        headers, rows = rows_of(path, mapping)
        builder = Builder(mapping, headers)
        return sorted(fault for row in rows for fault in builder.build(row, NOW).faults)
    except NotImportable as refusal:
        return list(refusal.faults)


@pytest.mark.parametrize(
    ("make", "mapping", "expected", "english", "french"),
    BROKEN,
    ids=[f"{b[0].__name__[1:]}-{b[2][0][2]}" for b in BROKEN],
)
def test_each_fault_is_told_with_its_place_and_what_to_do(
    tmp_path: Path, make: Any, mapping: Mapping, expected: list[Told], english: str, french: str
) -> None:
    faults = _faults(make(tmp_path / "t.csv"), mapping)
    assert [(f.row, f.column, f.code) for f in faults] == expected
    for language, words in (("en", english), ("fr", french)):
        first = said_of(faults[0], language)
        assert words in first.sentence
        assert first.remedy


def test_no_message_repeats_what_a_cell_holds(tmp_path: Path) -> None:
    secret = "Tamsinette"
    row = [f"{secret}\u200b", f"{secret}\u200b", secret, secret, secret, secret]
    path = a_csv(tmp_path / "t.csv", [row])
    told = [said_of(fault, language) for fault in _faults(path, a_mapping()) for language in ("en", "fr")]
    assert told
    assert secret not in repr(told)
    assert secret not in repr(_faults(path, a_mapping()))
