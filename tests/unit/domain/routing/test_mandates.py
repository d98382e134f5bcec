"""Guarantee: the subject matter of a claim, and nothing else, makes a mandate competent."""

from typing import Any

import pytest

from builders import a_claim
from tocsin.domain.routing.mandates import STRENGTHS, flags_of, trigger
from tocsin.knowledge.load import load
from tocsin_schemas.knowledge import Flag
from tocsin_schemas.vocabulary import Occupation, Topic, Urgency, ViolationType

_BARE: dict[str, Any] = {
    "violations": [ViolationType.OTHER],
    "topics": [],
    "occupations": [],
    "woman": False,
    "further_states": [],
    "ongoing": False,
}
_ENVIRONMENT = {"UN-ENV", "UN-TOX", "UN-CLIMATE", "ACHPR-EXTRACTIVE", "IACHR-REDESCA"}
_LAND = _ENVIRONMENT | {"UN-IP", "ACHPR-INDIGENOUS", "IACHR-INDIGENOUS"}

SUBJECTS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("nothing in particular", {}, set()),
    ("detention", {"violations": [ViolationType.HOUSE_ARREST]}, {"UN-WGAD", "ACHPR-PRISONS", "IACHR-LIBERTY"}),
    ("torture", {"violations": [ViolationType.TORTURE]}, {"UN-TORTURE", "ACHPR-CPTA", "IACHR-LIBERTY"}),
    (
        "disappearance",
        {"violations": [ViolationType.ENFORCED_DISAPPEARANCE]},
        {"UN-WGEID", "ACHPR-DISAPPEARANCES"},
    ),
    ("whereabouts unknown", {"whereabouts_unknown": True}, {"UN-WGEID", "ACHPR-DISAPPEARANCES", "IACHR-PM"}),
    ("killing", {"violations": [ViolationType.KILLING]}, {"UN-SUMEX", "ACHPR-DISAPPEARANCES"}),
    ("lawyer", {"occupations": [Occupation.LAWYER]}, {"UN-IJL", "ACHPR-JUDICIARY"}),
    (
        "journalist",
        {"occupations": [Occupation.JOURNALIST]},
        {"UN-FOE", "ACHPR-FOE", "IACHR-FOE", "COE-PLAT"},
    ),
    ("foreign funding", {"violations": [ViolationType.FUNDING_RESTRICTION]}, {"UN-FOAA"}),
    ("association", {"topics": [Topic.ASSOCIATION]}, {"UN-FOAA"}),
    ("land", {"topics": [Topic.LAND]}, _LAND),
    (
        "land grabbing",
        {"violations": [ViolationType.LAND_GRABBING]},
        _LAND | {"UN-HOUSING", "UN-FOOD", "UN-WATER", "ACHPR-ESCR"},
    ),
    ("environment", {"topics": [Topic.ENVIRONMENT]}, _ENVIRONMENT),
    (
        "environment and a company",
        {"topics": [Topic.ENVIRONMENT], "company_involved": True},
        _ENVIRONMENT | {"UN-BHR"},
    ),
    ("terrorism charge", {"terrorism_charge": True}, {"UN-CT"}),
    ("woman", {"woman": True}, {"UN-VAW", "UN-WGDAWG", "ACHPR-WOMEN", "IACHR-WOMEN"}),
    ("LGBTI", {"topics": [Topic.LGBTI]}, {"UN-SOGI", "IACHR-LGBTI"}),
    ("danger to life", {"risk_to_life": True}, {"IACHR-PM"}),
    ("country mandate", {"country": "BLR"}, {"UN-COUNTRY-BLR"}),
    ("reprisal, UN", {"strict_reprisal": True, "reprisal_mechanism": "UN-WGAD"}, {"UN-ASG"}),
    ("reprisal, UN by family", {"strict_reprisal": True, "reprisal_mechanism": "UN"}, {"UN-ASG"}),
    ("reprisal, CoE", {"strict_reprisal": True, "reprisal_mechanism": "COE-CHR"}, {"COE-SGPO"}),
    ("reprisal, African Commission", {"strict_reprisal": True, "reprisal_mechanism": "ACHPR-SRHRD"}, set()),
    ("retaliation in the broad sense only", {"broad_reprisal": True, "reprisal_mechanism": "UN-WGAD"}, set()),
]


@pytest.mark.parametrize(("subject", "facts", "expected"), SUBJECTS, ids=[s[0] for s in SUBJECTS])
def test_mandates_by_subject(subject: str, facts: dict[str, Any], expected: set[str]) -> None:
    claim = a_claim(**(_BARE | facts))
    general = {"EU-PD", "NGO-OBS", "NGO-FLD"}
    always = {m.key for m in load().mandates if m.always and not m.requires}
    found = {m.key for m in load().mandates if trigger(m, claim)}
    assert found - always - general == expected
    assert found >= always


@pytest.mark.parametrize(
    ("mandate", "facts", "rule", "detail"),
    [
        ("UN-WGAD", {"violations": [ViolationType.ARREST]}, "mandate-by-violation", "arrest"),
        ("UN-ENV", {"topics": [Topic.LAND]}, "mandate-by-topic", "land"),
        ("UN-IJL", {"occupations": [Occupation.JUDGE]}, "mandate-by-occupation", "judge"),
        ("UN-CT", {"terrorism_charge": True}, "mandate-by-flag", "terrorism_charge"),
        ("UN-COUNTRY-RUS", {"further_states": ["RUS"]}, "mandate-by-country", "RUS"),
        ("OIF", {}, "mandate-always", "competent for every case of its mechanism"),
        (
            "ACHPR-SRHRD",
            {"strict_reprisal": True, "reprisal_mechanism": "ACHPR-CPTA"},
            "mandate-by-reprisal",
            "reprisal for cooperation with ACHPR-CPTA",
        ),
    ],
)
def test_the_trigger_names_the_rule_and_the_fact(mandate: str, facts: dict[str, Any], rule: str, detail: str) -> None:
    found = trigger(next(m for m in load().mandates if m.key == mandate), a_claim(**(_BARE | facts)))
    assert found is not None
    assert (found.rule, found.detail) == (rule, detail)
    assert found.rule in STRENGTHS


def test_precautionary_measures_need_a_risk_to_a_person() -> None:
    measures = next(m for m in load().mandates if m.key == "IACHR-PM")
    assert trigger(measures, a_claim(violations=[ViolationType.DISMISSAL])) is None
    assert trigger(measures, a_claim(risk_to_health=True)) is not None


@pytest.mark.parametrize(
    "violation",
    [
        ViolationType.ARREST,
        ViolationType.ARBITRARY_DETENTION,
        ViolationType.HOUSE_ARREST,
        ViolationType.INCOMMUNICADO,
        ViolationType.CONVICTION,
        ViolationType.ENFORCED_DISAPPEARANCE,
    ],
)
def test_who_is_deprived_of_liberty_is_detained(violation: ViolationType) -> None:
    assert Flag.DETAINED in flags_of(a_claim(violations=[violation]))


@pytest.mark.parametrize(
    ("facts", "flag", "present"),
    [
        ({"violations": [ViolationType.SMEAR]}, Flag.DETAINED, False),
        ({"violations": [ViolationType.DEATH_IN_CUSTODY]}, Flag.DETAINED, False),
        ({"violations": [ViolationType.INCOMMUNICADO]}, Flag.INCOMMUNICADO, True),
        ({"incommunicado": True}, Flag.INCOMMUNICADO, True),
        ({"lawyer_denied": True}, Flag.INCOMMUNICADO, False),
        ({"elderly": True}, Flag.ELDERLY, True),
        ({"risk_to_health": True}, Flag.RISK_TO_PERSON, True),
        ({"irreparable": True}, Flag.RISK_TO_PERSON, False),
        ({"whereabouts_unknown": True}, Flag.RISK_TO_PERSON, True),
        ({"care_denied": True}, Flag.RISK_TO_PERSON, True),
        ({"violations": [ViolationType.ARREST], "ongoing": True}, Flag.RISK_TO_PERSON, False),
        ({"violations": [ViolationType.TORTURE], "ongoing": True}, Flag.RISK_TO_PERSON, True),
        ({"violations": [ViolationType.DEATH_THREAT], "ongoing": False}, Flag.RISK_TO_PERSON, False),
        (
            {"violations": [ViolationType.DEATH_THREAT], "ongoing": False, "urgency": Urgency.IMMEDIATE},
            Flag.RISK_TO_PERSON,
            True,
        ),
    ],
)
def test_flags_are_read_from_the_facts(facts: dict[str, Any], flag: Flag, present: bool) -> None:
    assert (flag in flags_of(a_claim(**facts))) is present
