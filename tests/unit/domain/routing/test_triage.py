"""Guarantee: the priority is explained, the same on every replay, and never lowered by a further report."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_claim
from tocsin.domain.routing.triage import triage
from tocsin_schemas.vocabulary import AccountabilityStatus, Certainty, Priority, Urgency, ViolationType

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
        {"violations": [V.THREAT], **_NOW, "accountability": AccountabilityStatus.STALLED},
        P1,
        "immediate",
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
    found = triage([a_claim(**(_PLAIN | facts))])
    assert (found.priority, found.rule) == (priority, rule)


@pytest.mark.parametrize(
    ("certainty", "needs_review"),
    [(Certainty.OBSERVED, False), (Certainty.POSSIBLE, False), (Certainty.UNLIKELY, True), (Certainty.UNKNOWN, True)],
)
def test_an_uncertain_report_waits_for_a_person(certainty: Certainty, needs_review: bool) -> None:
    assert triage([a_claim(certainty=certainty)]).needs_review is needs_review


def test_the_reasons_name_the_facts() -> None:
    found = triage([a_claim(violations=[V.TORTURE], urgency=Urgency.IMMEDIATE, minor=True)])
    assert found.reasons == ("urgency-immediate", "severity-3", "certainty-likely", "minor")


_ids = st.integers(0, 99).map(lambda n: f"00000000-0000-5000-8000-0000000000{n:02}")
_claims = st.builds(
    a_claim,
    report_id=_ids,
    violations=st.lists(st.sampled_from(ViolationType), min_size=1, max_size=2, unique=True),
    urgency=st.sampled_from(Urgency),
    certainty=st.sampled_from([c for c in Certainty if c is not Certainty.UNLIKELY]),
    ongoing=st.booleans(),
    strict_reprisal=st.booleans(),
    minor=st.booleans(),
)


@given(st.lists(_claims, min_size=1, max_size=4), _claims)
def test_a_further_report_never_lowers_the_priority(claims: list[Any], further: Any) -> None:
    assert triage([*claims, further]).priority <= triage(claims).priority
