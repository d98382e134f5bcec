"""When those who were told are asked once more, and which of them."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.domain.following.escalation import is_asked_after, time_to_answer
from tocsin.domain.following.reminders import put_off_until, remind_at, to_remind, who_stands_for
from tocsin.domain.routing.chain import Tier
from tocsin.domain.routing.directory import index
from tocsin.knowledge.load import load
from tocsin_schemas.directory import Absence, Recipient, Role
from tocsin_schemas.vocabulary import Priority

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLOCKS = list(load().clocks.values())
CHAIN = (Tier("staff", ("a", "b")), Tier("mandate_holder", ("c",)), Tier("duty_officer", ("d", "e")))


def test_it_comes_after_half_of_the_time_where_it_cannot_wait_for_the_digest() -> None:
    at = {priority: remind_at(priority, NOW, None, CLOCKS) for priority in Priority}
    assert at == {Priority.P1: NOW + 2 * HOUR, Priority.P2: NOW + 12 * HOUR, Priority.P3: None, Priority.P4: None}
    for priority in (Priority.P1, Priority.P2):
        assert at[priority] == NOW + time_to_answer(priority, CLOCKS) / 2


@pytest.mark.parametrize(("until", "comes"), [(HOUR, False), (2 * HOUR, False), (3 * HOUR, True)])
def test_it_comes_before_the_time_is_over_or_not_at_all(until: timedelta, comes: bool) -> None:
    assert (remind_at(Priority.P1, NOW, NOW + until, CLOCKS) is not None) is comes


PUT_OFF = [
    (None, 4 * HOUR, None),
    (NOW - HOUR, None, None),
    (NOW - 4 * HOUR, 4 * HOUR, None),
    (NOW - HOUR, 4 * HOUR, NOW + 3 * HOUR),
    (NOW, 4 * HOUR, NOW + 4 * HOUR),
    (NOW + HOUR, 4 * HOUR, None),
]


@pytest.mark.parametrize(("last_told", "each", "until"), PUT_OFF)
def test_who_was_told_lately_has_the_time_of_a_tier(last_told, each, until) -> None:
    assert put_off_until(last_told, each, NOW) == until


def test_a_priority_without_a_clock_has_no_time() -> None:
    assert time_to_answer(Priority.P1, []) is None


def person(key: str, role: Role = Role.STAFF, **over) -> Recipient:
    """Of the mandate M, unless ``over`` says another; the id is not checked, so that it can be read."""
    fields = {"key": key, "mandates": ["M"], "role": role, "languages": ["en"]}
    return Recipient(recipient_id="0" * 32, **(fields | over)).model_copy(update={"recipient_id": key})


def test_those_stand_for_a_mandate_who_hold_it_deputise_or_stand_in() -> None:
    away = Absence(first_day=NOW.date(), last_day=NOW.date(), delegate="stand-in")
    gone, coming = NOW.date(), NOW.date() + timedelta(days=1)
    people = index(
        [
            person("staff"),
            person("holder", Role.MANDATE_HOLDER, deputy="named", absences=[away]),
            person("named", mandates=["other"]),
            person("stand-in", mandates=["other"]),
            person("former", valid_to=gone),
            person("future", valid_from=coming),
            person("elsewhere", mandates=["other"]),
        ]
    )
    assert who_stands_for("M", people, NOW) == {"staff", "holder", "named", "stand-in"}
    told = ["holder", "staff", "former", "elsewhere", "stand-in"]
    assert to_remind(told, {"staff"}, "M", people, NOW) == ["stand-in"], "who is away is not reminded"
    assert to_remind(told, set(), "M", people, NOW) == ["staff", "stand-in"]
    assert who_stands_for("unknown", people, NOW) == set()


AFTER = [
    ("a", {"b"}, False, False),
    ("a", {"b"}, True, True),
    ("a", {"c"}, False, True),
    ("c", {"a", "b"}, True, False),
    ("d", {"e"}, False, False),
    ("d", {"e"}, True, True),
    ("d", {"d"}, True, False),
    ("away", {"a"}, False, False),
    ("away", {"a"}, True, True),
    ("away", {"c"}, False, True),
]


@pytest.mark.parametrize(("who", "asked", "inclusive", "expected"), AFTER)
def test_whether_somebody_further_on_has_been_asked(who, asked, inclusive, expected) -> None:
    assert is_asked_after(CHAIN, who, asked, inclusive) is expected
    assert not is_asked_after((), who, asked, inclusive)
