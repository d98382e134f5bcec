"""Guarantee: what does not fit together is found, and every mandate can be reached by some report."""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from builders import a_claim
from tocsin.domain.routing.mandates import trigger
from tocsin.knowledge.checking import check, check_words, unverified
from tocsin.knowledge.load import load, vocabularies
from tocsin_schemas.knowledge import Clock, ClockKind, Flag, Knowledge, Mandate, Membership, MembershipStatus, Territory
from tocsin_schemas.vocabulary import Priority, ViolationType

_BARE: dict[str, Any] = {
    "violations": [ViolationType.OTHER],
    "topics": [],
    "occupations": [],
    "country": "NZL",
    "further_states": [],
    "defender": False,
    "woman": False,
    "risk_to_life": False,
    "risk_to_integrity": False,
    "risk_to_health": False,
}
"""Facts that trigger nothing."""
_FLAGS: dict[Flag, dict[str, Any]] = {
    Flag.RISK_TO_PERSON: {"risk_to_life": True},
    Flag.INCOMMUNICADO: {"incommunicado": True},
}


def test_the_tables_that_are_shipped_fit_together() -> None:
    assert check(load()) == []
    assert check_words(vocabularies()) == []


def test_an_unchecked_fact_says_so() -> None:
    found = unverified(load())
    assert {"membership COE RUS", "mandate UN-CLIMATE", "clock un-communication", "territory TWN"} <= set(found)
    assert {"mechanism UN-WGAD", "mandate UN-WGAD", "clock acknowledge-P1", "membership COE FRA"}.isdisjoint(found)


def a_period(since: str, until: str | None = None, country: str = "RUS") -> Membership:
    ends = date.fromisoformat(until) if until else None
    return Membership(
        source="x", organisation="COE", country=country, valid_from=date.fromisoformat(since), valid_to=ends
    )


def a_mandate(**over: Any) -> Mandate:
    fields: dict[str, Any] = {"source": "x", "key": "X", "mechanism": "UN-SP", "always": True}
    return Mandate(**(fields | {"name": {"en": "x", "fr": "x"}} | over))


def with_periods(*periods: Membership) -> Knowledge:
    code = periods[0].country
    return dataclasses.replace(load(), memberships={**load().memberships, ("COE", code): periods})


def with_mandate(mandate: Mandate) -> Knowledge:
    return dataclasses.replace(load(), mandates=(*load().mandates, mandate))


def with_clock(clock: Clock) -> Knowledge:
    return dataclasses.replace(load(), clocks={**load().clocks, clock.key: clock})


def with_territory(code: str, **over: Any) -> Knowledge:
    fields: dict[str, Any] = {"source": "x", "code": code, "name": {"en": "x", "fr": "x"}}
    territory = Territory(**(fields | over))
    return dataclasses.replace(load(), territories={**load().territories, code: territory})


def without_table(organisation: str) -> Knowledge:
    kept = {key: periods for key, periods in load().memberships.items() if key[0] != organisation}
    return dataclasses.replace(load(), memberships=kept)


def mechanism_with(key: str, **over: Any) -> Knowledge:
    changed = load().mechanisms[key].model_copy(update=over)
    return dataclasses.replace(load(), mechanisms={**load().mechanisms, key: changed})


def a_clock(**over: Any) -> Clock:
    fields: dict[str, Any] = {"source": "x", "key": "escalate-P1", "kind": ClockKind.ESCALATION}
    return Clock(**(fields | {"priority": Priority.P1, "duration": timedelta(minutes=30)} | over))


FAULTS: list[tuple[Knowledge, str]] = [
    (with_periods(a_period("2020-01-01"), a_period("2021-01-01")), "membership COE RUS: two periods overlap"),
    (
        with_periods(a_period("2020-01-01", "2021-01-01"), a_period("2021-01-02")),
        "membership COE RUS: a gap between two periods",
    ),
    (with_periods(a_period("2020-01-01", "2019-01-01")), "membership COE RUS: ends before it begins"),
    (with_periods(a_period("2020-01-01", country="YUG")), "membership COE YUG: no such country"),
    (without_table("OIF"), "mechanism OIF: no memberships of OIF"),
    (without_table("UN"), "territory TGO: neither a member of the United Nations nor a territory"),
    (with_territory("TGO"), "territory TGO: no such country, or a member of the United Nations"),
    (with_territory("ABW", state="XKX"), "territory ABW: XKX is not a State"),
    (
        with_territory("ABW", note={"en": "x"}),
        "territory ABW: the name or the note is missing in English or French",
    ),
    (with_mandate(load().mandates[0]), "mandate UN-SRHRD: listed twice"),
    (with_mandate(a_mandate(mechanism="UN-X")), "mandate X: no mechanism UN-X"),
    (with_mandate(a_mandate(always=False)), "mandate X: nothing triggers it"),
    (with_mandate(a_mandate(name={"en": "x"})), "mandate X: the name is missing in English or French"),
    (with_mandate(a_mandate(countries=["YUG"])), "mandate X: its mechanism is never competent for YUG"),
    (
        with_mandate(a_mandate(mechanism="OIF", countries=["POL"])),
        "mandate X: its mechanism is never competent for POL",
    ),
    (with_mandate(a_mandate(reprisal_mechanisms=["ILO"])), "mandate X: nobody cooperates with ILO"),
    (
        with_mandate(a_mandate(valid_from=date(2020, 1, 1), valid_to=date(2019, 1, 1))),
        "mandate X: ends before it begins",
    ),
    (mechanism_with("UN-WGAD", reply_clock="none"), "mechanism UN-WGAD: no clock none"),
    (mechanism_with("UN-WGAD", reply_clock="un-embargo"), "mechanism UN-WGAD: no clock un-embargo"),
    (
        mechanism_with("UN-WGAD", actions=[]),
        "mechanism UN-WGAD: nothing that it does starts the clock wgad-regular",
    ),
    (
        mechanism_with("OIF", basis={"fr": "x"}),
        "mechanism OIF: the name or the basis is missing in English or French",
    ),
    (dataclasses.replace(load(), mandates=()), "mechanism UN-WGAD: no mandate"),
    (
        dataclasses.replace(load(), clocks={}),
        "priority P1: 0 clocks for its acknowledgement and 0 for escalation",
    ),
    (with_clock(a_clock(duration=timedelta(hours=4))), "priority P1: late before the next tier is told"),
    (with_clock(a_clock(key="x", priority=None)), "clock x: the priority is missing, or one too many"),
    (with_clock(a_clock(key="x", kind=ClockKind.REPLY, priority=None)), "clock x: no mechanism uses it"),
    (with_clock(a_clock(key="x", kind=ClockKind.REMINDER)), "priority P1: several reminders, or one that comes late"),
    (
        with_clock(a_clock(key="remind-P1", kind=ClockKind.REMINDER, duration=timedelta(hours=4))),
        "priority P1: several reminders, or one that comes late",
    ),
]


@pytest.mark.parametrize(("knowledge", "fault"), FAULTS, ids=[fault for _, fault in FAULTS])
def test_a_planted_fault_is_found(knowledge: Knowledge, fault: str) -> None:
    assert fault in check(knowledge)


def test_an_observer_makes_no_country_mandate_reachable_but_a_member_does() -> None:
    observer = a_period("2020-01-01", country="POL").model_copy(
        update={"organisation": "OIF", "status": MembershipStatus.OBSERVER}
    )
    seated = with_mandate(a_mandate(mechanism="OIF", countries=["POL"]))
    for status, faults in ((MembershipStatus.OBSERVER, 1), (MembershipStatus.MEMBER, 0)):
        period = observer.model_copy(update={"status": status})
        known = dataclasses.replace(seated, memberships={**seated.memberships, ("OIF", "POL"): (period,)})
        assert len(check(known)) == faults


def facts(mandate: Mandate) -> Iterator[dict[str, Any]]:
    """One claim for each fact that should trigger the mandate."""
    yield from ({"violations": [v]} for v in mandate.violations)
    yield from ({"topics": [t]} for t in mandate.topics)
    yield from ({"occupations": [o]} for o in mandate.occupations)
    yield from (_FLAGS.get(f, {f.value: True}) for f in mandate.flags)
    yield from ({"country": c} for c in mandate.countries)
    yield from ({"strict_reprisal": True, "reprisal_mechanism": m} for m in mandate.reprisal_mechanisms)
    if mandate.always:
        yield {}


@pytest.mark.parametrize("mandate", load().mandates, ids=[m.key for m in load().mandates])
def test_every_trigger_of_every_mandate_can_be_pulled_by_a_report(mandate: Mandate) -> None:
    required = {
        name: value for flag in mandate.requires for name, value in _FLAGS.get(flag, {flag.value: True}).items()
    }
    found = [trigger(mandate, a_claim(**(_BARE | required | alone))) for alone in facts(mandate)]
    assert found
    assert all(found)
