"""Sends the sample through a running stack and says what became of it."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from tocsin.devtools import comparison, tally
from tocsin.devtools.corpus import expected_cases, expected_totals, load
from tocsin.devtools.publish import publish
from tocsin.devtools.tally import Tally
from tocsin.runtime.beside import beside
from tocsin.runtime.kafka_access import Access

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
    engine: Engine, broker: str | Access, rate: float | None, patience: float, watch: Callable[[Progress], None]
) -> Result:
    """Publish the sample and wait until nothing is under way any more.

    rate: letters a second. patience: seconds after which the result is taken as it stands. watch: told of progress.
    """
    letters, started = load(), time.monotonic()
    sent = deque([0], maxlen=1)
    publishing = beside("publishing", lambda: publish(broker, letters, rate, sent.append))
    while True:
        counted = tally.count(engine)
        watch(Progress(sent[-1], len(letters), counted))
        if is_published := publishing.done():
            publishing.result()
        late = time.monotonic() - started > patience
        if late or (is_published and counted.settled(len(letters))):
            break
        time.sleep(_LOOK_EVERY)
    seconds = time.monotonic() - started
    found = comparison.differences(engine, counted, expected_totals(), expected_cases())
    if late:
        found.insert(0, f"not everything was settled after {patience:.0f} s")
    return Result(len(letters), counted, found, seconds)
