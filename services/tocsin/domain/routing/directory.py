"""The directory as routing asks it: who holds a mandate today, by mandate and by key, sorted once for many cases."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from tocsin.domain.routing.mandates import holds_on
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Recipient, Role

_STEPS = (
    ("staff", frozenset({Role.STAFF, Role.FOCAL_POINT})),
    ("mandate_holder", frozenset({Role.MANDATE_HOLDER})),
    ("deputy", frozenset({Role.DEPUTY})),
    ("duty_officer", frozenset({Role.DUTY_OFFICER})),
)


class Tier(NamedTuple):
    """Those who are told together."""

    step: str
    """``staff``, ``mandate_holder``, ``deputy`` or ``duty_officer``."""
    recipients: tuple[str, ...]


class Rota(NamedTuple):
    """The people of one mandate on one day, in the order in which they are told."""

    steps: tuple[tuple[str, tuple[Recipient, ...]], ...]
    tiers: tuple[Tier, ...]
    """The same, if nobody is away or off duty."""
    is_settled: bool
    """Nobody in it keeps hours or goes away: it is the same at every moment of the day."""


class Directory:
    """Everybody who may be told; made by ``index``."""

    def __init__(self, people: Mapping[str, Recipient]) -> None:
        """people: by key."""
        self._people = people
        self._of_mandate: Mapping[str, list[Recipient]] = defaultdict(list)
        for person in sorted(people.values(), key=lambda r: r.recipient_id):
            for mandate in dict.fromkeys(person.mandates):
                self._of_mandate[mandate].append(person)
        self.levels: Mapping[str, DisclosureLevel] = {r.recipient_id: r.highest_level for r in people.values()}
        """What each person wishes to be told at most, by recipient's id."""
        self.rota = lru_cache(maxsize=1024)(self._rota)
        self._minute: datetime | None = None
        self._chains: dict[str, tuple[Tier, ...]] = {}

    def in_office(self, key: str, day: date) -> Recipient | None:
        """The person of this key, if they are in office on this day."""
        person = self._people.get(key)
        return person if person is not None and holds_on(person, day) else None

    def chains_at(self, minute: datetime) -> dict[str, tuple[Tier, ...]]:
        """By mandate, the chains that were worked out for this minute: nobody comes or goes within one."""
        if self._minute != minute:
            self._minute, self._chains = minute, {}
        return self._chains

    def _rota(self, mandate: str, day: date) -> Rota:
        holders = [r for r in self._of_mandate.get(mandate, ()) if holds_on(r, day)]
        named = (self.in_office(r.deputy, day) for r in holders if r.deputy is not None)
        deputies = tuple(deputy for deputy in named if deputy is not None)
        steps = tuple(
            (step, tuple(r for r in holders if r.role in roles) + (deputies if step == "deputy" else ()))
            for step, roles in _STEPS
        )
        return Rota(steps, each_once(steps), not any(r.absences or r.duty_hours for _, people in steps for r in people))


def index(recipients: Iterable[Recipient]) -> Directory:
    """Arrange the directory for many routings. A key that comes twice is that of the person in the last entry."""
    return Directory({r.key: r for r in sorted(recipients, key=lambda r: r.recipient_id)})


def each_once(steps: Iterable[tuple[str, Iterable[Recipient]]]) -> tuple[Tier, ...]:
    """The tiers of those people; whoever stands in an earlier one is left out of a later one."""
    seen: set[str] = set()
    found = []
    for step, people in steps:
        fresh = [r for r in dict.fromkeys(person.recipient_id for person in people) if r not in seen]
        seen.update(fresh)
        if fresh:
            found.append(Tier(step, tuple(fresh)))
    return tuple(found)
