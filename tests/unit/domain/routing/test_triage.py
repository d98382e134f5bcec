"""Guarantee: the priority follows the definitions, is explained, and is lowered by a person alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from builders import a_claim
from tocsin.domain.claims import Claim
from tocsin.domain.routing.severities import severity
from tocsin.domain.routing.standing import Lowered, Standing
from tocsin.domain.routing.triage import triage
from tocsin_schemas.vocabulary import AccountabilityStatus, Certainty, Priority, Urgency, ViolationType

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
P1, P2, P3, P4 = Priority
V = ViolationType

_PLAIN: dict[str, Any] = {"urgency": Urgency.UNKNOWN, "ongoing": False, "certainty": Certainty.LIKELY}
_NOW = {"urgency": Urgency.IMMEDIATE}

TABLE: list[tuple[str, dict[str, Any], Priority, str]] = [
    ("torture now", {"violations": [V.TORTURE], **_NOW}, P1, "immediate-grave"),
    ("incommunicado, going on", {"violations": [V.INCOMMUNICADO], "ongoing": True}, P1, "immediate-grave"),
    ("whereabouts unknown, going on", {"whereabouts_unknown": True, "ongoing": True}, P1, "immediate-grave"),
    ("arrest now, no lawyer", {"violations": [V.ARREST], "lawyer_denied": True, **_NOW}, P1, "immediate-grave"),
    ("arrest now", {"violations": [V.ARREST], **_NOW}, P2, "immediate"),
    ("threat now", {"violations": [V.THREAT], **_NOW}, P2, "immediate"),
    ("detention going on", {"violations": [V.ARBITRARY_DETENTION], "ongoing": True}, P2, "ongoing-liberty"),
    ("deportation expected", {"violations": [V.DEPORTATION], "urgency": Urgency.EXPECTED}, P2, "ongoing-liberty"),
    ("killing, past", {"violations": [V.KILLING], "urgency": Urgency.PAST}, P3, "past-grave"),
    ("arrest, past", {"violations": [V.ARREST], "urgency": Urgency.PAST}, P3, "past-grave"),
    ("smear going on", {"violations": [V.SMEAR], "ongoing": True}, P3, "restriction"),
    ("smear, past", {"violations": [V.SMEAR], "urgency": Urgency.PAST}, P4, "law-or-trend"),
    ("law", {"violations": [V.FOREIGN_AGENT_LAW]}, P4, "law-or-trend"),
    ("law voted tomorrow", {"violations": [V.RESTRICTIVE_LAW], **_NOW}, P3, "restriction"),
    (
        "strict reprisal, past",
        {"violations": [V.DISMISSAL], "urgency": Urgency.PAST, "strict_reprisal": True},
        P2,
        "strict-reprisal",
    ),
    (
        "strict reprisal, detained",
        {"violations": [V.ARREST], "ongoing": True, "strict_reprisal": True},
        P1,
        "ongoing-liberty",
    ),
    ("a minor detained", {"violations": [V.ARREST], "ongoing": True, "minor": True}, P1, "ongoing-liberty"),
    ("ten arrested, past", {"violations": [V.ARREST], "victims": 10, "urgency": Urgency.PAST}, P2, "past-grave"),
    (
        "attacked again with impunity",
        {
            "violations": [V.THREAT],
            **_NOW,
            "accountability": AccountabilityStatus.STALLED,
            "prior_attacks": True,
        },
        P1,
        "immediate",
    ),
    (
        "attacked for the first time, nobody charged",
        {"violations": [V.THREAT], **_NOW, "accountability": AccountabilityStatus.STALLED},
        P2,
        "immediate",
    ),
    ("a man past 65 detained", {"violations": [V.ARREST], "ongoing": True, "elderly": True}, P1, "ongoing-liberty"),
    ("a pregnant woman smeared", {"violations": [V.SMEAR], "ongoing": True, "pregnant": True}, P2, "restriction"),
    (
        "several aggravators, one step",
        {"violations": [V.SMEAR], "urgency": Urgency.PAST, "minor": True, "victims": 12},
        P3,
        "law-or-trend",
    ),
    ("threat expected", {"violations": [V.THREAT], "urgency": Urgency.EXPECTED}, P3, "restriction"),
    ("threat, urgency not known", {"violations": [V.THREAT]}, P3, "restriction"),
    ("arrest, urgency not known", {"violations": [V.ARREST]}, P3, "past-grave"),
    ("killing, urgency not known", {"violations": [V.KILLING]}, P3, "past-grave"),
    (
        "strict reprisal of a child, past",
        {"violations": [V.SMEAR], "urgency": Urgency.PAST, "strict_reprisal": True, "minor": True},
        P1,
        "strict-reprisal",
    ),
    (
        "strict reprisal by law",
        {"violations": [V.FOREIGN_AGENT_LAW], "strict_reprisal": True},
        P2,
        "strict-reprisal",
    ),
    (
        "broad reprisal, past",
        {"violations": [V.DISMISSAL], "urgency": Urgency.PAST, "broad_reprisal": True},
        P4,
        "law-or-trend",
    ),
    (
        "execution in three days",
        {"violations": [V.CONVICTION], "risk_to_life": True, "expected_on": "2026-11-27"},
        P1,
        "immediate-grave",
    ),
    ("deportation in four days", {"violations": [V.DEPORTATION], "expected_on": "2026-11-28"}, P2, "ongoing-liberty"),
    ("deportation in thirty days", {"violations": [V.DEPORTATION], "expected_on": "2026-12-24"}, P2, "ongoing-liberty"),
    ("deportation in thirty-one days", {"violations": [V.DEPORTATION], "expected_on": "2026-12-25"}, P3, "past-grave"),
    ("deportation was yesterday", {"violations": [V.DEPORTATION], "expected_on": "2026-11-23"}, P3, "past-grave"),
    ("deportation this month", {"violations": [V.DEPORTATION], "expected_on": "2026-11"}, P1, "immediate-grave"),
    ("deportation this year", {"violations": [V.DEPORTATION], "expected_on": "2026"}, P2, "ongoing-liberty"),
    ("hearing tomorrow, detained", {"violations": [V.ARREST], "next_hearing": "2026-11-25"}, P2, "immediate"),
    (
        "hearing tomorrow, detained without lawyer",
        {"violations": [V.ARREST], "lawyer_denied": True, "next_hearing": "2026-11-25"},
        P1,
        "immediate-grave",
    ),
    (
        "hearing tomorrow, at large",
        {"violations": [V.JUDICIAL_HARASSMENT], "urgency": Urgency.PAST, "next_hearing": "2026-11-25"},
        P4,
        "law-or-trend",
    ),
    (
        "held without lawyer and family",
        {"violations": [V.ARREST], "ongoing": True, "incommunicado": True},
        P1,
        "immediate-grave",
    ),
    (
        "torture now, unlikely",
        {"violations": [V.TORTURE], **_NOW, "certainty": Certainty.UNLIKELY},
        P2,
        "certainty-cap",
    ),
    (
        "torture now, two sources, certainty not given",
        {"violations": [V.TORTURE], **_NOW, "certainty": Certainty.UNKNOWN, "independent_sources": 2},
        P1,
        "immediate-grave",
    ),
    (
        "torture now, two sources, yet unlikely",
        {"violations": [V.TORTURE], **_NOW, "certainty": Certainty.UNLIKELY, "independent_sources": 2},
        P2,
        "certainty-cap",
    ),
    (
        "torture now, certainty not known",
        {"violations": [V.TORTURE], **_NOW, "certainty": Certainty.UNKNOWN},
        P2,
        "certainty-cap",
    ),
]


@pytest.mark.parametrize(("situation", "facts", "priority", "rule"), TABLE, ids=[t[0] for t in TABLE])
def test_priority_of_a_single_report(situation: str, facts: dict[str, Any], priority: Priority, rule: str) -> None:
    found = triage([a_claim(**(_PLAIN | facts))], NOW)
    assert (found.priority, found.rule) == (priority, rule)


@pytest.mark.parametrize(
    ("certainty", "needs_review"),
    [(Certainty.OBSERVED, False), (Certainty.POSSIBLE, False), (Certainty.UNLIKELY, True), (Certainty.UNKNOWN, True)],
)
def test_an_uncertain_report_waits_for_a_person(certainty: Certainty, needs_review: bool) -> None:
    assert triage([a_claim(certainty=certainty)], NOW).needs_review is needs_review


def test_the_reasons_name_the_facts() -> None:
    found = triage([a_claim(violations=[V.TORTURE], urgency=Urgency.IMMEDIATE, minor=True)], NOW)
    assert found.reasons == ("urgency-immediate", "severity-3", "certainty-likely", "minor")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"violations": [V.TORTURE], "ongoing": True}, "grave-and-ongoing"),
        ({"expected_on": "2026-11-25"}, "harm-expected-soon"),
        ({"next_hearing": "2026-11-25"}, "hearing-soon"),
    ],
)
def test_the_reasons_say_why_it_is_immediate_if_nobody_reported_it_so(facts: dict[str, Any], reason: str) -> None:
    assert triage([a_claim(**(_PLAIN | facts))], NOW).reasons[:2] == ("urgency-immediate", reason)


def test_the_reasons_tell_that_a_second_source_counted() -> None:
    found = triage([a_claim(certainty=Certainty.POSSIBLE, independent_sources=2)], NOW)
    assert "certainty-possible" in found.reasons
    assert "second-source" in found.reasons


@pytest.mark.parametrize(
    ("standing", "reason"),
    [(Standing(emblematic=True), "emblematic"), (Standing(impunity_by_link=True), "impunity")],
)
def test_what_is_known_of_the_case_aggravates_every_report(standing: Standing, reason: str) -> None:
    claim = a_claim(**_PLAIN)
    assert triage([claim], NOW).priority is P3
    found = triage([claim], NOW, standing)
    assert (found.priority, found.reasons[-1]) == (P2, reason)


def of(number: int, **facts: Any) -> Claim:
    return a_claim(report_id=f"00000000-0000-5000-8000-00000000000{number}", **(_PLAIN | facts))


UNLIKELY_TORTURE: dict[str, Any] = {"violations": [V.TORTURE], **_NOW, "certainty": Certainty.UNLIKELY}
UNKNOWN_TORTURE: dict[str, Any] = UNLIKELY_TORTURE | {"certainty": Certainty.UNKNOWN}


def test_a_credible_report_does_not_lower_what_an_unlikely_one_gave() -> None:
    found = triage([of(0, **UNLIKELY_TORTURE), of(1, violations=[V.SMEAR])], NOW)
    assert (found.priority, found.needs_review) == (P2, True)


def test_an_unlikely_report_needs_a_person_even_beside_a_graver_one() -> None:
    found = triage([of(0, **UNLIKELY_TORTURE), of(1, violations=[V.TORTURE], ongoing=True)], NOW)
    assert (found.priority, found.needs_review) == (P1, True)


def test_a_report_of_unknown_certainty_needs_a_person_only_if_the_priority_rests_on_it() -> None:
    graver = of(1, violations=[V.TORTURE], ongoing=True)
    lesser = of(1, violations=[V.SMEAR])
    assert not triage([of(0, **UNKNOWN_TORTURE), graver], NOW).needs_review
    assert triage([of(0, **UNKNOWN_TORTURE), lesser], NOW).needs_review


# --- lowering --------------------------------------------------------------------------------------------------------


def by_a_person(priority: Priority, judged: Priority) -> Standing:
    return Standing(lowered=Lowered(priority, by="operator-1", judged=judged))


@pytest.mark.parametrize(
    ("facts", "judged", "to", "priority"),
    [
        ({"ongoing": True}, P2, P4, P4),
        ({"ongoing": True}, P2, P3, P3),
        ({"ongoing": True}, P3, P4, P2),
        ({"ongoing": True}, P1, P3, P3),
        ({}, P2, P2, P3),
        ({"violations": [V.TORTURE], "ongoing": True}, P2, P4, P1),
    ],
)
def test_a_lowering_holds_until_the_facts_are_graver_than_when_it_was_made(
    facts: dict[str, Any], judged: Priority, to: Priority, priority: Priority
) -> None:
    found = triage([a_claim(**(_PLAIN | facts))], NOW, by_a_person(to, judged))
    assert found.priority is priority
    assert (found.rule == "lowered") is (priority is to)


def test_a_lowering_does_not_take_the_case_from_the_person_who_must_look() -> None:
    assert triage([of(0, **UNLIKELY_TORTURE)], NOW, by_a_person(P4, P2)).needs_review


@pytest.mark.parametrize(
    ("facts", "grave"),
    [
        ({"violations": [V.RESTRICTIVE_LAW]}, 0),
        ({"violations": [V.RESTRICTIVE_LAW, V.SMEAR]}, 1),
        ({"violations": [V.FUNDING_RESTRICTION]}, 1),
        ({"violations": [V.CONVICTION]}, 2),
        ({"violations": [V.CONVICTION], "care_denied": True}, 3),
        ({"violations": [V.SEXUAL_VIOLENCE]}, 3),
        ({"violations": [V.DEATH_THREAT]}, 4),
        ({"violations": [V.SMEAR], "risk_to_life": True}, 4),
    ],
)
def test_severity_is_that_of_the_gravest_fact(facts: dict[str, Any], grave: int) -> None:
    assert severity(a_claim(**facts)) == grave
