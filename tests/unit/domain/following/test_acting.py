"""Who may see what a mechanism means to do, or has done."""

from datetime import date, datetime, timedelta

import pytest

from databases import NOW
from tocsin.domain.following.acting import (
    Action,
    ActionState,
    acted,
    told_of_act,
    told_of_plan,
    visible_actions,
)
from tocsin_schemas.vocabulary import ActionType

LATER = NOW + timedelta(days=60)
PLANNED, TAKEN = ActionState.PLANNED, ActionState.TAKEN


def an_action(action: ActionType = ActionType.PRESS_STATEMENT, state: ActionState = TAKEN, **over) -> Action:
    fields = {
        "action_id": "0" * 32,
        "mechanism": "UN-SRHRD",
        "signatories": ("UN-WGAD",),
        "states": ("TGO",),
        "on": date(2026, 11, 23),
        "embargo_until": None,
        "recorded_at": NOW,
    }
    return Action(action=action, state=state, **fields | over)


UA, VISIT, QUIET = ActionType.URGENT_APPEAL, ActionType.COUNTRY_VISIT, ActionType.QUIET_DIPLOMACY
CASES = [
    ("a statement", an_action(), "ACHPR-SRHRD", NOW, True),
    ("a planned statement", an_action(state=PLANNED), "ACHPR-SRHRD", NOW, True),
    ("a planned visit", an_action(VISIT, PLANNED), "ACHPR-SRHRD", NOW, True),
    ("a plan that was carried out", an_action(state=ActionState.DONE), "ACHPR-SRHRD", NOW, False),
    ("a planned letter, to others", an_action(UA, PLANNED), "ACHPR-SRHRD", NOW, False),
    ("a planned letter, to who joins", an_action(UA, PLANNED), "UN-WGAD", NOW, True),
    ("a letter under embargo, to others", an_action(UA, embargo_until=LATER), "ACHPR-SRHRD", NOW, False),
    ("a letter under embargo, to a signatory", an_action(UA, embargo_until=LATER), "UN-WGAD", NOW, True),
    ("a letter under embargo, to its mechanism", an_action(UA, embargo_until=LATER), "UN-SRHRD", NOW, True),
    ("just before the embargo ends", an_action(UA, embargo_until=LATER), "ACHPR-SRHRD", LATER - timedelta(0, 1), False),
    ("when the embargo ends", an_action(UA, embargo_until=LATER), "ACHPR-SRHRD", LATER, True),
    ("an answered letter under embargo", an_action(UA, ActionState.ANSWERED, embargo_until=LATER), "OIF", NOW, False),
    ("quiet diplomacy, to others", an_action(QUIET), "ACHPR-SRHRD", NOW, False),
    ("quiet diplomacy, to its parties", an_action(QUIET), "UN-WGAD", NOW, True),
]


@pytest.mark.parametrize(("action", "mechanism", "now", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_who_sees(action: Action, mechanism: str, now: datetime, expected: bool) -> None:
    assert (visible_actions([action], mechanism, now) == [action]) is expected


SEATS = [("UN-TORTURE", True), ("UN-FOE", False), (None, False)]


@pytest.mark.parametrize(("mandate", "expected"), SEATS)
def test_what_one_seat_of_a_mechanism_signed_is_no_other_seats_to_see(mandate: str | None, expected: bool) -> None:
    letter = an_action(UA, mechanism="UN-TORTURE", signatories=(), embargo_until=LATER)
    assert bool(visible_actions([letter], "UN-SP", NOW, mandate)) is expected
    whole = an_action(UA, mechanism="UN-SP", signatories=(), embargo_until=LATER)
    assert visible_actions([whole], "UN-SP", NOW, mandate) == [whole]


def test_the_earliest_comes_first_and_one_without_a_day_by_when_it_was_recorded() -> None:
    found = [
        an_action(on=on, action_id=name)
        for name, on in (("b", date(2026, 11, 20)), ("a", None), ("c", date(2026, 12, 1)))
    ]
    assert [action.action_id for action in visible_actions(found, "OIF", NOW)] == ["b", "a", "c"]


@pytest.mark.parametrize("action", list(ActionType))
def test_only_what_is_public_is_written_about(action: ActionType) -> None:
    public = {ActionType.PRESS_STATEMENT, ActionType.PUBLIC_APPEAL, ActionType.RESOLUTION, ActionType.ALERT}
    visits = {VISIT, ActionType.PRISON_VISIT, ActionType.TRIAL_OBSERVATION}
    assert told_of_act(an_action(action)) is (action in public)
    assert told_of_plan(an_action(action, PLANNED)) is (action in public | visits)
    assert not told_of_plan(an_action(action))
    assert not told_of_act(an_action(action, PLANNED))


@pytest.mark.parametrize("state", list(ActionState))
def test_a_line_says_whether_it_is_a_plan_and_whether_a_state_answered(state: ActionState) -> None:
    line = acted(an_action(UA, state))
    assert (line.mechanism, line.action, line.on, line.states) == ("UN-SRHRD", UA, date(2026, 11, 23), ("TGO",))
    assert line.planned is (state in {PLANNED, ActionState.DONE})
    assert line.replied is (state in {ActionState.ANSWERED, ActionState.FOLLOWED_UP})
