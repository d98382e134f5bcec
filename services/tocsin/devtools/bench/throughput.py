"""How fast a backlog drains through the whole pipeline, from the first report to the last mail."""

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from tocsin.devtools import tally
from tocsin.devtools.bench import memory
from tocsin.devtools.corpus.generator import numbered
from tocsin.devtools.publish import publish
from tocsin.devtools.stack import HURRIED, Stack
from tocsin.store.database import reading
from tocsin.store.tables import deliveries, processed_messages


@dataclass(frozen=True, slots=True)
class Drained:
    """seconds: until every mail was settled. accepted_seconds: until every report was in its case."""

    records: int
    cases: int
    mails: int
    accepted_seconds: float
    seconds: float
    memory: memory.Memory


def measure(home: Path, reports: int, per_case: int, database_url: str = "", patience: float = 1200) -> Drained:
    """Publish ``reports`` at once, ``per_case`` of them on each case, and wait until everything is settled."""
    letters = [item.letter for item in numbered(reports, seed=7, per_case=per_case)]
    overrides = HURRIED | ({"database_url": database_url} if database_url else {})
    stack = Stack(home, overrides=overrides, fresh=True)
    stack.start()
    try:
        stack.wait_ready()
        started = time.monotonic()
        publish(stack.addresses["kafka"], letters)
        accepted = _wait(stack, len(letters), started, patience)
        while not (counted := tally.count(stack.engine)).settled(len(letters)):
            if time.monotonic() - started > patience:
                raise TimeoutError(f"not drained after {patience:.0f} s")
            time.sleep(1)
        seconds = time.monotonic() - started
        with reading(stack.engine) as connection:
            mails = connection.execute(select(func.count()).select_from(deliveries)).scalar_one()
        cases = counted.cases.total()
        return Drained(len(letters), cases, mails, accepted, seconds, memory.measure(stack))
    finally:
        stack.stop()


def _wait(stack: Stack, records: int, started: float, patience: float) -> float:
    """Seconds until the resolver has every record."""
    query = select(func.count()).where(processed_messages.c.consumer == "resolver")
    while time.monotonic() - started < patience:
        with reading(stack.engine) as connection:
            if connection.execute(query).scalar_one() >= records:
                break
        time.sleep(0.5)
    return time.monotonic() - started
