"""``python -m tocsin.devtools.bench.flood``: what one publisher's flood does to the urgent reports of five others.

The others send at the same pace twice: alone, and beside one that offers a thousand times its share. The broker knows
its users, and holds the flooder to the quota of every publisher; what comes through is parked.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import func, select

from tocsin.devtools.bench.flooding import FLOODER, Others, Sent, flood, prepare
from tocsin.devtools.evaluation.intervals import quantile
from tocsin.devtools.faults.evidence import read_ledger
from tocsin.devtools.stack import HURRIED, SHIPPED_SHARES, Stack
from tocsin.runtime import kafka
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.kafka_principals import Quota, administering
from tocsin.store.database import reading
from tocsin.store.tables import cases, deliveries, processed_messages
from tocsin.store.views import waiting_reports
from tocsin_schemas.topics import REPORTS

_CALM = 8.0
"""Seconds for the last mails after the last report of the others."""


@dataclass(frozen=True, slots=True)
class Flood:
    """alone, beside: seconds from sending an urgent report of the others to the provider's 202, for each mail.

    outcomes: of everything read, how much. waiting: of the flooder, at the end. amiss: in words.
    """

    alone: Sequence[float]
    beside: Sequence[float]
    sent: Sent
    outcomes: dict[str, int]
    waiting: int
    amiss: Sequence[str]


def measure(home: Path, rate: float, seconds: float, offered: float, quota: Quota) -> Flood:
    """``rate``: reports of the others a second, for ``seconds``; ``offered``: of the flooder."""
    stack = Stack(home, overrides=HURRIED | SHIPPED_SHARES, fresh=True, secured=True)
    stack.start()
    try:
        stack.wait_ready()
        broker = stack.settings.kafka
        flooder = Access(broker.bootstrap, "flooder", "worth nothing elsewhere")
        with administering(broker) as principals:
            principals.add_publisher(flooder.user, flooder.password, quota)
        Others(broker, 0).send(rate, 3)  # what is done only once is done
        alone, beside = Others(broker, 1), Others(broker, 2)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            pool.apply(prepare)
            alone.send(rate, seconds)
            time.sleep(_CALM)
            flooding = pool.apply_async(flood, (flooder, offered, seconds))
            beside.send(rate, seconds)
            sent = flooding.get(timeout=seconds + 120)
        time.sleep(_CALM)
        _wait_until_read(stack)
        return _judged(stack, alone, beside, sent)
    finally:
        stack.stop()


def _wait_until_read(stack: Stack) -> None:
    deadline = time.monotonic() + 120
    while sum(outcomes_of(stack).values()) < records_of(stack) and time.monotonic() < deadline:
        time.sleep(0.5)


def records_of(stack: Stack) -> int:
    """How many reports the broker has."""
    return sum(kafka.end_offsets(stack.settings.kafka, [REPORTS.name]).values())


def outcomes_of(stack: Stack) -> dict[str, int]:
    """What the resolver has made of them, each word with how many."""
    said = processed_messages.c.outcome
    query = select(said, func.count()).where(processed_messages.c.consumer == "resolver").group_by(said)
    with reading(stack.engine) as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def _judged(stack: Stack, alone: Others, beside: Others, sent: Sent) -> Flood:
    taken = {mail["custom_args"]["d"]: mail["at"] for mail in read_ledger(stack.home / "simulator" / "ledger.jsonl")}
    about = select(deliveries.c.delivery_id, cases.c.founding_report_id).where(deliveries.c.case_id == cases.c.case_id)
    with reading(stack.engine) as connection:
        mails = [
            (taken[d], report) for d, report in connection.execute(about.where(deliveries.c.round == 0)) if d in taken
        ]
        waiting = {each.publisher_id: each.reports for each in waiting_reports.by_publisher(connection)}
        amiss = [f"{place} is astray" for place in waiting_reports.astray(connection, 50)]
    outcomes = outcomes_of(stack)  # what waits was counted before, and may have had its turn since
    if (read := sum(outcomes.values())) != (there := records_of(stack)):
        amiss.append(f"{there} records, and {read} were read")
    amiss += [f"{n} were {word}" for word, n in outcomes.items() if word not in {"opened", "joined", "parked"}]
    amiss += [f"{n} of {name} wait" for name, n in waiting.items() if name != FLOODER]
    told = {report for _, report in mails}
    amiss += [f"{n} reports told nobody" for each in (alone, beside) if (n := len(each.started.keys() - told))]
    samples = [[_at(at) - each.started[r] for at, r in mails if r in each.started] for each in (alone, beside)]
    return Flood(samples[0], samples[1], sent, outcomes, waiting.get(FLOODER, 0), amiss)


def _at(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


@click.command()
@click.option("--home", type=click.Path(path_type=Path), default=Path(".tocsin/flood"), show_default=True)
@click.option("--rate", default=2.0, show_default=True, help="Urgent reports of the others a second, in all.")
@click.option("--seconds", default=60.0, show_default=True, help="How long, without and with the flood.")
@click.option("--offered", default=2000.0, show_default=True, help="Reports that the flooder offers a second.")
@click.option("--quota", default=Quota().bytes_per_second, show_default=True, help="Bytes a second, by the broker.")
def main(home: Path, rate: float, seconds: float, offered: float, quota: float) -> None:
    """Exits with 1 if a record is not accounted for, or the others' p99 is more than twice what it is without."""
    home.mkdir(parents=True, exist_ok=True)
    found = measure(home, rate, seconds, offered, Quota(bytes_per_second=quota))
    click.echo(f"{os.cpu_count()} processors; broker, database, services, simulator and load beside one another")
    _tell("alone", found.alone)
    _tell("beside the flood", found.beside)
    sent = found.sent
    click.echo(
        f"flood: {sent.offered / sent.seconds:.0f} reports/s offered, {sent.accepted / sent.seconds:.0f}/s taken by "
        f"the broker at {quota / 1024:.0f} KiB/s; {found.waiting} of {sent.accepted} wait at the end; {found.outcomes}"
    )
    ratio = quantile(found.beside, 0.99) / quantile(found.alone, 0.99)
    click.echo(f"p99 beside the flood: {ratio:.2f} times that without; amiss: {', '.join(found.amiss) or 'nothing'}")
    sys.exit(1 if found.amiss or ratio > 2 else 0)


def _tell(name: str, samples: Sequence[float]) -> None:
    p50, p99 = quantile(samples, 0.5), quantile(samples, 0.99)
    click.echo(f"{name:18} {len(samples):5} mails: p50 {p50:.3f} s, p99 {p99:.3f} s, max {max(samples):.3f} s")


if __name__ == "__main__":
    main()
