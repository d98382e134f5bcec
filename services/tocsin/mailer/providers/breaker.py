"""When to leave a provider alone: a breaker opens on failures, and half-opens when a probe is answered.

Pure: the time is an argument. Several threads tell of their mails at once, in whatever order these end.
"""

import threading
from datetime import datetime, timedelta
from enum import Enum

FAILURES = 3
"""So many in a row open it; any answer that is not a failure starts the count anew."""
PATIENCE = timedelta(seconds=60)
"""Two failures this far apart, with nothing good in between, open it as well."""
DOUBTFUL_PAUSE, OPEN_PAUSE = timedelta(seconds=5), timedelta(seconds=15)
"""Between two probes, while it has failed and is not open yet, and while it is open."""


class State(Enum):
    CLOSED = "closed"
    HALF_OPEN = "half_open"
    """A probe was answered. One mail at a time may try; the first that succeeds closes it, a failure opens it."""
    OPEN = "open"


class Breaker:
    """Of one provider."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = State.CLOSED
        self._failures = 0
        self._failing_since: datetime | None = None
        self._probe_at: datetime | None = None
        self._trial_until: datetime | None = None

    @property
    def state(self) -> State:
        return self._state

    @property
    def failing_since(self) -> datetime | None:
        """The first failure after which nothing good was heard."""
        return self._failing_since

    def admits(self, now: datetime) -> bool:
        """Whether a mail may be tried now. Whoever is let in tells what came of it."""
        with self._lock:
            if self._state is not State.HALF_OPEN:
                return self._state is State.CLOSED
            if self._trial_until is not None and now < self._trial_until:
                return False
            self._trial_until = now + OPEN_PAUSE
            return True

    def succeeded(self) -> None:
        """The provider answered as one that works."""
        with self._lock:
            if self._state is not State.OPEN:  # a late answer from before it opened proves nothing
                self._close()

    def failed(self, now: datetime, for_sure: bool = False) -> None:
        """for_sure: one failure is enough, as the next would be the same."""
        with self._lock:
            self._failures += 1
            self._failing_since = self._failing_since or now
            long = self._failures > 1 and now - self._failing_since >= PATIENCE
            if for_sure or long or self._failures >= FAILURES or self._state is not State.CLOSED:
                self._state = State.OPEN
            self._probe_at = now + (OPEN_PAUSE if self._state is State.OPEN else DOUBTFUL_PAUSE)

    def wants_probe(self, now: datetime) -> bool:
        """Whether it is time to ask the provider, without a mail, whether it works. True for one caller each time."""
        with self._lock:
            if self._probe_at is None or now < self._probe_at or self._state is State.HALF_OPEN:
                return False
            self._probe_at = now + OPEN_PAUSE
            return True

    def probed(self, answered: bool, now: datetime) -> None:
        """What came of a probe."""
        if not answered:
            self.failed(now)
            return
        with self._lock:
            if self._state is State.OPEN:
                self._state, self._trial_until = State.HALF_OPEN, None
            else:
                self._close()

    def _close(self) -> None:
        self._state, self._failures = State.CLOSED, 0
        self._failing_since = self._probe_at = self._trial_until = None
