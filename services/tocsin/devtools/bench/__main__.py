"""``python -m tocsin.devtools.bench``: every figure, printed with what it was measured on."""

import os
from pathlib import Path

import click

from tocsin.devtools.bench import latency, throughput


@click.command()
@click.option("--home", type=click.Path(path_type=Path), default=Path(".tocsin/bench"), show_default=True)
@click.option("--rate", default=5.0, show_default=True, help="Reports a second while latency is measured.")
@click.option("--seconds", default=60.0, show_default=True, help="How long latency is measured.")
@click.option("--backlog", default=20_000, show_default=True, help="Reports to drain.")
@click.option("--per-case", default=8, show_default=True, help="Reports on each case: one from each mechanism.")
@click.option("--database-url", default="", help="Measure the backlog on this PostgreSQL instead of SQLite.")
def main(home: Path, rate: float, seconds: float, backlog: int, per_case: int, database_url: str) -> None:
    """Latency at a steady pace, then a backlog drained, then memory."""
    home.mkdir(parents=True, exist_ok=True)
    click.echo(f"{os.cpu_count()} processors; broker, database, services, simulator and load beside one another")
    if seconds:
        measured = latency.measure(home, rate, seconds)
        click.echo(
            f"report in the broker to provider's 202, urgent, {rate:g} reports/s for {seconds:g} s, "
            f"{len(measured.samples)} mails: p50 {measured.quantile(0.5):.3f} s, p99 {measured.quantile(0.99):.3f} s, "
            f"max {max(measured.samples):.3f} s"
        )
    if backlog:
        _print_backlog(throughput.measure(home, backlog, per_case, database_url))


def _print_backlog(drained: throughput.Drained) -> None:
    click.echo(
        f"backlog of {drained.records} records, {drained.cases} cases, {drained.mails} mails: all in their cases after "
        f"{drained.accepted_seconds:.0f} s ({drained.records / drained.accepted_seconds:.0f}/s), all mails settled "
        f"after {drained.seconds:.0f} s ({drained.records / drained.seconds:.0f} reports/s, "
        f"{drained.mails / drained.seconds:.0f} mails/s)"
    )
    resident, proportional = drained.memory.resident, drained.memory.proportional
    click.echo(f"memory: {sum(resident.values()):.0f} MiB resident, {sum(proportional.values()):.0f} MiB proportional")
    for name, size in sorted(resident.items(), key=lambda item: -item[1]):
        click.echo(f"  {name:12} {size:6.0f} MiB resident  {proportional[name]:6.0f} MiB proportional")


if __name__ == "__main__":
    main()
