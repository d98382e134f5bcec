"""What a person decides alone of how they are told, laid over the entry that two administrators have approved.

It may make less of what they are told, change how, and let others who are told anyway stand in. It opens nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from tocsin.domain.routing.mandates import holds_on
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Absence, Preferences, Recipient, Seat

LONGEST_ABSENCE = timedelta(days=366)
"""A longer one is left to administrators."""
AnySeat = TypeVar("AnySeat", bound=Seat)


def applied(person: AnySeat, wishes: Preferences) -> AnySeat:
    """The person as they wish to be told. Their own absences come before those of the entry."""
    changed: dict[str, Any] = {}
    if wishes.language is not None:
        changed["languages"] = list(dict.fromkeys([wishes.language, *person.languages]))
    if wishes.digest is not None:
        changed["digest_at"] = wishes.digest.at
    if wishes.coded_facts_only:
        changed["level"] = min(person.level, DisclosureLevel.L1)
    if wishes.absences:
        changed["absences"] = [*wishes.absences, *person.absences]
    return person.model_copy(update=changed) if changed else person


def as_wished(people: Sequence[Recipient], wishes: Mapping[str, Preferences]) -> list[Recipient]:
    """Everybody as they wish to be told. Who may not stand in (any more) does not: then the next in line is told.

    wishes: by recipient's id.
    """
    by_key = {person.key: person for person in people}
    return [
        applied(person, _within_bounds(person, found, by_key)) if (found := wishes.get(person.recipient_id)) else person
        for person in people
    ]


def may_stand_in(person: Seat, other: Seat) -> bool:
    """Whether ``other`` is told of the person's alerts anyway: holds each of their mandates, or is their deputy."""
    return other.key != person.key and (other.key == person.deputy or set(person.mandates) <= set(other.mandates))


def who_may_stand_in(person: Seat, people: Sequence[Recipient], today: date) -> list[Recipient]:
    """Those of the directory to whom a person may leave their alerts, by key."""
    found = [other for other in people if may_stand_in(person, other) and holds_on(other, today)]
    return sorted(found, key=lambda other: other.key)


def is_away_within(person: Seat, first_day: date, last_day: date) -> bool:
    """Whether the person is away on any of these days."""
    return any(away.first_day <= last_day and first_day <= away.last_day for away in person.absences)


def _within_bounds(person: Seat, wishes: Preferences, by_key: Mapping[str, Seat]) -> Preferences:
    return wishes.model_copy(update={"absences": [_permitted(person, away, by_key) for away in wishes.absences]})


def _permitted(person: Seat, away: Absence, by_key: Mapping[str, Seat]) -> Absence:
    other = by_key.get(away.delegate or "")
    may = other is not None and may_stand_in(person, other)
    return away if may or away.delegate is None else away.model_copy(update={"delegate": None})
