"""Hours by a reader's own clock come once each day, also where the clock is put forward or back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import an_entry
from tocsin.domain.following.hours import duty_begins, first_moment, next_hour
from tocsin.domain.routing.chain import is_on_duty
from tocsin_schemas.directory import DutyHours, Weekday

START = datetime(2026, 1, 1, tzinfo=UTC)
LEAPS = [
    ("Europe/Paris", date(2026, 3, 29), time(2, 30), "2026-03-29T01:00Z", "the clock leaps from 2 to 3"),
    ("Europe/Paris", date(2026, 10, 25), time(2, 30), "2026-10-25T00:30Z", "it shows 2:30 twice: the first"),
    ("Africa/Cairo", date(2026, 4, 24), time(0, 30), "2026-04-23T22:00Z", "midnight itself is left out"),
    ("Africa/Cairo", date(2026, 10, 29), time(23, 30), "2026-10-29T20:30Z", "the last hour of the day comes twice"),
    ("America/Santiago", date(2026, 9, 6), time(0, 0), "2026-09-06T04:00Z", "the day begins at 1"),
    ("America/Santiago", date(2026, 4, 4), time(23, 15), "2026-04-05T02:15Z", "the last hour comes twice"),
    ("Africa/Lome", date(2026, 3, 29), time(2, 30), "2026-03-29T02:30Z", "a clock that is never touched"),
]


@pytest.mark.parametrize(("zone", "day", "at", "expected", "why"), LEAPS, ids=[f"{r[0]} {r[1]}" for r in LEAPS])
def test_an_hour_that_does_not_exist_or_exists_twice_comes_once(
    zone: str, day: date, at: time, expected: str, why: str
) -> None:
    assert first_moment(day, at, ZoneInfo(zone)) == datetime.fromisoformat(expected), why


def test_a_day_that_a_calendar_leaves_out_has_no_hour() -> None:
    assert first_moment(date(2011, 12, 30), time(8), ZoneInfo("Pacific/Apia")) is None
    person = an_entry("desk@pacific.example", ["UN-WGAD"], timezone="Pacific/Apia")
    hour = next_hour(person, time(8), datetime(2011, 12, 29, 20, tzinfo=UTC))
    assert hour.day == date(2011, 12, 31)


zones = st.sampled_from(["Africa/Cairo", "Europe/Paris", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe"])
hours = st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None))
instants = st.integers(0, 730 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


@given(zones, hours, instants)
def test_an_hour_comes_for_every_day_in_order_and_once(zone: str, at: time, start: datetime) -> None:
    person, now, days = an_entry("desk@un.example", ["UN-WGAD"], timezone=zone), start, []
    for _ in range(4):
        hour = next_hour(person, at, now)
        assert hour.at > now
        assert hour.at.astimezone(ZoneInfo(zone)).date() == hour.day
        days.append(hour.day)
        now = hour.at
    assert days == [days[0] + timedelta(days=number) for number in range(4)]


@given(zones, hours, hours, st.sets(st.sampled_from(Weekday), min_size=1), instants)
def test_duty_begins_when_the_reader_is_at_work_and_not_a_minute_late(
    zone: str, start: time, end: time, days: set[Weekday], now: datetime
) -> None:
    person = an_entry(
        "desk@un.example", ["UN-WGAD"], timezone=zone, duty_hours=DutyHours(days=sorted(days), start=start, end=end)
    )
    begins = duty_begins(person, now)
    if begins is None:
        assert start == end or not is_on_duty(person, now + timedelta(days=1, hours=12))
        return
    assert begins > now
    assert is_on_duty(person, begins)
    assert not is_on_duty(person, begins - timedelta(minutes=1)) or (end < start) or _leaps_near(zone, begins)


def _leaps_near(zone: str, at: datetime) -> bool:
    offsets = {(at + timedelta(hours=h)).astimezone(ZoneInfo(zone)).utcoffset() for h in (-2, 2)}
    return len(offsets) > 1


def test_who_keeps_no_hours_or_none_that_begin_is_always_written_to() -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert duty_begins(an_entry("desk@un.example", ["UN-WGAD"]), now) is None
    never = DutyHours(days=[Weekday.MONDAY], start=time(9), end=time(9))
    assert duty_begins(an_entry("desk@un.example", ["UN-WGAD"], duty_hours=never), now) is None
