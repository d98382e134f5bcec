"""Reminders: those who were told of an alert and have not answered are asked once more before the time is over."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from tocsin.domain.routing.chain import chain, is_absent
from tocsin.domain.routing.directory import Directory
from tocsin_schemas.knowledge import Clock, ClockKind
from tocsin_schemas.vocabulary import Priority


def remind_at(
    priority: Priority, since: datetime, reply_by: datetime | None, clocks: Iterable[Clock]
) -> datetime | None:
    """When to ask once more; None where this priority has no reminder, or the time is over by then.

    since: when the answer was asked for.
    """
    after = next((c.duration for c in clocks if c.kind is ClockKind.REMINDER and c.priority is priority), None)
    if after is None or (reply_by is not None and since + after >= reply_by):
        return None
    return since + after


def put_off_until(last_told: datetime | None, each: timedelta | None, now: datetime) -> datetime | None:
    """When to remind instead, if somebody was told so lately that they have not had the time of a tier yet.

    each: the time of a tier. A moment of telling that lies ahead, by a clock that was wrong, says nothing.
    """
    if last_told is None or each is None or last_told > now:
        return None
    return last_told + each if last_told + each > now else None


def to_remind(
    told: Sequence[str], aside: Collection[str], mandate: str, directory: Directory, now: datetime
) -> list[str]:
    """Those who were told, stand for the mandate now, are not away, and have not said that it is for others."""
    present = who_stands_for(mandate, directory, now, absent_too=False)
    return [person for person in told if person in present and person not in aside]


def who_stands_for(mandate: str, directory: Directory, now: datetime, absent_too: bool = True) -> set[str]:
    """Everybody who holds the mandate today, their deputies, and who stands in for one of them."""
    holders = (person for _, people in directory.rota(mandate, now.date()).steps for person in people)
    held = {person.recipient_id for person in holders if absent_too or not is_absent(person, now)}
    return held | {person for tier in chain(mandate, directory, now) for person in tier.recipients}
