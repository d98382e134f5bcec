"""Who is told for a mandate, and who is told next if nobody answers: staff, holder, deputy, duty officer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.routing.mandates import holds_on
from tocsin_schemas.directory import DutyHours, Recipient, Role, Weekday

_STEPS = (
    ("staff", frozenset({Role.STAFF, Role.FOCAL_POINT})),
    ("mandate_holder", frozenset({Role.MANDATE_HOLDER})),
    ("deputy", frozenset({Role.DEPUTY})),
    ("duty_officer", frozenset({Role.DUTY_OFFICER})),
)
_WEEKDAYS = tuple(Weekday)
_LONGEST_DELEGATION = 5


class Tier(NamedTuple):
    """Those who are told together."""

    step: str
    """``staff``, ``mandate_holder``, ``deputy`` or ``duty_officer``."""
    recipients: tuple[str, ...]


def chain(mandate: str, directory: Iterable[Recipient], now: datetime) -> tuple[Tier, ...]:
    """The tiers of one mandate, the first to be told first; nobody stands in two. Empty if nobody holds it.

    Who is away is replaced by the delegate; if all are away, they are told themselves rather than nobody.
    """
    in_office = {r.key: r for r in sorted(directory, key=lambda r: r.recipient_id) if holds_on(r, now.date())}
    of_mandate = [r for r in in_office.values() if mandate in r.mandates]
    tiers = [(step, _of_step(step, roles, of_mandate, in_office)) for step, roles in _STEPS]
    present = _each_once((step, _standing_in(people, in_office, now)) for step, people in tiers)
    return present or _each_once((step, people) for step, people in tiers)


def is_absent(person: Recipient, now: datetime) -> bool:
    """Whether the person is away on this day of their own calendar."""
    today = now.astimezone(ZoneInfo(person.timezone)).date()
    return any(absence.first_day <= today <= absence.last_day for absence in person.absences)


def is_on_duty(person: Recipient, now: datetime) -> bool:
    """Whether the person is at work at this moment of their own clock; without duty hours, always."""
    return person.duty_hours is None or _within(person.duty_hours, now.astimezone(ZoneInfo(person.timezone)))


def _within(hours: DutyHours, local: datetime) -> bool:
    today, clock = _WEEKDAYS[local.weekday()], local.time()
    if hours.start <= hours.end:
        return today in hours.days and hours.start <= clock < hours.end
    yesterday = _WEEKDAYS[local.weekday() - 1]
    return (today in hours.days and clock >= hours.start) or (yesterday in hours.days and clock < hours.end)


def _of_step(
    step: str, roles: frozenset[Role], of_mandate: Sequence[Recipient], in_office: Mapping[str, Recipient]
) -> list[Recipient]:
    people = [r for r in of_mandate if r.role in roles]
    if step == "deputy":
        named = (in_office.get(r.deputy) for r in of_mandate if r.deputy is not None)
        people += [deputy for deputy in named if deputy is not None]
    return people


def _standing_in(people: Iterable[Recipient], in_office: Mapping[str, Recipient], now: datetime) -> list[Recipient]:
    """Those people, or who stands in for them; those on duty alone, where any is."""
    found = [present for person in people if (present := _delegate(person, in_office, now)) is not None]
    return [person for person in found if is_on_duty(person, now)] or found


def _delegate(person: Recipient, in_office: Mapping[str, Recipient], now: datetime) -> Recipient | None:
    for _ in range(_LONGEST_DELEGATION):
        if not is_absent(person, now):
            return person
        today = now.astimezone(ZoneInfo(person.timezone)).date()
        away = next(a for a in person.absences if a.first_day <= today <= a.last_day)
        following = in_office.get(away.delegate) if away.delegate is not None else None
        if following is None:
            return None
        person = following
    return None


def _each_once(tiers: Iterable[tuple[str, Iterable[Recipient]]]) -> tuple[Tier, ...]:
    seen: set[str] = set()
    found = []
    for step, people in tiers:
        fresh = [r.recipient_id for r in people if r.recipient_id not in seen]
        fresh = list(dict.fromkeys(fresh))
        seen.update(fresh)
        if fresh:
            found.append(Tier(step, tuple(fresh)))
    return tuple(found)
