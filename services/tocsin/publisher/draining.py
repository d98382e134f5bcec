"""Takes what waits in the spool to the broker, in order, whenever the broker is there."""

import logging
import threading
import time
from collections.abc import Sequence

from tocsin.publisher.connecting import Flight, Line
from tocsin.publisher.errors import BrokerRefused, BrokerUnavailable, PublishError
from tocsin.publisher.receipts import Message
from tocsin.publisher.spool import Spool

log = logging.getLogger("tocsin.publisher")

_AT_ONCE = 500
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
"""Seconds between tries while the broker is away; each pause is twice the one before."""


class Draining:
    """A thread for one spool. What the broker has acknowledged leaves the spool; a crash in between sends it again."""

    def __init__(self, spool: Spool, line: Line) -> None:
        self._spool, self._line = spool, line
        self._changed, self._ended, self._hurried = threading.Condition(), False, False
        self._pause, self._failures = 0.0, 0
        self.trouble: PublishError | None = None
        """Why what waits does not leave; None once it does."""
        self._thread = threading.Thread(target=self._run, name="tocsin-spool", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something waits."""
        with self._changed:
            self._changed.notify_all()

    def wait_until_empty(self, timeout: float, tries: int | None = None) -> bool:
        """Try at once, and return whether nothing waits any more.

        It takes at most ``timeout`` seconds, and no longer than ``tries`` tries that failed.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            self._hurried, failures = True, self._failures
            self._changed.notify_all()
            while self._spool.waiting and (left := deadline - time.monotonic()) > 0 and self._thread.is_alive():
                if tries is not None and self._failures - failures >= tries:
                    break
                self._changed.wait(left)
        return not self._spool.waiting

    def end(self, timeout: float) -> None:
        """What still waits stays in the spool."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join(timeout)

    def _run(self) -> None:
        while self._awaited():
            try:
                self._carry()
            except PublishError as trouble:
                self._told(trouble)
            finally:
                self.wake()

    def _awaited(self) -> bool:
        """Sleep until there is something to do and the pause is over; False when it is time to end."""
        with self._changed:
            until = time.monotonic() + self._pause
            while not self._ended:
                left = until - time.monotonic()
                if self._spool.waiting and (left <= 0 or self._hurried):
                    self._hurried = False
                    return True
                self._changed.wait(left if left > 0 else None)
        return False

    def _carry(self) -> None:
        """Everything that waits; raises the first trouble after taking out of the spool what the broker does have.

        What the broker refuses does not hold up the rest.
        """
        failed: list[PublishError] = []
        above = 0
        while not self._ended and (messages := self._spool.oldest(_AT_ONCE, above)):
            above = messages[-1].sequence
            failed += self._carry_some(messages)
            if any(isinstance(error, BrokerUnavailable) for error in failed):
                break
        if failed:
            raise failed[0]
        self.trouble, self._pause = None, 0.0

    def _carry_some(self, messages: Sequence[Message]) -> list[PublishError]:
        flights: list[Flight] = []
        arrived: list[int] = []
        failed: list[PublishError] = []
        for message in messages:
            try:
                flights.append(self._line.start(message))
            except BrokerRefused as refusal:
                failed.append(refusal)
            except BrokerUnavailable as away:
                failed.append(away)
                break
        self._line.hurry()
        for flight in flights:
            try:
                self._line.settle(flight)
                arrived.append(flight.message.sequence)
            except PublishError as error:
                failed.append(error)
        if arrived:
            self._spool.remove(arrived)
        return failed

    def _told(self, trouble: PublishError) -> None:
        if self.trouble is None:
            log.warning("reports wait in the spool", extra={"code": trouble.code, "count": self._spool.waiting})
        self.trouble = trouble
        self._failures += 1
        self._pause = min(max(self._pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
