"""What a dashboard consists of. Colour never speaks alone: the number stands beside it."""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How a panel is drawn."""

    NUMBER = "number"
    LINES = "lines"


class Unit(StrEnum):
    """Grafana's names of units."""

    COUNT = "short"
    TIMES = "none"
    SECONDS = "s"
    AGE = "dthms"
    """Of what waits, on an axis: 03:20:00, where seconds would be 3.33 hours."""
    SHARE = "percentunit"
    RATE = "cps"


@dataclass(frozen=True, slots=True)
class Query:
    """expr: PromQL. legend: of each series, with ``{{label}}``."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """bad_from: the value from which somebody should look; None where none is bad by itself.

    zero: what stands in place of a 0, for whom a word says more.
    """

    title: str
    says: str
    queries: tuple[Query, ...]
    unit: Unit = Unit.COUNT
    form: Form = Form.LINES
    bad_from: float | None = None
    zero: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One dashboard. uid: stable, for links. span: the time that it shows at first, as Grafana writes it.

    for_a_wall: its numbers are read from three metres, each under its legend.
    """

    uid: str
    title: str
    says: str
    panels: tuple[Panel, ...]
    span: str = "now-6h"
    for_a_wall: bool = False


def number(
    title: str,
    says: str,
    expr: str,
    unit: Unit = Unit.COUNT,
    bad_from: float | None = None,
    legend: str = "",
    zero: str = "",
) -> Panel:
    return Panel(title, says, (Query(expr, legend),), unit, Form.NUMBER, bad_from, zero)


def lines(title: str, says: str, *queries: Query, unit: Unit = Unit.COUNT, bad_from: float | None = None) -> Panel:
    return Panel(title, says, queries, unit, Form.LINES, bad_from)


def quantile(share: float, histogram: str, by: str = "", where: str = "", over: str = "5m") -> str:
    """PromQL for a quantile of one of our histograms. by: a label. where: of its series. over: a PromQL duration."""
    labels = ", ".join(filter(None, (by, "le")))
    return f"histogram_quantile({share}, sum by ({labels}) (rate({histogram}_bucket{{{where}}}[{over}])))"


def counted(counter: str, by: str, over: str = "1h") -> str:
    """PromQL for what a counter has counted, by its labels. over: a PromQL duration.

    A series that was not there before counts from 0: ``increase`` alone would not see its first, often its only, step.
    """
    return f"sum by ({by}) (({counter} unless {counter} offset {over}) or increase({counter}[{over}]))"


def or_none(expr: str, label: str) -> str:
    """PromQL: where there is nothing, a 0 called ``none``; no data is left to mean that nothing was asked."""
    return f'{expr} or on () label_replace(0 * max(up{{job="tocsin"}} == 1), "{label}", "none", "", "")'
