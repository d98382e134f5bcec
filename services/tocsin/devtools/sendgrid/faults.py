"""Faults on request: what can go wrong between a sender and its provider, a number of times or until told otherwise."""

import threading
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """``before`` and ``after``: before or after the mail is accepted."""

    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    SLOW = "slow"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    THROTTLE = "throttle"
    UNAUTHORISED = "unauthorised"
    EVENTS_LOST = "events_lost"
    EVENTS_TWICE = "events_twice"
    LOG_UNAVAILABLE = "log_unavailable"


@dataclass(slots=True)
class Planned:
    """times: how often it still strikes; below zero: always. seconds: of waiting, for those that wait."""

    times: int
    seconds: float = 0.0


@dataclass(slots=True)
class Faults:
    """The faults that are planned, by kind."""

    _planned: dict[Fault, Planned] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, fault: Fault, times: int, seconds: float = 0.0) -> None:
        with self._lock:
            self._planned[fault] = Planned(times, seconds)

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def strike(self, fault: Fault) -> Planned | None:
        """The planned fault if it strikes now; it is counted."""
        with self._lock:
            planned = self._planned.get(fault)
            if planned is None or planned.times == 0:
                return None
            planned.times -= 1
            return planned

    def pending(self) -> dict[str, int]:
        with self._lock:
            return {fault.value: planned.times for fault, planned in self._planned.items() if planned.times != 0}
