"""The knowledge as routing asks it: arranged once, and each ruling and trigger worked out once.

Reports of one event, and reports on one subject, are judged alike, whatever else they say.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from tocsin.domain.routing.jurisdiction import Event, Ruling, rule_on_event
from tocsin.domain.routing.mandates import Subject, Trigger, triggered_by
from tocsin_schemas.knowledge import ClockKind, Knowledge, Mandate, Mechanism
from tocsin_schemas.vocabulary import Priority

_REMEMBERED = 4096


class Seat(NamedTuple):
    """A mandate within its mechanism."""

    mandate: Mandate
    mechanism: Mechanism


class Known:
    """Knowledge, arranged; made by ``arranged``."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._seats = [Seat(m, knowledge.mechanisms[m.mechanism]) for m in knowledge.mandates]
        self._by_fact: Mapping[str, set[int]] = defaultdict(set)
        self._by_any_fact = set[int]()
        for place, seat in enumerate(self._seats):
            for fact in _facts(seat.mandate):
                self._by_fact[fact].add(place)
            if seat.mandate.always or seat.mandate.reprisal_mechanisms:
                self._by_any_fact.add(place)
        self.acknowledgements: Mapping[Priority, timedelta] = {
            clock.priority: clock.duration
            for clock in knowledge.clocks.values()
            if clock.kind is ClockKind.ACKNOWLEDGEMENT and clock.priority is not None
        }
        """Within what time somebody should answer an alert."""
        self.rulings = lru_cache(_REMEMBERED)(self._rulings)
        self.triggers = lru_cache(_REMEMBERED)(self._triggers)

    def _rulings(self, event: Event) -> Mapping[str, Ruling]:
        """On every mechanism."""
        mechanisms = self.knowledge.mechanisms.values()
        return {mechanism.key: rule_on_event(mechanism, event, self.knowledge) for mechanism in mechanisms}

    def _triggers(self, subject: Subject) -> Mapping[int, Trigger]:
        """The mandates that the subject concerns, by place in the table."""
        places = self._by_any_fact.union(*(self._by_fact.get(fact, ()) for fact in _present(subject)))
        found = {place: triggered_by(self._seats[place].mandate, subject) for place in sorted(places)}
        return {place: trigger for place, trigger in found.items() if trigger is not None}

    def seat(self, place: int) -> Seat:
        """The mandate that stands there in the table."""
        return self._seats[place]


class _Same:
    """Knowledge compared by identity: its tables are too large to be compared, or hashed, for each case."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __hash__(self) -> int:
        return id(self.knowledge)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.knowledge is self.knowledge


def arranged(knowledge: Knowledge) -> Known:
    """The same object for the same knowledge."""
    return _arranged(_Same(knowledge))


@lru_cache(maxsize=4)
def _arranged(same: _Same) -> Known:
    return Known(same.knowledge)


def _facts(mandate: Mandate) -> Iterator[str]:
    for facts in (mandate.countries, mandate.violations, mandate.flags, mandate.occupations, mandate.topics):
        yield from facts


def _present(subject: Subject) -> Iterator[str]:
    for facts in (subject.states, subject.violations, subject.flags, subject.occupations, subject.topics):
        yield from facts
