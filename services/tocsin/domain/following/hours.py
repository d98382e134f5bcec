"""Moments by a person's own clock, also on days on which it is put forward or back, or on which a day is left out."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.routing.chain import is_on_duty
from tocsin_schemas.directory import Seat, Weekday

_WEEKDAYS = tuple(Weekday)
_A_DAY, _A_SECOND = timedelta(days=1), timedelta(seconds=1)
_LATEST = time(23, 59, 59)


class Hour(NamedTuple):
    """A moment, and the day of a person's own calendar to which it belongs."""

    day: date
    at: datetime


def first_moment(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The first moment of a day at which a clock of the zone shows ``at``, or, where it leaps over that, more.

    None if the zone's calendar leaves the whole day out.
    """
    wanted = datetime.combine(day, at, zone)  # of two such moments the first
    if _is_shown(wanted):
        return wanted.astimezone(UTC)
    if not any(_is_shown(datetime.combine(day, edge, zone)) for edge in (time(), _LATEST)):
        return None
    return _leap(wanted)


def next_hour(person: Seat, at: time, now: datetime) -> Hour:
    """When the person's clock shows ``at`` next, after ``now``; once for each day of their calendar."""
    zone = ZoneInfo(person.timezone)
    yesterday = now.astimezone(zone).date() - _A_DAY
    days = (yesterday + number * _A_DAY for number in range(5))
    hours = (Hour(day, moment) for day in days if (moment := first_moment(day, at, zone)) is not None)
    return next(hour for hour in hours if hour.at > now)


def duty_begins(person: Seat, now: datetime) -> datetime | None:
    """When the person is at work next, after ``now``; None if they keep no hours, or none that ever begin."""
    hours = person.duty_hours
    if hours is None or hours.start == hours.end:
        return None
    zone = ZoneInfo(person.timezone)
    today = now.astimezone(zone).date()
    days = (today + number * _A_DAY for number in range(-1, 15))
    moments = (first_moment(day, hours.start, zone) for day in days if _WEEKDAYS[day.weekday()] in hours.days)
    return next((m for m in moments if m is not None and m > now and is_on_duty(person, m)), None)


def _is_shown(local: datetime) -> bool:
    """Whether a clock ever shows this."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)


def _leap(skipped: datetime) -> datetime:
    """The moment at which the clock leaps over ``skipped``."""
    zone = skipped.tzinfo
    before, after = skipped.replace(fold=1).astimezone(UTC), skipped.astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > _A_SECOND:
        between = before + (after - before) // 2
        if between.astimezone(zone).utcoffset() == offset:
            before = between
        else:
            after = between
    return after.replace(microsecond=0)
