"""Fires due times: each once, whatever is killed, restarted or set to another time meanwhile."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from tocsin.domain import asking
from tocsin.runtime import clock, metrics
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import FAILED, Due, DueTime, Kind
from tocsin.store.auditing import audit
from tocsin.store.casework import cases, locks
from tocsin.store.database import reading, unit_of_work
from tocsin.store.matching import reviews

Effect = Callable[[Connection, DueTime, datetime], str]
"""Makes every change that a due time is for, and returns a word for what it did."""
PERIOD_SECONDS = 1.0
READ_AT_ONCE = 200
TOGETHER = 40
"""So many share a transaction: the disk is waited for once."""
ATTEMPTS = 6
_REST, _GROWTH = timedelta(seconds=5), 4
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Firing:
    """One dispatcher's share of the due times; several may run at once."""

    engine: Engine
    effects: Mapping[Kind, Effect]

    async def keep_firing(self) -> None:
        """Look every second. Between two transactions other work of the process gets its turn."""
        metrics.due_times_expected(self.effects)
        while True:
            while waiting := self.due(clock.now()):
                for group in self.groups(waiting):
                    self.fire(group, clock.now())
                    await asyncio.sleep(0)
            await asyncio.sleep(PERIOD_SECONDS)

    def fire_all(self, now: datetime) -> int:
        """Everything that is due at this moment, and what falls due by that; returns how many were fired."""
        fired = 0
        while waiting := self.due(now):
            fired += sum(self.fire(group, now) for group in self.groups(waiting))
        return fired

    def due(self, now: datetime) -> list[Due]:
        with reading(self.engine) as connection:
            return due_times.due(connection, now, READ_AT_ONCE)

    def groups(self, waiting: Sequence[Due]) -> list[Sequence[Due]]:
        """Those that share a transaction: of a case never two, for one may call off the other."""
        rounds: dict[int, list[Due]] = defaultdict(list)
        of_case: Counter[str | None] = Counter()
        for due in waiting:
            rounds[of_case[due.time.case_id]].append(due)
            of_case[due.time.case_id] += due.time.case_id is not None
        return [found[at : at + TOGETHER] for found in rounds.values() for at in range(0, len(found), TOGETHER)]

    def fire(self, group: Sequence[Due], now: datetime) -> int:
        """Fire a group in one transaction, all or none; returns how many were fired.

        If one fails each is fired on its own, so that only the guilty one is left as it was, and rests.
        """
        try:
            return self._fire(group, now)
        except Exception as error:  # whatever it is, it must not hold up the others
            if len(group) > 1:
                log.warning("a group failed", exc_info=error)
                return sum(self.fire([due], now) for due in group)
            log.warning("a due time failed", exc_info=error, extra=_place(group[0].time))
            self._postpone(group[0], error, now)
            return 0

    def _fire(self, group: Sequence[Due], now: datetime) -> int:
        with unit_of_work(self.engine) as connection:
            _lock_cases(connection, group)
            claimed = due_times.claim(connection, [due.time.due_id for due in group], now)
            ours = [due.time for due in group if due.time.due_id in claimed]
            due_times.settle(connection, {due.due_id: self.effects[due.kind](connection, due, now) for due in ours})
        for due in ours:
            metrics.due_time_fired(due.kind.value, (now - due.due_at).total_seconds())
        return len(ours)

    def _postpone(self, due: Due, error: Exception, now: datetime) -> None:
        with unit_of_work(self.engine) as connection:
            if due.attempts + 1 < ATTEMPTS:
                due_times.postpone(connection, due.time.due_id, _REST * _GROWTH**due.attempts, now)
            elif due_times.claim(connection, [due.time.due_id], now):
                due_times.settle(connection, {due.time.due_id: FAILED})
                reason = asking.DUE_FAILED(due=due.time.kind, error=type(error).__name__, due_id=due.time.due_id)
                reviews.request_of(connection, "due_failed", due.time.due_id, reason, now, due.time.case_id)
                audit.append(connection, "dispatcher", "due-time-given-up", due.time.due_id, _place(due.time), now)


def _lock_cases(connection: Connection, group: Sequence[Due]) -> None:
    """Before any due time is taken, and all at once: so does whoever changes a case and then its due times."""
    of_cases = {due.time.case_id for due in group if due.time.case_id is not None}

    def now_part_of() -> set[str]:
        found = cases.standings(connection, of_cases)
        return of_cases | {to for case in of_cases & found.keys() if (to := found[case].redirects_to) is not None}

    if of_cases and locks.are_needed(connection):
        locks.lock_found(connection, now_part_of)


def _place(due: DueTime) -> dict[str, str]:
    return {"kind": due.kind.value, "due_id": due.due_id}
