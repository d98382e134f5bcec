"""The sequence numbers that a key signs under: rising, and none twice, whatever crashes."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

_STRIDE = 10_000_000
"""How far ahead numbers are reserved: ten seconds' worth."""


class Reserve(Protocol):
    """Remembers, over crashes, up to where numbers may have been used."""

    @property
    def ceiling(self) -> int: ...

    def raise_ceiling(self, number: int) -> None:
        """Returns once it is durable."""


def microseconds() -> int:
    """Since 1970."""
    return time.time_ns() // 1000


class Numbers:
    """Begins at the microseconds since 1970, or above all that were reserved before.

    reserve: None where nothing is kept; numbers then rise over restarts as long as the clock is not set back.
    """

    def __init__(self, reserve: Reserve | None = None, clock: Callable[[], int] = microseconds) -> None:
        self._reserve, self._lock = reserve, threading.Lock()
        self._ceiling = 0 if reserve is None else reserve.ceiling
        self._next = max(clock(), self._ceiling)

    def next(self) -> int:
        with self._lock:
            number = self._next
            if self._reserve is not None and number >= self._ceiling:
                self._reserve.raise_ceiling(number + _STRIDE)
                self._ceiling = number + _STRIDE
            self._next = number + 1
            return number
