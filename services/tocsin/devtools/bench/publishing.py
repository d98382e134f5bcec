"""``python -m tocsin.devtools.bench.publishing``: signed reports a second through the SDK, to a real broker.

Beside it, a bare producer of kafka-python that sends the same bytes, written and signed before the clock starts.
"""

import itertools
import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tocsin.devtools.broker import Broker
from tocsin.devtools.corpus.generator import numbered
from tocsin.devtools.corpus.keys import key_of
from tocsin.publisher import Publisher
from tocsin.publisher.connecting import Access, connect
from tocsin.publisher.receipts import Message
from tocsin.publisher.writing import Writing
from tocsin.runtime import clock, jwe, kafka
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.reports import Report

_NAME, _SEED = "FOCAL-DESK", 7


@dataclass(frozen=True, slots=True)
class Rate:
    """wall: reports a second as the clock goes. own: a second of this process's own time, whatever else runs."""

    wall: float
    own: float

    def __str__(self) -> str:
        return f"{self.wall:9,.0f} reports/s by the clock, {self.own:9,.0f} per second of its own processor time"


@click.command()
@click.option("--reports", default=20_000, show_default=True, help="In each round.")
@click.option("--rounds", default=3, show_default=True, help="The best of so many counts.")
def main(reports: int, rounds: int) -> None:
    """Start a broker of its own, publish, and print the rates."""
    content = reports_of_one(reports)
    size = sum(len(report.model_dump_json(exclude_none=True)) for report in content) / len(content)
    click.echo(f"{os.cpu_count()} processors; {len(content):,} reports of {size:,.0f} bytes; best of {rounds} rounds")
    with TemporaryDirectory(prefix="tocsin-bench-") as folder:
        broker = Broker(Path(folder))
        broker.start()
        try:
            broker.wait_ready()
            kafka.create_topics(broker.bootstrap)
            _print_rates(broker.bootstrap, content, rounds, Path(folder))
        finally:
            broker.stop()


def reports_of_one(number: int) -> list[Report]:
    """Invented reports, as if one publisher had written them all."""
    letters = (item.letter for item in numbered(number, seed=_SEED, poison=0.0, repeats=0.0))
    return [decode_as(letter.body, Report).model_copy(update={"publisher": _NAME}) for letter in letters]


def _print_rates(bootstrap: str, content: Sequence[Report], rounds: int, folder: Path) -> None:
    bodies = [report.model_dump_json(exclude_none=True).encode() for report in content]
    sealed_to = jwe.opening_key("bench", bytes(32)).public()
    bare = _best(rounds, len(content), lambda: _send(bootstrap, _written(content)))
    click.echo(f"bare producer, the same bytes     {bare}")
    with Publisher(bootstrap, _NAME, key_of(_NAME), spool=folder / "spool") as publisher:
        models = _best(rounds, len(content), lambda: lambda: publisher.submit_all(content))
        click.echo(f"submit_all of models              {models}; {bare.wall / models.wall:.1f} times slower than bare")
        json = _best(rounds, len(content), lambda: lambda: publisher.submit_all(bodies))
        click.echo(f"submit_all of JSON, checked       {json}")
        one = _best(rounds, 300, lambda: lambda: [publisher.submit(report) for report in content[:300]])
        click.echo(f"submit, one after the other       {one}")
    with Publisher(bootstrap, _NAME, key_of(_NAME), sealed_to=sealed_to) as publisher:
        sealed = _best(rounds, len(content), lambda: lambda: publisher.submit_all(content))
        click.echo(f"submit_all of models, sealed      {sealed}")


def _written(content: Sequence[Report]) -> list[Message]:
    writing = Writing(_NAME, key_of(_NAME), itertools.count(time.time_ns() // 1000).__next__, clock.now)
    return [writing.write("report.submitted", report) for report in content]


def _send(bootstrap: str, messages: Sequence[Message]) -> Callable[[], object]:
    def run() -> None:
        with closing(connect(Access(bootstrap))) as producer:
            futures = [producer.send(m.topic, m.body, m.key, m.headers) for m in messages]
            for future in futures:
                future.get(60)

    return run


def _best(rounds: int, number: int, prepare: Callable[[], Callable[[], object]]) -> Rate:
    """prepare: what does not count; it gives what does."""
    walls, owns = [], []
    for _ in range(rounds):
        run = prepare()
        wall, own = time.perf_counter(), time.process_time()
        run()
        walls.append(number / (time.perf_counter() - wall))
        owns.append(number / (time.process_time() - own))
    return Rate(max(walls), max(owns))


if __name__ == "__main__":
    main()
