"""Guarantee: the State responsible, on the day of the event, decides which mechanisms are competent."""

from typing import Any

import pytest

from builders import a_claim
from tocsin.domain.routing.jurisdiction import rule_on, rule_on_all
from tocsin.knowledge.load import load

REGIONAL = {"ACHPR-SRHRD", "IACHR-RHRD", "COE-CHR", "OSCE-ODIHR", "EU-EEAS", "OIF"}
EVERYWHERE = {"UN-SRHRD", "UN-WGAD", "UN-SP", "UN-ASG", "NGO-OBS", "NGO-FLD", "NGO-AI", "EU-PD"}

CASES: list[tuple[str, str, set[str]]] = [
    ("FRA", "2026-11-20", {"COE-CHR", "OSCE-ODIHR", "OIF"}),
    ("CAN", "2026-11-20", {"IACHR-RHRD", "OSCE-ODIHR", "OIF", "EU-EEAS"}),
    ("TUN", "2026-11-20", {"ACHPR-SRHRD", "OIF", "EU-EEAS"}),
    ("EGY", "2026-11-20", {"ACHPR-SRHRD", "OIF", "EU-EEAS"}),
    ("MAR", "2026-11-20", {"OIF", "EU-EEAS"}),
    ("NER", "2025-09-16", {"ACHPR-SRHRD", "OIF", "EU-EEAS"}),
    ("NER", "2025-09-17", {"ACHPR-SRHRD", "EU-EEAS"}),
    ("BFA", "2026-01-01", {"ACHPR-SRHRD", "EU-EEAS"}),
    ("MLI", "2025-09-17", {"ACHPR-SRHRD", "OIF", "EU-EEAS"}),
    ("NIC", "2026-11-20", {"IACHR-RHRD", "EU-EEAS"}),
    ("CUB", "2026-11-20", {"IACHR-RHRD", "EU-EEAS"}),
    ("VEN", "2026-11-20", {"IACHR-RHRD", "EU-EEAS"}),
    ("RUS", "2022-03-15", {"COE-CHR", "OSCE-ODIHR", "EU-EEAS"}),
    ("RUS", "2022-03-16", {"OSCE-ODIHR", "EU-EEAS"}),
    ("RUS", "1995", {"OSCE-ODIHR", "EU-EEAS"}),
    ("BLR", "2026-11-20", {"OSCE-ODIHR", "EU-EEAS"}),
    ("KAZ", "2026-11-20", {"OSCE-ODIHR", "EU-EEAS"}),
    ("GEO", "2026-11-20", {"COE-CHR", "OSCE-ODIHR", "EU-EEAS"}),
    ("TUR", "2026-11-20", {"COE-CHR", "OSCE-ODIHR", "EU-EEAS"}),
    ("USA", "2026-11-20", {"IACHR-RHRD", "OSCE-ODIHR", "EU-EEAS"}),
    ("HTI", "2026-11-20", {"IACHR-RHRD", "OIF", "EU-EEAS"}),
    ("VNM", "2026-11-20", {"OIF", "EU-EEAS"}),
    ("CHN", "2026-11-20", {"EU-EEAS"}),
    ("HKG", "2026-11-20", {"EU-EEAS"}),
    ("ESH", "2026-11-20", {"ACHPR-SRHRD", "EU-EEAS"}),
    ("PSE", "2026-11-20", {"EU-EEAS"}),
    ("XKX", "2026-11-20", {"EU-EEAS"}),
    ("VAT", "2026-11-20", {"OSCE-ODIHR", "EU-EEAS"}),
    ("NCL", "2026-11-20", {"COE-CHR", "OSCE-ODIHR", "OIF"}),
    ("GBR", "2020-01-31", {"COE-CHR", "OSCE-ODIHR"}),
    ("GBR", "2020-02-01", {"COE-CHR", "OSCE-ODIHR", "EU-EEAS"}),
    ("TGO", "2026-11-20", {"ACHPR-SRHRD", "OIF", "EU-EEAS"}),
]


def competent(**claim: Any) -> set[str]:
    rulings = rule_on_all([a_claim(**claim)], load())
    return {key for key, ruling in rulings.items() if ruling.competent}


@pytest.mark.parametrize(("country", "day", "expected"), CASES)
def test_golden_cases_of_competence(country: str, day: str, expected: set[str]) -> None:
    found = competent(country=country, date=day)
    assert found & REGIONAL == expected
    assert found >= EVERYWHERE


def test_a_transnational_event_concerns_the_mechanisms_of_both_states() -> None:
    assert competent(country="RUS", date="2026-11-20", further_states=["FRA"]) & REGIONAL == {
        "COE-CHR",
        "OSCE-ODIHR",
        "OIF",
        "EU-EEAS",
    }


@pytest.mark.parametrize(
    ("day", "expected"), [("2022", True), ("2022-03", True), ("2022-03-10/2022-03-20", True), ("2022-04", False)]
)
def test_the_earliest_day_of_an_imprecise_date_decides(day: str, expected: bool) -> None:
    assert ("COE-CHR" in competent(country="RUS", date=day)) is expected


@pytest.mark.parametrize(
    ("mechanism", "country", "day", "rule"),
    [
        ("COE-CHR", "RUS", "2023-01-01", "no-longer-a-member"),
        ("COE-CHR", "RUS", "1990", "not-yet-a-member"),
        ("COE-CHR", "CHN", "2026", "not-a-member"),
        ("COE-CHR", "FRA", "2026", "member-state"),
        ("EU-EEAS", "FRA", "2026", "own-member"),
        ("EU-EEAS", "TUN", "2026", "third-country"),
        ("UN-WGAD", "TUN", "2026", "all-states"),
    ],
)
def test_each_ruling_names_its_rule(mechanism: str, country: str, day: str, rule: str) -> None:
    ruling = rule_on(load().mechanisms[mechanism], a_claim(country=country, date=day), load())
    assert ruling.rule == rule
    assert country in ruling.detail


def test_a_territory_is_explained_by_the_state_responsible() -> None:
    ruling = rule_on(load().mechanisms["COE-CHR"], a_claim(country="NCL"), load())
    assert ruling.detail == "FRA, responsible for NCL, was bound by COE on 2026-11-20"
