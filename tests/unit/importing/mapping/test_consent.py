"""An import grants what somebody answered, for just what they were asked, and nothing else."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from spreadsheets import FIELDS, HEADERS, NOW, a_csv, a_mapping, a_row
from tocsin.importing.faults import NotImportable
from tocsin.importing.mapping.building import Builder
from tocsin.importing.mapping.drafting import draft
from tocsin.importing.mapping.file import Mapping, load_mapping
from tocsin.importing.mapping.suggesting import suggest
from tocsin.importing.mapping.targets import CONSENT, TARGETS
from tocsin.importing.reading.forms import FileForm
from tocsin.importing.reading.sheets import Row, open_sheet

CODES = {"yes": "granted", "no": "refused"}
DECISIONS = {
    "consent.mechanisms": {("all_mechanisms", "alert")},
    "consent.mechanisms.share": {("all_mechanisms", "share")},
    "consent.ngos": {("ngos", "alert")},
    "consent.ngos.share": {("ngos", "share")},
    "consent.government": {("government", "transmit_to_government")},
    "consent.public": {("public", "publish")},
}


def test_each_answer_is_about_one_purpose_alone() -> None:
    asked = {name: target.beside for name, target in TARGETS.items() if target.list_name == CONSENT}
    assert {name: {(d["recipient"], d["purpose"]) for d in beside} for name, beside in asked.items()} == DECISIONS


@pytest.mark.parametrize("status", ["granted", "refused", "unknown", "withdrawn"])
@pytest.mark.parametrize("target", DECISIONS)
def test_nobody_consents_for_all_rows_at_once(target: str, status: str) -> None:
    given = {"publisher": "A", "language": "en", "source.relation": "relative"}
    field = {"into": "publisher_reference", "column": "Ref"}
    mapping: dict[str, Any] = {"constants": given | {target: status}, "field": [field]}
    if status == "granted":
        with pytest.raises(ValidationError, match="consent is granted row by row"):
            Mapping.model_validate(mapping)
    else:
        Mapping.model_validate(mapping)


ASKED = [
    "Consent",
    "Consent to alert",
    "Consent to share",
    "Accord de la victime",
    "Consent to publish",
    "Name to government",
]


@pytest.mark.parametrize("header", ASKED)
def test_a_draft_leaves_it_to_a_person_what_a_yes_was_said_to(tmp_path: Path, header: str) -> None:
    path = a_csv(tmp_path / "t.csv", [["1", "yes"], ["2", "no"], ["3", "?"]], ["Ref", header])
    sheet = open_sheet(path, FileForm())
    text = draft(path, sheet, *suggest(sheet.headers, [row.cells for row in sheet.records()]))
    assert "granted" not in "".join(line for line in text.splitlines() if not line.startswith("#"))
    assert '"no" = "refused"' in text
    (mapping := tmp_path / "m.toml").write_text(text)
    with pytest.raises(NotImportable) as refused:
        load_mapping(mapping)
    assert "mapping-codes-unfinished" in {fault.code for fault in refused.value.faults}
    assert tomllib.loads(text)["field"][-1]["codes"]["yes"] == ""


def test_a_consent_to_alert_is_none_to_show_what_happened() -> None:
    field = {"into": "consent.mechanisms", "column": "Told", "codes": CODES}
    found = Builder(a_mapping((*FIELDS, field)), (*HEADERS, "Told")).build(Row(2, [*a_row(), "yes"]), NOW)
    assert found.report is not None
    (decision,) = found.report.consent
    assert (str(decision.recipient), decision.purpose.value, decision.status.value) == (
        "all_mechanisms",
        "alert",
        "granted",
    )
