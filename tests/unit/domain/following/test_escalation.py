"""Who is told next, after how long, and how much."""

from datetime import timedelta

import pytest

from tocsin.domain.following.escalation import Step, interval, level_for, next_step
from tocsin.domain.routing.chain import Tier
from tocsin.knowledge.load import load
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.knowledge import Clock, ClockKind
from tocsin_schemas.vocabulary import Priority

CHAIN = (Tier("staff", ("a", "b")), Tier("mandate_holder", ("c",)), Tier("duty_officer", ("d",)))
STEPS = [
    (set(), Step("staff", ("a", "b"), False)),
    ({"a"}, Step("staff", ("b",), False)),
    ({"a", "b"}, Step("mandate_holder", ("c",), False)),
    ({"a", "b", "c"}, Step("duty_officer", ("d",), True)),
    ({"a", "b", "d"}, Step("mandate_holder", ("c",), True)),
    ({"a", "b", "c", "d"}, None),
]


@pytest.mark.parametrize(("told", "expected"), STEPS)
def test_the_first_tier_with_somebody_who_was_not_told(told, expected) -> None:
    assert next_step(CHAIN, told) == expected


def test_nobody_holds_the_mandate_any_more() -> None:
    assert next_step((), {"a"}) is None


def test_every_chain_ends_with_everybody_told_once() -> None:
    told: list[str] = []
    while (step := next_step(CHAIN, told)) is not None:
        told.extend(step.recipients)
    assert told == ["a", "b", "c", "d"]


def test_the_knowledge_gives_minutes_to_the_most_urgent_and_days_to_the_least() -> None:
    each = [interval(priority, load().clocks.values()) for priority in Priority]
    assert each == sorted(each)
    assert each[0] < timedelta(hours=1)
    assert each[-1] > timedelta(days=1)


def test_without_an_escalation_clock_the_acknowledgement_clock_counts_and_without_any_nothing_does() -> None:
    clock = Clock(
        key="k", kind=ClockKind.ACKNOWLEDGEMENT, priority=Priority.P1, duration=timedelta(hours=4), source="t"
    )
    assert interval(Priority.P1, [clock]) == timedelta(hours=4)
    assert interval(Priority.P2, [clock]) is None


L0, L1, L2 = DisclosureLevel


@pytest.mark.parametrize(
    ("route", "wishes", "expected"), [(L1, [L2], L1), (L2, [L2, L0], L0), (L1, [], L1), (L0, [L2], L0)]
)
def test_nobody_is_told_more_than_the_route_or_they_allow(route, wishes, expected) -> None:
    assert level_for(route, wishes) is expected
