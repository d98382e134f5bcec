"""Guarantee: each mandate has its people in order, whoever is away is stood in for, and nobody is left in silence."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from tocsin.domain.routing.chain import chain, is_absent, is_on_duty
from tocsin.domain.routing.directory import index
from tocsin_schemas.directory import Absence, DutyHours, Recipient, Role, Weekday

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""A Tuesday."""
TODAY = NOW.date()
WORKDAYS = [Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY]


def a_person(key: str, role: Role = Role.STAFF, *mandates: str, **over: Any) -> Recipient:
    """The recipient's id sorts as the key does."""
    fields = {
        "recipient_id": key.encode().hex().ljust(32, "0"),
        "key": key,
        "role": role,
        "mandates": list(mandates) or ["UN-WGAD"],
        "languages": ["en"],
    }
    return Recipient(**(fields | over))


def away(delegate: str | None = None, first: date = TODAY, last: date = TODAY) -> list[Absence]:
    return [Absence(first_day=first, last_day=last, delegate=delegate)]


def names(directory: list[Recipient], now: datetime = NOW, mandate: str = "UN-WGAD") -> list[tuple[str, list[str]]]:
    keys = {person.recipient_id: person.key for person in directory}
    return [(tier.step, [keys[r] for r in tier.recipients]) for tier in chain(mandate, index(directory), now)]


def test_staff_then_holder_then_deputy_then_duty_officer() -> None:
    directory = [
        a_person("e", Role.DUTY_OFFICER),
        a_person("d", Role.DEPUTY),
        a_person("c", Role.MANDATE_HOLDER),
        a_person("b", Role.FOCAL_POINT),
        a_person("a", Role.STAFF),
    ]
    expected = [("staff", ["a", "b"]), ("mandate_holder", ["c"]), ("deputy", ["d"]), ("duty_officer", ["e"])]
    assert names(directory) == expected


def test_nobody_of_another_mandate_and_nobody_at_all_for_a_mandate_that_nobody_holds() -> None:
    directory = [a_person("a"), a_person("b", Role.STAFF, "UN-IJL")]
    assert names(directory) == [("staff", ["a"])]
    assert names(directory, mandate="UN-TORTURE") == []


def test_a_deputy_who_is_named_comes_from_any_mandate_and_stands_in_one_tier_only() -> None:
    directory = [
        a_person("a", Role.STAFF, deputy="c"),
        a_person("b", Role.MANDATE_HOLDER, deputy="c"),
        a_person("c", Role.STAFF, "UN-IJL"),
    ]
    assert names(directory) == [("staff", ["a"]), ("mandate_holder", ["b"]), ("deputy", ["c"])]
    directory[0] = a_person("a", Role.STAFF, deputy="b")
    assert names(directory) == [("staff", ["a"]), ("mandate_holder", ["b"]), ("deputy", ["c"])]


def test_the_validity_of_a_person_is_that_of_the_day() -> None:
    directory = [a_person("a", valid_to=TODAY), a_person("b", valid_from=TODAY), a_person("c", deputy="a")]
    assert names(directory) == [("staff", ["b", "c"])]
    assert names(directory, NOW - timedelta(days=1)) == [("staff", ["a", "c"])]


@pytest.mark.parametrize(
    ("directory", "expected"),
    [
        ([a_person("a", absences=away("b")), a_person("b", Role.STAFF, "UN-IJL")], [("staff", ["b"])]),
        ([a_person("a", absences=away()), a_person("b", Role.MANDATE_HOLDER)], [("mandate_holder", ["b"])]),
        (
            [a_person("a", absences=away("b")), a_person("b", absences=away("c")), a_person("c", Role.MANDATE_HOLDER)],
            [("staff", ["c"])],
        ),
        ([a_person("a", absences=away("gone"))], [("staff", ["a"])]),
        ([a_person("a", absences=away("b")), a_person("b", absences=away("a"))], [("staff", ["a", "b"])]),
    ],
    ids=["delegate", "next tier", "delegate of the delegate", "all away", "a circle"],
)
def test_who_is_away_is_stood_in_for_and_if_all_are_they_are_told(
    directory: list[Recipient], expected: list[tuple[str, list[str]]]
) -> None:
    assert names(directory) == expected


def test_an_absence_begins_and_ends_by_the_calendar_of_the_person() -> None:
    person = a_person(
        "a", timezone="Pacific/Auckland", absences=away(first=date(2026, 11, 25), last=date(2026, 11, 25))
    )
    assert not is_absent(person, datetime(2026, 11, 24, 10, 59, tzinfo=UTC))
    assert is_absent(person, datetime(2026, 11, 24, 11, tzinfo=UTC))
    assert not is_absent(person, datetime(2026, 11, 25, 11, tzinfo=UTC))


@pytest.mark.parametrize(
    ("hours", "at", "on_duty"),
    [
        ((time(9), time(17)), datetime(2026, 11, 24, 9, tzinfo=UTC), True),
        ((time(9), time(17)), datetime(2026, 11, 24, 17, tzinfo=UTC), False),
        ((time(9), time(17)), datetime(2026, 11, 28, 12, tzinfo=UTC), False),
        ((time(22), time(6)), datetime(2026, 11, 24, 23, tzinfo=UTC), True),
        ((time(22), time(6)), datetime(2026, 11, 28, 5, tzinfo=UTC), True),
        ((time(22), time(6)), datetime(2026, 11, 29, 5, tzinfo=UTC), False),
    ],
)
def test_duty_hours_may_run_past_midnight(hours: tuple[time, time], at: datetime, on_duty: bool) -> None:
    person = a_person("a", duty_hours=DutyHours(days=WORKDAYS, start=hours[0], end=hours[1]))
    assert is_on_duty(person, at) is on_duty


def test_within_a_tier_those_on_duty_are_told_or_all_if_none_is() -> None:
    day = DutyHours(days=WORKDAYS, start=time(8), end=time(18))
    night = DutyHours(days=WORKDAYS, start=time(18), end=time(8))
    directory = [a_person("a", duty_hours=day), a_person("b", duty_hours=night)]
    assert names(directory, NOW) == [("staff", ["a"])]
    assert names(directory, NOW.replace(hour=22)) == [("staff", ["b"])]
    assert names(directory, datetime(2026, 11, 29, 12, tzinfo=UTC)) == [("staff", ["a", "b"])]


def test_one_directory_answers_for_several_days() -> None:
    known = index([a_person("a", valid_to=TODAY), a_person("b", valid_from=TODAY)])
    first = [chain("UN-WGAD", known, NOW + timedelta(days=n))[0].recipients for n in (-1, 0, -1)]
    assert first[0] == first[2] != first[1]


def test_hours_are_kept_in_whole_minutes_for_which_a_chain_is_remembered() -> None:
    with pytest.raises(ValidationError, match="hours and minutes"):
        DutyHours(days=[Weekday.MONDAY], start=time(9, 0, 30), end=time(17))


def test_a_chain_that_was_remembered_for_a_minute_is_forgotten_in_the_next() -> None:
    office = DutyHours(days=[*Weekday], start=time(9), end=time(17))
    early, late = a_person("early", duty_hours=office), a_person("late")
    people = index([early, late])
    before, after = NOW.replace(hour=8, minute=59, second=59), NOW.replace(hour=9, minute=0, second=0)
    told = [[r for tier in chain("UN-WGAD", people, now) for r in tier.recipients] for now in (before, after, before)]
    assert told[0] == told[2] != told[1]
