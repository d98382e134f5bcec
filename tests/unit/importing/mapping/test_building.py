"""A row becomes the report that its mapping says, or tells by row and column why not."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spreadsheets import FIELDS, HEADERS, NOW, a_csv, a_mapping, a_row, faults_of
from tocsin.importing.faults import NotImportable
from tocsin.importing.mapping.building import Builder
from tocsin.importing.reading.forms import FileForm
from tocsin.importing.reading.sheets import Row
from tocsin_schemas.reports import Report
from tocsin_schemas.vocabulary import ConsentStatus, Gender, Occupation, Topic, VictimStatus, ViolationType

CONSENT: tuple[dict[str, Any], ...] = (
    {"into": "consent.government", "column": "Gov", "codes": {"yes": "granted", "no": "refused", "?": "unknown"}},
    {"into": "consent.public", "column": "Pub", "codes": {"yes": "granted", "no": "refused"}},
)
ANSWERS = [
    ("yes", "yes", {("government", "granted"), ("public", "granted")}),
    ("no", "yes", {("government", "refused"), ("public", "granted")}),
    ("?", "no", {("government", "unknown"), ("public", "refused")}),
    ("", "yes", {("public", "granted")}),
    ("", "", set()),
    ("  ", "n/a", set()),
]


def built(row: list[str], fields: Any = FIELDS, headers: Any = HEADERS, **rest: Any) -> Report:
    found = Builder(a_mapping(fields, **rest), headers).build(Row(2, row), NOW)
    assert found.faults == ()
    assert found.report is not None
    return found.report


@pytest.mark.parametrize(("government", "public", "expected"), ANSWERS, ids=["-".join(a[:2]) for a in ANSWERS])
def test_an_answer_about_consent_that_is_not_there_is_absent_and_so_withheld(
    government: str, public: str, expected: set[tuple[str, str]]
) -> None:
    headers = (*HEADERS, "Gov", "Pub")
    file = FileForm(empty=["n/a"])
    report = built([*a_row(), government, public], (*FIELDS, *CONSENT), headers, file=file)
    assert {(str(d.recipient), d.status.value) for d in report.consent} == expected


def test_an_answer_about_consent_that_the_mapping_does_not_know_is_refused(tmp_path: Path) -> None:
    path = a_csv(tmp_path / "t.csv", [[*a_row(), "maybe", "yes"]], (*HEADERS, "Gov", "Pub"))
    assert faults_of(path, a_mapping((*FIELDS, *CONSENT))) == [(2, "Gov", "consent-not-in-table")]


def test_several_persons_stand_in_one_row_and_what_is_said_of_one_is_refused() -> None:
    gender = {"into": "victim.gender", "column": "Sex", "codes": {"f": "woman"}}
    fields, headers = (*FIELDS, gender), (*HEADERS, "Sex")
    report = built([*a_row(Name="Tamsin Marvelle; Arsène Dupneu"), ""], fields, headers)
    assert [v.names[0].value for v in report.alleged_victims] == ["Tamsin Marvelle", "Arsène Dupneu"]
    found = Builder(a_mapping(fields), headers).build(Row(2, [*a_row(Name="A B; C D"), "f"]), NOW)
    assert [(f.column, f.code) for f in found.faults] == [("Sex", "several-persons")]


def test_what_holds_for_every_row_holds_for_every_person() -> None:
    constants = {"victim.topics": ["land", "water"], "victim.minor": False}
    report = built(a_row(Name="Tamsin Marvelle; Arsène Dupneu"), **constants)
    assert [v.defender and v.defender.topics for v in report.alleged_victims] == [[Topic.LAND, Topic.WATER]] * 2


def test_a_cell_prevails_over_what_holds_for_every_row() -> None:
    fields = (*FIELDS, {"into": "language", "column": "Lang"})
    assert built([*a_row(), "fr"], fields, (*HEADERS, "Lang")).language == "fr"
    assert built([*a_row(), ""], fields, (*HEADERS, "Lang")).language == "en"


def test_a_reference_and_a_name_are_composed_of_several_columns() -> None:
    fields = (
        {"into": "publisher_reference", "columns": ["Country", "Ref"], "join": "/"},
        {"into": "victim.name", "columns": ["Given", "Name"]},
        *FIELDS[2:],
    )
    report = built([*a_row(Name="Marvelle"), "Tamsin"], fields, (*HEADERS, "Given"))
    assert report.publisher_reference == "TGO/2026-001"
    assert report.alleged_victims[0].names[0].value == "Tamsin Marvelle"


BROKEN: list[tuple[str, dict[str, str], list[tuple[str, str]]]] = [
    ("nothing but a reference", {"Name": "", "Act": "", "Date": "", "Country": ""}, [("Act", "missing"), ("Country", "missing"), ("Date", "missing")]),
    ("no reference", {"Ref": " "}, [("Ref", "reference-missing")]),
    ("an unknown act", {"Act": "kidnapping"}, [("Act", "value-not-in-table")]),
    ("an invisible character", {"Name": "Tamsin\u200bMarvelle"}, [("Name", "text-invisible-character")]),
    ("a formula's error", {"Country": "#N/A"}, [("Country", "formula-error")]),
    ("two faults", {"Date": "soon", "Country": "Atlantis"}, [("Country", "country-unknown"), ("Date", "date-unreadable")]),
    ("no one", {"Name": ""}, [("Name", "report-without-victim")]),
    ("a name too long", {"Name": "x" * 501}, [("Name", "string-too-long")]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "over", "expected"), BROKEN, ids=[b[0] for b in BROKEN])
def test_each_fault_names_its_column(what: str, over: dict[str, str], expected: list[tuple[str, str]]) -> None:
    found = Builder(a_mapping(), HEADERS).build(Row(7, a_row(**over)), NOW)
    assert found.report is None
    assert sorted((f.column, f.code) for f in found.faults) == expected
    assert {f.row for f in found.faults} == {7}


def test_a_row_longer_than_its_header_is_never_read_as_if_it_fitted(tmp_path: Path) -> None:
    path = a_csv(tmp_path / "t.csv", [[*a_row(), "one too many"]])
    assert faults_of(path, a_mapping()) == [(2, "", "row-too-long")]


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(NotImportable) as refusal:
        Builder(a_mapping(), HEADERS[1:])
    assert [(f.column, f.code) for f in refusal.value.faults] == [("Ref", "column-missing")]


# --- round trip -------------------------------------------------------------------------------------------------------

_line = st.text(st.characters(whitelist_categories=("Lu", "Ll", "Lo", "Nd")), min_size=1, max_size=20).map("x".__add__)
_prose = st.lists(_line, min_size=1, max_size=4).map("\n".join)
_maybe_true = st.sampled_from(["true", "false", ""])
COLUMNS: dict[str, tuple[str, st.SearchStrategy[str], str]] = {
    "publisher_reference": ("Ref", _line, ""),
    "victim.name": ("Name", _line, ""),
    "victim.gender": ("Sex", st.sampled_from(Gender), ""),
    "victim.occupations": ("Job", st.lists(st.sampled_from(Occupation), unique=True, max_size=3).map(";".join), ";"),
    "victim.status": ("Status", st.sampled_from(VictimStatus), ""),
    "violation.types": ("Act", st.lists(st.sampled_from(ViolationType), unique=True, min_size=1, max_size=4).map(";".join), ";"),
    "violation.date": ("Date", st.dates(date(1800, 1, 1), date(2200, 12, 31)).map(str), ""),
    "violation.country": ("Country", st.sampled_from(["TGO", "COD", "XKX"]), ""),
    "violation.ongoing": ("Ongoing", _maybe_true, ""),
    "detention.charges": ("Charges", st.lists(_line, max_size=3, unique=True).map(";".join), ";"),
    "consent.government": ("Gov", st.sampled_from(["", *ConsentStatus]), ""),
    "consent.public": ("Pub", st.sampled_from(["", *ConsentStatus]), ""),
    "narrative": ("Text", _prose, ""),
}  # fmt: skip


def _written(report: Report) -> dict[str, str]:
    """The report as the row that it came from."""
    victim = report.alleged_victims[0]
    consent = {str(d.recipient): d.status.value for d in report.consent}
    return {
        "publisher_reference": report.publisher_reference,
        "victim.name": victim.names[0].value,
        "victim.gender": victim.gender,
        "victim.occupations": ";".join(victim.occupations),
        "victim.status": victim.status,
        "violation.types": ";".join(report.violation.types),
        "violation.date": report.violation.date,
        "violation.country": report.violation.country,
        "violation.ongoing": str(report.violation.ongoing).lower(),
        "detention.charges": ";".join(report.detention.charges) if report.detention else "",
        "consent.government": consent.get("government", ""),
        "consent.public": consent.get("public", ""),
        "narrative": report.narratives[0].text,
    }


@settings(max_examples=50, deadline=None)
@given(st.fixed_dictionaries({target: strategy for target, (_, strategy, _) in COLUMNS.items()}))
def test_a_row_and_its_report_are_the_same_the_other_way_round(cells: dict[str, str]) -> None:
    fields = [{"into": t, "column": h} | ({"split": s} if s else {}) for t, (h, _, s) in COLUMNS.items()]
    report = built([str(cells[target]) for target in COLUMNS], fields, [h for h, _, _ in COLUMNS.values()])
    expected = cells | {"violation.ongoing": cells["violation.ongoing"] or "false"}
    assert _written(report) == {target: str(cell) for target, cell in expected.items()}
