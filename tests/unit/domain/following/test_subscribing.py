"""One happening is heard of once; wishing less silences nothing that must be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.following.subscribing import OPTIONAL, hearers
from tocsin_schemas.alerts import UpdateCause

_people = st.sampled_from("abcdef")
_told = st.dictionaries(st.sampled_from(["x", "y", "z"]), st.lists(_people, unique=True))
_wishes = st.dictionaries(st.sampled_from(["x", "y", "z", "other"]), st.dictionaries(_people, st.booleans()))


@given(_told, _wishes, st.sampled_from(UpdateCause))
def test_each_hears_at_most_once_and_what_must_be_told_reaches_everybody(told, wishes, cause) -> None:
    found = hearers(told, wishes, cause)
    heard = [person for people in found.values() for person in people]
    chosen = [wishes.get(alert_id, {}) for alert_id in told]
    stopped = {p for choice in chosen for p, follows in choice.items() if not follows and cause in OPTIONAL}
    follow = {p for choice in chosen for p, follows in choice.items() if follows}
    assert len(heard) == len(set(heard))
    assert set(heard) == ({p for people in told.values() for p in people} | follow) - stopped
    assert all(found.values())


@pytest.mark.parametrize("cause", UpdateCause)
def test_what_can_be_done_without_is_a_closed_set(cause: UpdateCause) -> None:
    silenced = hearers({"x": ["a"]}, {"x": {"a": False}}, cause) == {}
    needed = {"withdrawn", "corrected", "priority_raised", "reply_overdue", "recommendation_overdue"}
    assert silenced is (cause.value not in needed)


def test_who_was_told_is_written_to_by_that_alert_and_not_by_the_one_they_follow() -> None:
    assert hearers({"x": [], "y": ["a"]}, {"x": {"a": True, "b": True}}, UpdateCause.ACTION_TAKEN) == {
        "x": ["b"],
        "y": ["a"],
    }
