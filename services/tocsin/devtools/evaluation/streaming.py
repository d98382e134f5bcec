"""The invented stream through the whole resolver, and what became of it."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from tocsin.devtools.evaluation.clusters import Placed, b_cubed, shares
from tocsin.devtools.evaluation.compact import Compact, report_of_compact
from tocsin.devtools.evaluation.intervals import quantile
from tocsin.devtools.evaluation.invented import Arrived
from tocsin.devtools.evaluation.measuring import Figures
from tocsin.devtools.evaluation.replay import Arrival, Replay, Resolved
from tocsin.domain.matching.verdicts import Verdict
from tocsin.runtime.stream import GROUP
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Report


class Refused(RuntimeError):
    """The resolver refused a report of our own making."""


def padding(names: Iterable[str]) -> Iterator[Report]:
    """One report on each name, to fill the index with before the stream: each of its own day and country."""
    countries = ("AR", "BR", "CL", "DE", "FR", "ID", "IN", "IT", "JP", "NG", "PH", "TH", "TR", "VN", "ZA")
    for number, name in enumerate(names):
        day = f"{1990 + number % 27}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        country = countries[number % len(countries)]
        yield report_of_compact(Compact(names=[name], country=country, date=day, violation="torture"), f"p-{number}")


def run(
    replay: Replay, name: str, reports: Iterable[Report], on_done: Callable[[int], None]
) -> tuple[list[Resolved], float]:
    """Resolve every report in groups, as the service does; what became of each at the end, and the seconds.

    name: of this run into ``replay``. on_done: told how many reports are done so far.
    """
    last: dict[str | int, Resolved] = {}
    arrivals = (Arrival(number, f"{name}-{number}", report) for number, report in enumerate(reports))
    done, started = 0, time.perf_counter()
    while group := list(islice(arrivals, GROUP)):
        for resolved in replay.take(group, _refuse):
            last[resolved.id] = resolved
        done += len(group)
        on_done(done)
    seconds = time.perf_counter() - started
    return [resolved for identity, resolved in last.items() if str(identity).startswith(f"{name}-")], seconds


def measure_stream(arrived: Sequence[Arrived], resolved: Sequence[Resolved], seconds: float) -> Figures:
    """arrived, resolved: the same reports in the same order of arrival."""
    both = list(zip(arrived, resolved, strict=True))
    placed = [Placed(a.truth, r.outcome.case_id, frozenset(r.outcome.linked)) for a, r in both if not a.nameless]
    nameless = [r.outcome.verdict is Verdict.DUPLICATE for a, r in both if a.nameless]
    found, spent = shares(placed), [r.milliseconds for r in resolved]
    return {
        "stream_swallowed": found.swallowed,
        "stream_joined": found.joined,
        "stream_missed": found.missed,
        "stream_bcubed": b_cubed(placed).f1,
        "stream_bcubed_precision": b_cubed(placed).precision,
        "stream_bcubed_recall": b_cubed(placed).recall,
        "stream_nameless": sum(nameless) / len(nameless) if nameless else 0.0,
        "stream_rate": len(both) / seconds,
        "stream_p50": quantile(spent, 0.5),
        "stream_p99": quantile(spent, 0.99),
    }


def _refuse(number: int, refusal: InvalidEvent) -> None:
    raise Refused(f"report {number}: {refusal}")
