"""Gives what waits its turn: in weighted-fair order, each report in a transaction of its own, and exactly once."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from tocsin.domain.fairness import Order, Turn, Waiting
from tocsin.runtime import clock, metrics
from tocsin.runtime.messages import Message
from tocsin.store.casework.locks import despite_deadlocks
from tocsin.store.database import reading, try_lock, unit_of_work
from tocsin.store.receiving import allowances, parking
from tocsin.store.receiving.consuming import Consumer
from tocsin.store.receiving.downstream import Downstream
from tocsin.store.receiving.parking import Parked
from tocsin.store.vault import Erased
from tocsin_schemas.fairness import Fairness

NOTHING_SECONDS, FULL_SECONDS, IDLE_SECONDS = 0.1, 0.05, 0.2
CROWD, CROWD_SECONDS, CALM_SECONDS = 16, 2.0, 5.0
"""So many arrivals in so short a time are a crowd, until nothing has come for a while: on a busy machine the next may
be long in coming, and is there all the same."""
ERASED = "erased"


@dataclass(slots=True)
class Releasing:
    """One worker's share of what waits; several may run at once, each fair by itself.

    consumer: the resolver's, without admission: what has its turn is taken as if it had just come, its signature
    checked anew. So a key that was revoked meanwhile leaves nothing to be told of what it had signed.
    """

    consumer: Consumer
    fairness: Fairness
    _order: Order = field(init=False)
    _downstream: Downstream = field(default_factory=Downstream)
    _arrivals: deque[float] = field(default_factory=lambda: deque(maxlen=CROWD))
    _taking: Message | None = None

    def __post_init__(self) -> None:
        self._order = Order(self.fairness.shares)

    def note_arrival(self) -> None:
        """Something came in, and whoever waits gives way to it."""
        self._arrivals.append(time.monotonic())

    async def keep_releasing(self) -> None:
        """One report at a time, and between two of them others of the process get their turn.

        While reports arrive it takes only a part of the time. While they come in a crowd, or what follows is behind,
        each publisher gets no more than it may send at once: lest an event that nobody reads stop everything.
        """
        while True:
            began, now = time.monotonic(), clock.now()
            waiting = self._waiting()
            is_free = bool(waiting) and self._is_free(began, now)
            allowed = waiting if is_free or not waiting else self._entitled(waiting, now)
            if not allowed or self.release_one(now, allowed, is_free=is_free) is None:
                await asyncio.sleep(FULL_SECONDS if waiting else NOTHING_SECONDS)
                continue
            await asyncio.sleep(self._rest(time.monotonic() - began))

    def release_one(self, now: datetime, waiting: Waiting | None = None, *, is_free: bool = True) -> str | None:
        """Whose turn it is, and what became of it; None if nothing waits that is not in another worker's hands.

        is_free: whether it goes in without a token of its publisher.
        """
        waiting = self._waiting() if waiting is None else waiting
        while waiting:
            turn = self._order.next(waiting)
            outcome = despite_deadlocks(partial(self._release, turn, now, is_free))
            if outcome is not None:
                self._order = self._order.after(turn, waiting)
                metrics.report_released(outcome)
                return outcome
            waiting = _without(waiting, turn)
        return None

    def take(self, connection: Connection, parked: Parked, now: datetime) -> str | None:
        """Take what waits, in the caller's transaction, which holds the report; None if somebody else has taken it."""
        if not parking.claim(connection, parked, now):
            return None
        try:
            self._taking = parking.opened(connection, self.consumer.deployment.vault, parked)
        except Erased:
            outcome = ERASED
        else:
            outcome = self.consumer.plan(self._taking, parked.place, now)[1](connection)
        parking.end(connection, parked, outcome, now)
        return outcome

    def _release(self, turn: Turn, now: datetime, is_free: bool) -> str | None:
        """As when a message arrives: an error ends the process, and what ends three is put aside."""
        self._taking = None
        try:
            with unit_of_work(self.consumer.engine) as connection:
                has_token = allowances.take(connection, turn.publisher, self.fairness.shares[turn.priority], now)
                return self._take_head(connection, turn, now) if has_token or is_free else None
        except Exception as error:  # noted for what it happened to, and raised again
            if self._taking is not None:
                self.consumer.on_failure(self._taking, error)
            raise

    def _take_head(self, connection: Connection, turn: Turn, now: datetime) -> str | None:
        head = parking.head(connection, turn.publisher, turn.priority)
        if head is None:
            return None
        key = self.consumer.deployment.identities.blocking_key("report", head.report_id)
        if not try_lock(connection, key):  # waiting for it here could deadlock with who waits for the head
            return None
        parked = parking.newest(connection, head.report_id)
        return None if parked is None else self.take(connection, parked, now)

    def _is_crowded(self, now: float) -> bool:
        if len(self._arrivals) < CROWD or now - self._arrivals[-1] > CALM_SECONDS:
            return False
        return self._arrivals[-1] - self._arrivals[0] < CROWD_SECONDS

    def _rest(self, worked: float) -> float:
        """Seconds to leave to others after so many seconds of work."""
        idle = not self._arrivals or time.monotonic() - self._arrivals[-1] > IDLE_SECONDS
        return 0.0 if idle else worked * (1 / self.fairness.release.busy - 1)

    def _waiting(self) -> Waiting:
        with reading(self.consumer.engine) as connection:
            return parking.flows(connection)

    def _entitled(self, waiting: Waiting, now: datetime) -> Waiting:
        with reading(self.consumer.engine) as connection:
            return allowances.entitled(connection, waiting, self.fairness.shares, now)

    def _is_free(self, moment: float, now: datetime) -> bool:
        """Whether the road is clear. moment: of the monotonic clock."""
        if self._is_crowded(moment):
            return False  # each turn is a dozen mails, and who has just come would wait for them, unread
        with reading(self.consumer.engine) as connection:
            return self._downstream.behind(connection, now) <= self.fairness.release.clear


def _without(waiting: Waiting, turn: Turn) -> Waiting:
    left = {**waiting, turn.publisher: waiting[turn.publisher] - {turn.priority}}
    return {publisher: priorities for publisher, priorities in left.items() if priorities}
