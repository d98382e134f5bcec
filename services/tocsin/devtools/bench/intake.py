"""``python -m tocsin.devtools.bench.intake``: requests a second of one worker, beside FastAPI alone.

Each request brings a report of 3 kB under an ``Idempotency-Key``; it is authenticated, checked, claimed, sealed and
signed, and answered when a real broker has it. The peer gives back what it is sent.
"""

import asyncio
import os
import uuid
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from tocsin.devtools.bench.load import Answer, drive, post
from tocsin.devtools.bench.reports_of_size import report
from tocsin.devtools.bench.serving import Served, serve
from tocsin.devtools.evaluation.intervals import quantile
from tocsin.devtools.ports import free_ports
from tocsin.runtime import kafka
from tocsin_schemas.topics import REPORTS

PUBLISHERS = ("UN-SRHRD", "UN-WGAD", "ACHPR-SRHRD", "NGO-OBS")
_WARM_UP = 200


def measure(served: Served, requests: int, connections: int, size: int) -> str:
    """Every request must be accepted, and every one be at the broker."""
    sent = [_request(served, serial, size) for serial in range(requests + _WARM_UP)]
    port = served.settings.intake_port
    asyncio.run(drive(port, sent[:_WARM_UP], connections))
    before = served.cpu_seconds("intake")
    answers, seconds = asyncio.run(drive(port, sent[_WARM_UP:], connections))
    cpu = served.cpu_seconds("intake") - before
    statuses = Counter(answer.status for answer in answers)
    stored = sum(kafka.end_offsets(served.settings.bootstrap, [REPORTS.name]).values())
    if set(statuses) != {202} or stored != len(sent):
        raise click.ClickException(f"not every report was taken: {dict(statuses)}, {stored} of {len(sent)} stored")
    return _told("intake", answers, seconds, cpu)


def measure_echo(served: Served, port: int, requests: int, connections: int, size: int) -> str:
    sent = [post("/echo", report(serial, PUBLISHERS[0], size), "-") for serial in range(requests)]
    asyncio.run(drive(port, sent[:_WARM_UP], connections))
    before = served.cpu_seconds("echo")
    answers, seconds = asyncio.run(drive(port, sent, connections))
    return _told("FastAPI alone", answers, seconds, served.cpu_seconds("echo") - before)


def _request(served: Served, serial: int, size: int) -> bytes:
    publisher = PUBLISHERS[serial % len(PUBLISHERS)]
    return post("/v1/reports", report(serial, publisher, size), served.keys[publisher], uuid.uuid4().hex)


def _told(name: str, answers: Sequence[Answer], seconds: float, cpu: float) -> str:
    taken = [answer.seconds * 1000 for answer in answers]
    p50, p99 = quantile(taken, 0.5), quantile(taken, 0.99)
    return (
        f"{name}: {len(answers) / seconds:.0f} requests/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
        f"{cpu / len(answers) * 1000:.2f} ms of processor each"
    )


@click.command()
@click.option("--home", type=click.Path(path_type=Path), default=Path(".tocsin/bench-intake"), show_default=True)
@click.option("--requests", default=10_000, show_default=True)
@click.option("--connections", default=64, show_default=True)
@click.option("--size", default=3_000, show_default=True, help="Bytes of a report.")
def main(home: Path, requests: int, connections: int, size: int) -> None:
    """Measure one worker of the intake, with a real broker beside it."""
    click.echo(f"{os.cpu_count()} processors; load {os.getloadavg()[0]:.1f}; broker, worker and clients on one machine")
    (port,) = free_ports(1)
    with serve(home, PUBLISHERS, {"echo": f"tocsin.devtools.bench.echo {port}"}) as served:
        click.echo(measure(served, requests, connections, size))
        click.echo(measure_echo(served, port, requests, connections, size))


if __name__ == "__main__":
    main()
