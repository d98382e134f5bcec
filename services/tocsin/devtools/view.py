"""How the demonstration looks: a live view while it runs, and a summary at its end."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from tocsin.devtools.sample import Progress, Result
from tocsin.devtools.tally import FINAL, Tally


class PlainView:
    """Lines for a log or a pipe: one for each change, at most."""

    def __init__(self, console: Console) -> None:
        self._console, self._last = console, ""

    def __call__(self, progress: Progress) -> None:
        words = ", ".join(f"{name} {value}" for name, value, _ in _rows(progress))
        if words != self._last:
            self._console.print(words, highlight=False, soft_wrap=True)
            self._last = words


class LiveView:
    """A table that moves, for a terminal."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def __call__(self, progress: Progress) -> None:
        table = Table.grid(padding=(0, 2))
        for name, value, whole in _rows(progress):
            bar = ProgressBar(total=max(whole, 1), completed=min(value, whole), width=40)
            table.add_row(name, f"{value:,}", bar if whole else "")
        self._live.update(table, refresh=True)


@contextmanager
def open_view(console: Console) -> Iterator[PlainView | LiveView]:
    """A view that suits the console."""
    if not console.is_terminal:
        yield PlainView(console)
        return
    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield LiveView(live)


def _rows(progress: Progress) -> list[tuple[str, int, int]]:
    """Name, value, and the value at which it is complete (0: not known)."""
    tally = progress.tally
    mails = tally.deliveries.total()
    return [
        ("reports published", progress.published, progress.letters),
        ("read by the resolver", tally.messages.total(), progress.letters),
        ("cases", tally.cases.total(), 0),
        ("alerts raised", sum(n for (_, state), n in tally.alerts.items() if state == "raised"), 0),
        ("mails requested", mails, 0),
        ("mails settled", sum(n for state, n in tally.deliveries.items() if state in FINAL), mails),
        ("dead letters", tally.dead_letters.total(), 0),
    ]


def as_json(result: Result, addresses: Mapping[str, str]) -> dict[str, Any]:
    """The summary for machines."""
    tally = result.tally
    return {
        "expected": not result.differences,
        "differences": result.differences,
        "seconds": round(result.seconds, 1),
        "letters": result.letters,
        "reports": tally.reports,
        "messages": dict(sorted(tally.messages.items())),
        "cases": tally.cases.total(),
        "linked_pairs": tally.links,
        "alerts": _by_mechanism(tally),
        "mails": dict(sorted(tally.deliveries.items())),
        "held": dict(sorted(tally.held.items())),
        "refusals": dict(sorted(tally.refusals.items())),
        "dead_letters": dict(sorted(tally.dead_letters.items())),
        "addresses": dict(addresses),
    }


def summary(result: Result) -> Group:
    """The summary for people."""
    tally = result.tally
    heads = f"{result.letters} messages in {result.seconds:.1f} s: {tally.reports} reports, {tally.cases.total()} cases"
    heads += f" ({tally.links} linked), {tally.deliveries.total()} mails"
    tables = Table.grid(padding=(0, 3))
    tables.add_row(_alerts(tally), _counts("Mails", tally.deliveries), _counts("Held back", tally.held))
    lower = Table.grid(padding=(0, 3))
    lower.add_row(_counts("Not told, by rule", tally.refusals), _counts("Dead letters", tally.dead_letters))
    return Group("", heads, tables, lower)


def _by_mechanism(tally: Tally) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (mechanism, state), number in sorted(tally.alerts.items()):
        found.setdefault(mechanism, {})[state] = number
    return found


def _alerts(tally: Tally) -> Table:
    table = Table("Alerts of", "raised", "held", "closed", box=None, title="", header_style="bold")
    for mechanism, states in sorted(_by_mechanism(tally).items()):
        table.add_row(mechanism, *(str(states.get(state, "")) for state in ("raised", "held", "closed")))
    return table


def _counts(title: str, counts: Counter[str]) -> Table:
    table = Table(title, "", box=None, header_style="bold")
    for name, number in counts.most_common():
        table.add_row(name, str(number))
    return table
