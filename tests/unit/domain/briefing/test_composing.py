"""The brief counts what consent lets be counted, once, in its place; and nothing under embargo."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from briefed import ActionRow, CaseRow, RecommendationRow, tallied
from builders import a_claim
from consents import decision
from tocsin.domain.briefing.composing import Brief, compose
from tocsin.domain.briefing.periods import Period
from tocsin.domain.following.acting import Action, ActionState
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.consent import Addressee
from tocsin_schemas.vocabulary import (
    AccountabilityStatus,
    ActionType,
    Audience,
    Certainty,
    ConsentStatus,
    Purpose,
    ReplyQuality,
    ViolationType,
    WgadCategory,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PERIOD = Period(date(2026, 7, 1), date(2026, 9, 30))
OPENED = date(2026, 8, 3)
MECHANISMS = [Addressee(Audience.ALL_MECHANISMS, "UN-WGAD"), Addressee(Audience.NGOS, "FIDH-OMCT-OBS")]


def an_action(mechanism: str = "UN-WGAD", on: date = OPENED, **over: Any) -> Action:
    fields: dict[str, Any] = {
        "action_id": f"{mechanism}-{on}",
        "state": ActionState.TAKEN,
        "mechanism": mechanism,
        "action": ActionType.URGENT_APPEAL,
        "signatories": (),
        "states": ("TGO",),
        "on": on,
        "embargo_until": None,
        "recorded_at": NOW,
    }
    return Action(**(fields | over))


def a_case(*claims: dict[str, Any], **over: Any) -> CaseRow:
    return CaseRow(OPENED, [a_claim(**claim) for claim in claims or ({},)], **over)


def composed(cases: list[CaseRow], letters: list[ActionRow] | None = None, **over: Any) -> Brief:
    return compose(PERIOD, tallied(cases, letters or [], over.get("recommendations", []), MECHANISMS, NOW), NOW)


UNCOUNTED = [
    ("nobody may be shown anything", {"consents": []}),
    ("all that is granted is the alert", {"consents": [decision(Audience.ALL_MECHANISMS)]}),
    ("sharing was withdrawn", {"consents": [decision(a, ConsentStatus.WITHDRAWN, Purpose.SHARE) for a in Audience]}),
    ("it is under embargo", {"embargo_until": NOW + timedelta(days=1)}),
    ("it is unlikely", {"certainty": Certainty.UNLIKELY}),
]


@pytest.mark.parametrize(("why", "claim"), UNCOUNTED, ids=[why for why, _ in UNCOUNTED])
def test_a_case_is_not_counted_if(why: str, claim: dict[str, Any]) -> None:
    assert composed([a_case()] * 9 + [a_case(claim)] * 8).months.total == 9


def test_what_a_publisher_marked_is_not_counted() -> None:
    categories = {"categories": [WgadCategory.II]}
    marked = categories | {"confidential_fields": ["/detention/categories"]}
    brief = composed([a_case(categories)] * 6 + [a_case(marked)] * 7)
    assert (brief.detention["II"], brief.months.total) == (6, 13)


def test_joint_cases_are_told_by_how_many_mechanisms_reported_them() -> None:
    two = [{"publisher": "ACHPR-SRHRD"}, {"publisher": "OSCE-ODIHR", "report_id": report_id("OSCE-ODIHR", "1")}]
    found = composed([a_case()] * 6 + [a_case(*two)] * 7 + [a_case(*two, {"publisher": "IACHR-RELE"})] * 5).reporters
    assert dict(zip(found.rows, (row[0] for row in found.cells), strict=True)) == {"one": 6, "two": 7, "more": 5}


def test_who_acted_first_and_how_soon() -> None:
    def acted(mechanism: str, days: int) -> CaseRow:
        first = an_action(mechanism, OPENED + timedelta(days=days))
        return a_case(actions=[an_action("OSCE-ODIHR", OPENED + timedelta(days=40)), first])

    found = composed(
        [acted("UN-WGAD", 1)] * 6 + [acted("UN-WGAD", 5)] * 5 + [acted("IACHR-RELE", 30)] * 8 + [a_case()] * 9
    ).first_acts
    assert found.rows == ["IACHR-RELE", "UN-WGAD", "others"]
    assert found.cells[1][:2] == [6, 5]
    assert (found.outside, found.total) == (9, 28)


HIDDEN = [
    ("under embargo", {"embargo_until": NOW + timedelta(days=3)}),
    ("quiet", {"action": ActionType.QUIET_DIPLOMACY}),
    ("planned", {"state": ActionState.PLANNED}),
]


@pytest.mark.parametrize(("what", "over"), HIDDEN, ids=[what for what, _ in HIDDEN])
def test_an_act_is_not_counted_while_it_is(what: str, over: dict[str, Any]) -> None:
    hidden = an_action(**over)
    brief = composed([a_case(actions=[hidden])] * 9, [ActionRow(hidden)] * 9)
    assert (brief.first_acts.outside, brief.replies.total, brief.joint_letters.total) == (9, 0, 0)


def test_replies_are_told_by_what_came_of_each_letter() -> None:
    past, coming = NOW.date() - timedelta(days=1), NOW.date()
    letters = (
        [ActionRow(an_action(), past, ReplyQuality.SUBSTANTIVE)] * 5
        + [ActionRow(an_action(), past, ReplyQuality.NONE)] * 6
        + [ActionRow(an_action(), past, ReplyQuality.INCOMPLETE)] * 7
        + [ActionRow(an_action(), coming)] * 8
        + [ActionRow(an_action(signatories=("UN-TORTURE",)), past, ReplyQuality.REJECTS)] * 9
    )
    brief = composed([], letters)
    assert brief.replies.columns == ("substantive", "incomplete", "rejects", "overdue", "awaited")
    assert list(brief.replies.column_totals) == [5, 7, 9, 6, 8]
    assert [row[0] for row in brief.joint_letters.cells] == [9, 26]


def test_recommendations_are_told_by_their_state() -> None:
    past = NOW.date() - timedelta(days=1)
    made = [RecommendationRow("UN-SRHRD", past, True)] * 6 + [RecommendationRow("UN-SRHRD", past, False)] * 5
    found = composed([], recommendations=made + [RecommendationRow("UN-SRHRD", None, False)] * 7).recommendations
    assert list(found.column_totals) == [6, 5, 7]


def test_an_attack_after_one_that_led_to_nothing_is_told_beside_reprisals() -> None:
    earlier = [[a_claim(date="2024-02-01", accountability=AccountabilityStatus.CLOSED_NO_CHARGE)]]
    chained = CaseRow(OPENED, [a_claim(strict_reprisal=True)], earlier)
    found = composed([chained] * 6 + [a_case({"strict_reprisal": True})] * 7 + [a_case({"broad_reprisal": True})] * 9)
    assert found.reprisals.cells[0] == [6, 7]


def test_funding_and_land_are_told_by_violation_or_topic() -> None:
    funding = {"violations": [ViolationType.FOREIGN_AGENT_LAW], "topics": []}
    found = composed([a_case()] * 8 + [a_case(funding)] * 6)  # the usual claim is of a land-rights defender
    assert found.subjects == {"funding": 6, "land": 8}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-07-02", "2026-09-30"),
        ("2026-07-01", "2026-09-29"),
        ("2026-08-01", "2026-10-31"),
        ("2026-10-01", "2026-09-30"),
    ],
)
def test_a_period_that_is_not_whole_quarters_is_refused(first: str, last: str) -> None:
    with pytest.raises(ValueError, match="whole quarters"):
        Period(date.fromisoformat(first), date.fromisoformat(last))
