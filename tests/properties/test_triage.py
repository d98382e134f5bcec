"""Guarantee: no aggravating fact lowers a priority, no date that comes nearer does, and no further report."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_claim
from tocsin.domain.claims import Claim
from tocsin.domain.routing.severities import is_detained
from tocsin.domain.routing.standing import Lowered, Standing
from tocsin.domain.routing.triage import Triage, judge, triage
from tocsin_schemas.vocabulary import AccountabilityStatus, Certainty, Priority, Urgency, ViolationType

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
IDS = [f"00000000-0000-5000-8000-00000000000{n}" for n in range(5)]
CERTAINTIES = (Certainty.UNLIKELY, Certainty.UNKNOWN, Certainty.POSSIBLE, Certainty.LIKELY, Certainty.OBSERVED)
URGENCIES = (Urgency.PAST, Urgency.UNKNOWN, Urgency.EXPECTED, Urgency.IMMEDIATE)
FLAGS = (
    "ongoing",
    "minor",
    "pregnant",
    "elderly",
    "strict_reprisal",
    "lawyer_denied",
    "care_denied",
    "incommunicado",
    "whereabouts_unknown",
    "risk_to_life",
    "risk_to_integrity",
    "risk_to_health",
    "prior_attacks",
)
UNPUNISHED = (AccountabilityStatus.STALLED, AccountabilityStatus.CLOSED_NO_CHARGE, AccountabilityStatus.AMNESTY)

_days = st.integers(-5, 60).map(lambda n: f"{NOW + timedelta(days=n):%Y-%m-%d}")
_dates = st.none() | _days | st.sampled_from(["2026", "2027", "2026-11", "2026-12", "2027-01"])
_priorities = st.sampled_from(Priority)
_standings = st.builds(
    Standing,
    emblematic=st.booleans(),
    impunity_by_link=st.booleans(),
    lowered=st.none() | st.builds(Lowered, _priorities, st.just("operator-1"), _priorities),
)


_PLAIN = a_claim()


def a_variant(**facts: Any) -> Claim:
    """Of the plain claim, without building its report again."""
    return _PLAIN.model_copy(update=facts)


def claims(report_id: str = IDS[0]) -> st.SearchStrategy[Claim]:
    return st.builds(
        a_variant,
        report_id=st.just(report_id),
        violations=st.lists(st.sampled_from(ViolationType), min_size=1, max_size=2, unique=True),
        urgency=st.sampled_from(URGENCIES),
        certainty=st.sampled_from(CERTAINTIES),
        independent_sources=st.integers(0, 3),
        victims=st.sampled_from([0, 1, 9, 10]),
        group_size=st.sampled_from([None, 9, 10]),
        accountability=st.sampled_from(AccountabilityStatus),
        expected_on=_dates,
        next_hearing=_dates,
        **{flag: st.booleans() for flag in FLAGS},
    )


cases = st.integers(1, 3).flatmap(lambda n: st.tuples(*(claims(report_id) for report_id in IDS[:n])))


def with_(claim: Claim, **facts: Any) -> Claim:
    return claim.model_copy(update=facts)


def flagged(flag: str, claim: Claim, _: st.DrawFn) -> Claim:
    return with_(claim, **{flag: True})


def raised(claim: Claim, name: str, order: tuple[Any, ...]) -> Claim:
    place = order.index(getattr(claim, name))
    return with_(claim, **{name: order[min(place + 1, len(order) - 1)]})


AGGRAVATING: dict[str, Callable[[Claim, st.DrawFn], Claim]] = {
    "a violation is added": lambda c, draw: with_(c, violations=[*c.violations, draw(st.sampled_from(ViolationType))]),
    "urgency rises": lambda c, _: raised(c, "urgency", URGENCIES),
    "certainty rises": lambda c, _: raised(c, "certainty", CERTAINTIES),
    "one more source": lambda c, _: with_(c, independent_sources=c.independent_sources + 1),
    "more victims": lambda c, draw: with_(c, victims=c.victims + draw(st.integers(1, 20))),
    "a larger group": lambda c, draw: with_(c, group_size=(c.group_size or 0) + draw(st.integers(1, 20))),
    "nobody is charged": lambda c, draw: with_(c, accountability=draw(st.sampled_from(UNPUNISHED)), prior_attacks=True),
    **{f"{flag} is set": partial(flagged, flag) for flag in FLAGS},
}
"""Each change of one claim that makes it graver."""


@st.composite
def aggravated(draw: st.DrawFn) -> tuple[tuple[Claim, ...], tuple[Claim, ...], str]:
    """A case, the same with one claim made graver, and how."""
    before = draw(cases)
    which = draw(st.integers(0, len(before) - 1))
    how = draw(st.sampled_from(sorted(AGGRAVATING)))
    after = AGGRAVATING[how](before[which], draw)
    return before, (*before[:which], after, *before[which + 1 :]), how


@given(aggravated(), _standings)
@settings(max_examples=200)
def test_an_aggravating_fact_never_lowers_the_priority(
    changed: tuple[tuple[Claim, ...], tuple[Claim, ...], str], standing: Standing
) -> None:
    before, after, how = changed
    assert triage(after, NOW, standing).priority <= triage(before, NOW, standing).priority, how


@given(claims(), st.sampled_from(["expected_on", "next_hearing"]), st.integers(0, 60), st.integers(0, 60), _standings)
@settings(max_examples=200)
def test_a_day_that_is_nearer_never_lowers_the_priority(
    claim: Claim, name: str, one: int, other: int, standing: Standing
) -> None:
    far, near = (
        with_(claim, **{name: f"{NOW + timedelta(days=n):%Y-%m-%d}"}) for n in (max(one, other), min(one, other))
    )
    assert triage([near], NOW, standing).priority <= triage([far], NOW, standing).priority
    assert triage([near], NOW, standing).priority <= triage([with_(claim, **{name: None})], NOW, standing).priority


@given(cases, claims(IDS[4]), _standings)
@settings(max_examples=200)
def test_a_further_report_never_lowers_the_priority(
    before: tuple[Claim, ...], further: Claim, standing: Standing
) -> None:
    assert triage([*before, further], NOW, standing).priority <= triage(before, NOW, standing).priority


@given(cases, _standings)
def test_what_is_known_besides_never_lowers_the_priority(before: tuple[Claim, ...], standing: Standing) -> None:
    graver = Standing(emblematic=True, impunity_by_link=True, lowered=standing.lowered)
    assert triage(before, NOW, graver).priority <= triage(before, NOW, standing).priority


@given(cases, _standings)
def test_the_same_claims_give_the_same_whatever_their_order(before: tuple[Claim, ...], standing: Standing) -> None:
    assert triage(before[::-1], NOW, standing) == triage(before, NOW, standing)


@given(claims(), _standings)
def test_what_nobody_vouches_for_is_never_put_first_without_a_person(claim: Claim, standing: Standing) -> None:
    found = judge(claim, NOW, standing)
    if claim.certainty is Certainty.UNLIKELY or (
        claim.certainty is Certainty.UNKNOWN and claim.independent_sources < 2
    ):
        assert found.needs_review
        assert found.priority >= Priority.P2


def _without_dates(claim: Claim) -> Triage:
    return judge(with_(claim, next_hearing=None), NOW)


@given(claims())
def test_a_hearing_counts_for_the_detained_alone(claim: Claim) -> None:
    if not is_detained(claim):
        assert judge(claim, NOW) == _without_dates(claim)


@given(claims(), _standings)
def test_only_a_person_lowers(claim: Claim, standing: Standing) -> None:
    plain = Standing(emblematic=standing.emblematic, impunity_by_link=standing.impunity_by_link)
    judged, found = triage([claim], NOW, plain), triage([claim], NOW, standing)
    assert found.priority >= judged.priority
    if found.priority is not judged.priority:
        assert standing.lowered is not None
        assert found.rule == "lowered"
        assert judged.priority >= standing.lowered.judged
