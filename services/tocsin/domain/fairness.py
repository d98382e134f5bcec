"""Many publishers, one service: how much each may send at once, and in what order the rest has its turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Generic, TypeVar

from tocsin_schemas.fairness import Share
from tocsin_schemas.vocabulary import Priority

F = TypeVar("F", bound=str)
Waiting = Mapping[str, frozenset[Priority]]
"""Publishers of whom something waits, each with the priorities of it."""


def refilled(tokens: float, seconds: float, per_second: float, burst: float) -> float:
    """What a token bucket holds after some time. A clock that went back adds nothing and takes nothing."""
    return min(burst, tokens + max(0.0, seconds) * per_second)


@dataclass(frozen=True, slots=True)
class Level:
    """How full a token bucket is. at: when that was so."""

    tokens: float
    at: datetime

    def refilled(self, share: Share, now: datetime) -> "Level":
        """The level now. A clock that went back counts from where it is."""
        elapsed = (now - self.at).total_seconds()
        return Level(refilled(self.tokens, elapsed, share.per_second, float(share.burst)), now)

    def taken(self) -> "Level | None":
        """The level without one token; None if there is no whole one."""
        return Level(self.tokens - 1.0, self.at) if self.tokens >= 1.0 else None


def full(share: Share, now: datetime) -> Level:
    """A bucket that nobody has taken from."""
    return Level(float(share.burst), now)


@dataclass(frozen=True, slots=True)
class Turns(Generic[F]):
    """Self-clocked fair queueing (Golestani, INFOCOM 1994), without the queues: each flow says what its next costs.

    A flow begins to wait at the clock, and is due at its start plus the cost; whatever is due first has its turn. What
    comes later cannot be due before the clock, so that nothing is passed over for ever; and a flow that comes back has
    no credit for the time in which nothing of it waited.
    clock: when the last one served was due. starts: of the flows that wait.
    """

    clock: Fraction = Fraction(0)
    starts: Mapping[F, Fraction] = field(default_factory=lambda: MappingProxyType({}))

    def first(self, costs: Mapping[F, Fraction]) -> F:
        """Whose turn it is. costs: of every flow of which something waits; at least one."""
        return min(costs, key=lambda flow: (self._start(flow) + costs[flow], flow))

    def served(self, flow: F, costs: Mapping[F, Fraction]) -> "Turns[F]":
        """After the flow has had its turn among those that wait."""
        due = self._start(flow) + costs[flow]
        starts = {f: self._start(f) for f in costs} | {flow: due}
        return Turns(max(self.clock, due), MappingProxyType(starts))

    def _start(self, flow: F) -> Fraction:
        return self.starts.get(flow, self.clock)


@dataclass(frozen=True, slots=True)
class Turn:
    publisher: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class Order:
    """Whose report is next: first among publishers, then among the priorities of the publisher.

    A report costs its publisher the less the more urgent it is, by the weights. So urgent reports go first, a publisher
    that calls everything urgent gains a bounded share by it, and nothing that waits is passed over for ever: between
    two turns of a publisher each other one has at most as many as the weights allow (tests/properties).
    """

    shares: Mapping[Priority, Share]
    publishers: Turns[str] = field(default_factory=Turns)
    priorities: Mapping[str, Turns[Priority]] = field(default_factory=lambda: MappingProxyType({}))

    def next(self, waiting: Waiting) -> Turn:
        """Whose turn it is. waiting: at least one publisher with at least one priority."""
        heads = self._heads(waiting)
        publisher = self.publishers.first(self._costs(heads))
        return Turn(publisher, heads[publisher])

    def after(self, turn: Turn, waiting: Waiting) -> "Order":
        """The order when that turn was taken by one of those that wait."""
        publishers = self.publishers.served(turn.publisher, self._costs(self._heads(waiting)))
        costs = {priority: self._cost(priority) for priority in waiting[turn.publisher]}
        within = self.priorities.get(turn.publisher, Turns()).served(turn.priority, costs)
        kept = {p: turns for p, turns in self.priorities.items() if p in publishers.starts}
        return Order(self.shares, publishers, MappingProxyType({**kept, turn.publisher: within}))

    def _heads(self, waiting: Waiting) -> dict[str, Priority]:
        """What each publisher would have its turn with."""
        return {
            publisher: self.priorities.get(publisher, Turns()).first({p: self._cost(p) for p in priorities})
            for publisher, priorities in waiting.items()
        }

    def _costs(self, heads: Mapping[str, Priority]) -> dict[str, Fraction]:
        return {publisher: self._cost(priority) for publisher, priority in heads.items()}

    def _cost(self, priority: Priority) -> Fraction:
        return Fraction(1, self.shares[priority].weight)
