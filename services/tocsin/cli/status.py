"""``tocsin status``: how everything stands, on one screen."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from tocsin.auditor.conservation import Auditor, EndOffsets, lag
from tocsin.cli.connection import broker_ends, echo_json, looking
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.views import conservation, overview, waiting_reports


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(as_json: bool) -> None:
    """Show lag, outbox, states, and what is stuck. Exits 1 if something is stuck or missing."""
    settings = Settings()
    ends, now = broker_ends(settings), clock.now()
    with looking(settings) as connection:
        counts, reached = overview.counts(connection), conservation.progress(connection)
        found = Auditor().audit(connection, ends or {}, now)
        standing, parked = overview.stuck(connection), waiting_reports.by_publisher(connection)
    stuck = {(f.kind, f.subject): f.detail for f in standing} | {(f.kind, f.subject): f.detail for f in found}
    state = {
        "broker": settings.bootstrap if ends is not None else None,
        "consumers": _consumers(reached, ends),
        **asdict(counts),
        "parked": [asdict(waiting) for waiting in parked],
        "stuck": [{"kind": kind, "subject": subject, "detail": detail} for (kind, subject), detail in stuck.items()],
    }
    if as_json:
        echo_json(state)
    else:
        _print(state, now)
    sys.exit(1 if stuck else 0)


def _consumers(reached: list[conservation.Progress], ends: EndOffsets | None) -> list[dict[str, Any]]:
    """Lag of each consumer; null while the broker does not answer."""
    pairs = sorted({(at.consumer, at.topic) for at in reached})
    of = {pair: [at for at in reached if (at.consumer, at.topic) == pair] for pair in pairs}
    return [
        {
            "consumer": consumer,
            "topic": topic,
            "lag": None if ends is None else lag(of[consumer, topic], ends),
            "missing": sum(at.missing for at in of[consumer, topic]),
        }
        for consumer, topic in pairs
    ]


def _print(state: dict[str, Any], now: datetime) -> None:
    console = Console()
    if state["broker"] is None:
        console.print("[yellow]The broker does not answer: lag is not known.[/]")
    consumers = Table("consumer", "topic", "lag", "missing", title="Streams", title_justify="left")
    for row in state["consumers"]:
        consumers.add_row(row["consumer"], row["topic"], *(_number(row[key]) for key in ("lag", "missing")))
    console.print(consumers)
    console.print(_figures(state, now))
    for finding in state["stuck"]:
        console.print("[red]stuck[/]", finding["kind"], finding["subject"], finding["detail"], markup=True)
    if not state["stuck"]:
        console.print("[green]Nothing is stuck and nothing is missing.[/]")


def _figures(state: dict[str, Any], now: datetime) -> Table:
    oldest = state["outbox_oldest"]
    waiting = f", the oldest for {_span((now - oldest).total_seconds())}" if oldest else ""
    table = Table("", "", title="Figures", title_justify="left", show_header=False)
    table.add_row("reports", f"{state['reports']} ({state['withdrawn']} withdrawn)")
    table.add_row("cases", str(state["cases"]))
    for name in ("alerts", "deliveries", "reviews"):
        said = [f"{number} {word.replace('_', ' ')}" for word, number in state[name].items()]
        table.add_row(name, ", ".join(said) or "none")
    table.add_row("parked", ", ".join(_parked(state["parked"], now)) or "none")
    table.add_row("dead letters", str(state["dead_letters"]))
    table.add_row("outbox", f"{state['outbox_pending']} to publish{waiting}")
    return table


def _parked(waiting: list[dict[str, Any]], now: datetime) -> Iterator[str]:
    for each in waiting:
        since = _span((now - each["since"]).total_seconds())
        yield f"{each['reports']:,} of {each['publisher_id']} ({each['urgent']:,} urgent) for {since}"


def _span(seconds: float) -> str:
    """In the largest unit of which there are two at least."""
    for unit, name in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"


def _number(value: int | None) -> str:
    return "?" if value is None else str(value)
