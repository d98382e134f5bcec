"""Guarantee: for every case of the golden table the router says what the law says."""

from dataclasses import replace
from typing import Any

import pytest

from tocsin.devtools.golden.judging import answer, differences
from tocsin.devtools.golden.reading import Case, cases

ALL = tuple(cases())
BY_ID = {case.id: case for case in ALL}


@pytest.mark.parametrize("case", ALL, ids=[f"{c.id}: {c.title}" for c in ALL])
def test_the_router_says_what_the_law_says(case: Case) -> None:
    if found := differences(case, answer(case)):
        pytest.fail("\n  ".join([f"{case.title} ({case.id})", *found]), pytrace=False)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("fra-2026", {"competent": frozenset({"COE", "OSCE"})}, "OIF: not competent (not-a-member) expected"),
    ("fra-2026", {"competent": frozenset({"COE", "OSCE", "OIF", "EU"})}, "EU-EEAS: competent (third-country) expected"),
    ("ner-2025-after", {"otherwise": {}}, "OIF: not competent (not-a-member) expected"),
    ("gha-continuing", {"by": {}}, "OIF: competent (member-state) expected"),
    ("fra-2026", {"told": {}}, "UN-SRHRD: not to be told"),
    ("fra-2026", {"told_among": {"UN-TORTURE": "violation"}}, "UN-TORTURE: told by violation expected"),
    ("country-rus", {"told": {"UN-COUNTRY-RUS": "topic"}}, "UN-COUNTRY-RUS: told by topic expected, country found"),
    ("fra-2026", {"not_told": ("COE",)}, "COE-CHR: not to be told"),
    ("red-class", {"refused": {"UN-SRHRD": "consent-absent"}}, "UN-SRHRD: refused as consent-absent expected"),
    ("fra-2026", {"refused": {"UN-WGAD": "tlp-red"}}, "UN-WGAD: refused as tlp-red expected, told found"),
    ("consent-alert-only", {"levels": {"UN-WGAD": "L1"}}, "UN-WGAD: level L1 expected"),
    ("fra-2026", {"not_shown": ("/violation/date",)}, "UN-WGAD: /violation/date not to be shown"),
    ("fra-2026", {"priority": "P1"}, "priority P1 expected"),
    ("fra-2026", {"triage_rule": "restriction"}, "priority by restriction expected"),
    ("lift-child", {"reasons": ("elderly",)}, "reason elderly expected"),
    ("fra-2026", {"to_a_person": True}, "to a person: True expected"),
]


@pytest.mark.parametrize(("identity", "wrong", "said"), WRONG, ids=[f"{w[0]}: {w[2]}" for w in WRONG])
def test_a_wrong_answer_is_noticed_and_named(identity: str, wrong: dict[str, Any], said: str) -> None:
    case = BY_ID[identity]
    changed = replace(case, expected=replace(case.expected, **wrong))
    assert any(said in found for found in differences(changed, answer(case)))
