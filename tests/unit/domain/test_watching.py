"""What is said of a component follows from its answers and from the drill alone."""

from datetime import timedelta

import pytest

from databases import NOW
from tocsin.domain.watching import COMPONENTS, ON_THE_WAY, Judge, Standing

PATIENCE = timedelta(minutes=2)
WORKING, DEGRADED, DOWN = Standing


@pytest.mark.parametrize(
    ("silent_for", "suspect", "expected"),
    [
        (None, None, WORKING),
        (0, None, DEGRADED),
        (119, None, DEGRADED),
        (120, None, DOWN),
        (None, "mailer", DOWN),
        (0, "mailer", DOWN),
        (None, "resolver", WORKING),
    ],
)
def test_a_component_is_down_after_its_patience_or_when_a_drill_is_late_there(silent_for, suspect, expected) -> None:
    judge = Judge(PATIENCE)
    if silent_for is not None:
        judge.judge({"mailer": False}, None, False, NOW - timedelta(seconds=silent_for))
    found = judge.judge({"mailer": silent_for is None}, suspect, False, NOW)
    assert found["mailer"] is expected


def test_one_answer_begins_the_patience_anew() -> None:
    judge = Judge(PATIENCE)
    judge.judge({"mailer": False}, None, False, NOW)
    judge.judge({"mailer": True}, None, False, NOW + PATIENCE / 2)
    assert judge.judge({"mailer": False}, None, False, NOW + PATIENCE) == {"mailer": DEGRADED}


def test_of_what_cannot_be_asked_nothing_is_said_before_a_drill_has_passed_it() -> None:
    judge = Judge(PATIENCE)
    assert judge.judge({"broker": True}, None, False, NOW) == {"broker": WORKING}
    assert judge.judge({"broker": True}, None, True, NOW).keys() == {"broker", *ON_THE_WAY}


def test_components_are_told_in_their_order_whatever_order_they_answer_in() -> None:
    answers = dict.fromkeys(reversed(COMPONENTS), True)
    assert tuple(Judge(PATIENCE).judge(answers, None, True, NOW)) == COMPONENTS
