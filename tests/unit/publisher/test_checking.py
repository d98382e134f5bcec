"""Models, mappings and JSON are all taken; what is wrong is told by code and path, and never repeated."""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_report, a_report_json
from tocsin.publisher import InvalidReport
from tocsin.publisher.checking import Given, checked
from tocsin_schemas.reports import Report, Withdrawal

CANARY = "Zephyrine"


def with_python_values() -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(a_report_json())
    return fields | {"received_at": datetime(2026, 11, 21, 8, 30, tzinfo=UTC)}


TAKEN: list[tuple[str, Given]] = [
    ("a model", a_report()),
    ("JSON as bytes", a_report_json()),
    ("JSON as text", a_report_json().decode()),
    ("a mapping of JSON", json.loads(a_report_json())),
    ("a mapping with Python's times", with_python_values()),
    ("a mapping with models in it", a_report().model_dump(exclude_none=True)),
]


@pytest.mark.parametrize(("what", "given"), TAKEN, ids=[row[0] for row in TAKEN])
def test_every_form_of_a_report_is_the_same_report(what: str, given: Given) -> None:
    assert checked(given, Report) == a_report()


REFUSED: list[tuple[Given, str, str]] = [
    (b"", "body-empty", ""),
    (f"{{{CANARY}".encode(), "json-malformed", ""),
    (f'"{CANARY}"', "object-type", ""),
    (f"\ud800{CANARY}", "string-unicode", ""),
    ({CANARY: object()}, "value-invalid", ""),
    ({1: {CANARY}, "x": float("nan")}, "json-not-a-number", ""),
    (a_report_json().replace(b'"TGO"', f'"{CANARY}"'.encode()), "string-pattern-mismatch", "/violation/country"),
    (a_report_json()[:-1] + f',"{CANARY}":1}}'.encode(), "extra-forbidden", ""),
    (json.loads(a_report_json()) | {"alleged_victims": []}, "report-without-victim", ""),
]


@pytest.mark.parametrize(("given", "code", "path"), REFUSED)
def test_a_refusal_names_code_and_path_and_repeats_nothing(given: Given, code: str, path: str) -> None:
    with pytest.raises(InvalidReport) as refusal:
        checked(given, Report)
    assert (refusal.value.problems[0].code, refusal.value.problems[0].path) == (code, path)
    assert refusal.value.code == "invalid-report"
    assert CANARY not in f"{refusal.value} {refusal.value!r}"
    assert refusal.value.__cause__ is None
    assert code in str(refusal.value)
    assert re.search(r": \w+", str(refusal.value)), "and says in words what to do"


def test_a_model_of_another_kind_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="Withdrawal"):
        checked(a_report(), Withdrawal)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.dates() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    st.sampled_from(sorted(Report.model_fields)),
)
def test_whatever_stands_in_a_field_is_taken_or_refused_and_nothing_else(value: Any, field: str) -> None:
    with suppress(InvalidReport):
        checked(json.loads(a_report_json()) | {field: value}, Report)
