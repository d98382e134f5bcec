"""The simulator's own time: the present, moved ahead as a test wishes."""

import threading
from datetime import datetime, timedelta

from tocsin.runtime import clock


class Clock:
    """``clock.now`` plus what it was advanced by."""

    def __init__(self) -> None:
        self._ahead, self.moved = timedelta(), threading.Condition()

    def now(self) -> datetime:
        return clock.now() + self._ahead

    def advance(self, by: timedelta) -> None:
        """Move ahead; whoever waits for an hour is woken."""
        with self.moved:
            self._ahead += by
            self.moved.notify_all()
