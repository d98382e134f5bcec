"""Guarantee: the State responsible, on the days of the event, decides which mechanisms are competent."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from builders import a_claim
from tocsin.domain.routing.jurisdiction import Ruling, rule_on, rule_on_all
from tocsin.knowledge.load import load
from tocsin_schemas.knowledge import Knowledge, Membership, MembershipStatus, Territory

TODAY = date(2026, 11, 24)

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
    rulings = rule_on_all([a_claim(**{"ongoing": False} | claim)], load(), TODAY)
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
def test_a_state_that_left_answers_for_a_date_that_may_mean_a_day_before(day: str, expected: bool) -> None:
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
    ruling = rule_on(load().mechanisms[mechanism], a_claim(country=country, date=day, ongoing=False), load(), TODAY)
    assert ruling.rule == rule
    assert country in ruling.detail


def test_a_territory_is_explained_by_the_state_responsible() -> None:
    ruling = rule_on(load().mechanisms["COE-CHR"], a_claim(country="NCL"), load(), TODAY)
    assert ruling.detail == "FRA, responsible for NCL, was bound by COE on 2026-11-20"


# --- dates and degrees, on an invented organisation ------------------------------------------------------------------

JOINED, LEFT = date(2010, 6, 15), date(2020, 3, 1)
"""The State is bound from the one until the day before the other."""


def invented(*periods: tuple[MembershipStatus, date | None, date | None], competence: str = "COE-CHR") -> Knowledge:
    """The knowledge as shipped, but for how Togo stands to the organisation of this mechanism."""
    organisation = load().mechanisms[competence].organisation or ""
    of_togo = tuple(
        Membership(organisation=organisation, country="TGO", status=s, valid_from=f, valid_to=t, source="invented")
        for s, f, t in periods
    )
    return replace(load(), memberships={**load().memberships, (organisation, "TGO"): of_togo})


def ruled(knowledge: Knowledge, mechanism: str = "COE-CHR", **claim: Any) -> Ruling:
    facts = {"country": "TGO", "ongoing": False} | claim
    return rule_on(knowledge.mechanisms[mechanism], a_claim(**facts), knowledge, TODAY)


@pytest.mark.parametrize(
    ("day", "ongoing", "rule"),
    [
        ("2010-06-14", False, "not-yet-a-member"),
        ("2010-06-15", False, "member-state"),
        ("2010-06", False, "member-state"),
        ("2010", False, "member-state"),
        ("2009/2010", False, "member-state"),
        ("2009-12/2010-05", False, "not-yet-a-member"),
        ("2010-06-14", True, "continuing-violation"),
        ("2009", True, "continuing-violation"),
        ("2020-02-29", False, "member-state"),
        ("2020-03-01", False, "no-longer-a-member"),
        ("2020-03-01", True, "no-longer-a-member"),
        ("2020", False, "member-state"),
        ("2019-01-01", True, "member-state"),
    ],
)
def test_a_mechanism_is_competent_on_any_day_the_date_may_mean_and_for_what_still_goes_on(
    day: str, ongoing: bool, rule: str
) -> None:
    ruling = ruled(invented((MembershipStatus.MEMBER, JOINED, LEFT)), date=day, ongoing=ongoing)
    assert ruling.rule == rule
    assert ruling.competent is (rule in {"member-state", "continuing-violation"})


@pytest.mark.parametrize(
    ("day", "ongoing", "rule"),
    [
        ("2010-06-14", False, "third-country"),
        ("2010-06-15", False, "own-member"),
        ("2010", False, "third-country"),
        ("2015", True, "third-country"),
        ("2020", False, "third-country"),
        ("2020-03-01", False, "third-country"),
    ],
)
def test_missions_act_where_the_state_was_outside_on_any_of_these_days(day: str, ongoing: bool, rule: str) -> None:
    known = invented((MembershipStatus.MEMBER, JOINED, LEFT), competence="EU-EEAS")
    ruling = ruled(known, "EU-EEAS", date=day, ongoing=ongoing)
    assert (ruling.rule, ruling.competent) == (rule, rule != "own-member")


@pytest.mark.parametrize("status", [MembershipStatus.ASSOCIATE, MembershipStatus.OBSERVER])
def test_an_associate_or_observer_is_not_bound(status: MembershipStatus) -> None:
    ruling = ruled(invented((status, JOINED, None)), date="2015")
    assert (ruling.competent, ruling.rule) == (False, f"{status}-only")
    assert ruled(invented((status, JOINED, LEFT)), date="2026").rule == "not-a-member"


def test_an_observer_that_became_a_member_is_bound_from_then_on() -> None:
    known = invented((MembershipStatus.OBSERVER, None, JOINED), (MembershipStatus.MEMBER, JOINED, None))
    assert [ruled(known, date=day).rule for day in ("2010-06-14", "2010-06-15")] == ["observer-only", "member-state"]


def test_an_observer_of_the_union_is_a_third_country() -> None:
    known = invented((MembershipStatus.OBSERVER, None, None), competence="EU-EEAS")
    assert ruled(known, "EU-EEAS").rule == "third-country"


def test_a_territory_answers_through_the_state_responsible_even_where_it_has_an_entry_of_its_own() -> None:
    known = invented((MembershipStatus.MEMBER, None, None))
    territory = Territory(code="MYT", name={"en": "Mayotte"}, state="TGO", source="invented")
    ruling = ruled(replace(known, territories={**known.territories, "MYT": territory}), country="MYT")
    assert (ruling.rule, ruling.state) == ("member-state", "TGO")


@pytest.mark.parametrize(
    ("day", "ongoing", "detail"),
    [
        ("2012-01-01", False, "TGO was bound by COE on 2012-01-01"),
        ("2010", False, "TGO was bound by COE on 2010-06-15, which the date may mean"),
        (
            "2010-01",
            True,
            "TGO came to be bound by COE on 2010-06-15, and what began on 2010-01-31 or before went on",
        ),
    ],
)
def test_the_detail_says_which_day_decided(day: str, ongoing: bool, detail: str) -> None:
    known = invented((MembershipStatus.MEMBER, JOINED, None))
    assert ruled(known, date=day, ongoing=ongoing).detail == f"{detail} [unverified]"


def test_a_membership_that_a_person_has_checked_is_not_called_unverified() -> None:
    known = invented((MembershipStatus.MEMBER, JOINED, None))
    checked = {
        at: tuple(p.model_copy(update={"verified_on": JOINED}) for p in ps) for at, ps in known.memberships.items()
    }
    assert "unverified" not in ruled(replace(known, memberships=checked), date="2012-01-01").detail


def test_a_ruling_keeps_the_period_that_it_rests_on() -> None:
    ruling = ruled(invented((MembershipStatus.MEMBER, JOINED, None)), date="2012")
    assert ruling.membership is not None
    assert ruling.membership.valid_from == JOINED
