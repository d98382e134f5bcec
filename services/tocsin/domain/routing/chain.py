"""Who is told for a mandate, and who is told next if nobody answers: staff, holder, deputy, duty officer."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from tocsin.domain.routing.directory import Directory, Tier, each_once, index
from tocsin_schemas.directory import DutyHours, Recipient, Seat, Weekday

__all__ = ["Tier", "chain", "is_absent", "is_on_duty"]

_WEEKDAYS = tuple(Weekday)
_LONGEST_DELEGATION = 5


def chain(mandate: str, directory: Iterable[Recipient] | Directory, now: datetime) -> tuple[Tier, ...]:
    """The tiers of one mandate, the first to be told first; nobody stands in two. Empty if nobody holds it.

    Who is away is replaced by the delegate; if all are away, they are told themselves rather than nobody.
    directory: as ``index`` arranges it where many cases are routed.
    """
    known = directory if isinstance(directory, Directory) else index(directory)
    minute = now.replace(second=0, microsecond=0)
    chains = known.chains_at(minute)
    found = chains.get(mandate)
    if found is None:
        found = chains[mandate] = _chain(mandate, known, minute)
    return found


def _chain(mandate: str, directory: Directory, now: datetime) -> tuple[Tier, ...]:
    rota = directory.rota(mandate, now.date())
    if rota.is_settled:
        return rota.tiers
    return each_once((step, _standing_in(people, directory, now)) for step, people in rota.steps) or rota.tiers


def is_absent(person: Recipient, now: datetime) -> bool:
    """Whether the person is away on this day of their own calendar."""
    if not person.absences:
        return False
    today = now.astimezone(ZoneInfo(person.timezone)).date()
    return any(absence.first_day <= today <= absence.last_day for absence in person.absences)


def is_on_duty(person: Seat, now: datetime) -> bool:
    """Whether the person is at work at this moment of their own clock; without duty hours, always."""
    return person.duty_hours is None or _within(person.duty_hours, now.astimezone(ZoneInfo(person.timezone)))


def _within(hours: DutyHours, local: datetime) -> bool:
    today, clock = _WEEKDAYS[local.weekday()], local.time()
    if hours.start <= hours.end:
        return today in hours.days and hours.start <= clock < hours.end
    yesterday = _WEEKDAYS[local.weekday() - 1]
    return (today in hours.days and clock >= hours.start) or (yesterday in hours.days and clock < hours.end)


def _standing_in(people: Iterable[Recipient], directory: Directory, now: datetime) -> list[Recipient]:
    """Those people, or who stands in for them; those on duty alone, where any is."""
    found = [present for person in people if (present := _delegate(person, directory, now)) is not None]
    return [person for person in found if is_on_duty(person, now)] or found


def _delegate(person: Recipient, directory: Directory, now: datetime) -> Recipient | None:
    for _ in range(_LONGEST_DELEGATION):
        if not is_absent(person, now):
            return person
        today = now.astimezone(ZoneInfo(person.timezone)).date()
        away = next(a for a in person.absences if a.first_day <= today <= a.last_day)
        following = directory.in_office(away.delegate, now.date()) if away.delegate is not None else None
        if following is None:
            return None
        person = following
    return None
