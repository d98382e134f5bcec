"""Sends the sample through a running stack and says what became of it."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from tocsin.devtools import comparison, tally
from tocsin.devtools.corpus import Letter, expected_cases, expected_totals, load
from tocsin.devtools.publish import publish
from tocsin.devtools.tally import Tally

_LOOK_EVERY = 0.25


@dataclass(frozen=True, slots=True)
class Progress:
    """published: letters that the broker was given so far."""

    published: int
    letters: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Result:
    letters: int
    tally: Tally
    differences: list[str]
    seconds: float
    """From the first letter to the last mail."""


def run(
    engine: Engine, bootstrap: str, rate: float | None, patience: float, watch: Callable[[Progress], None]
) -> Result:
    """Publish the sample and wait until nothing is under way any more.

    rate: letters a second. patience: seconds after which the result is taken as it stands. watch: told of progress.
    """
    letters, started = load(), time.monotonic()
    publishing = _Publishing(bootstrap, letters, rate)
    publishing.start()
    while True:
        counted = tally.count(engine)
        watch(Progress(publishing.sent, len(letters), counted))
        if publishing.failure is not None:
            raise publishing.failure
        late = time.monotonic() - started > patience
        if late or (not publishing.is_alive() and counted.settled(len(letters))):
            break
        time.sleep(_LOOK_EVERY)
    seconds = time.monotonic() - started
    found = comparison.differences(engine, counted, expected_totals(), expected_cases())
    if late:
        found.insert(0, f"not everything was settled after {patience:.0f} s")
    return Result(len(letters), counted, found, seconds)


class _Publishing(threading.Thread):
    """Publishes beside the counting, so that the view moves."""

    def __init__(self, bootstrap: str, letters: Sequence[Letter], rate: float | None) -> None:
        super().__init__(name="publishing", daemon=True)
        self._broker, self._letters, self._rate = bootstrap, letters, rate
        self.sent = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            publish(self._broker, self._letters, self._rate, self._note)
        except BaseException as error:  # noqa: BLE001 - raised again where it is watched
            self.failure = error

    def _note(self, sent: int) -> None:
        self.sent = sent
