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
    SECONDS = "s"
    SHARE = "percentunit"
    RATE = "cps"


@dataclass(frozen=True, slots=True)
class Query:
    """expr: PromQL. legend: of each series, with ``{{label}}``."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """bad_from: the value from which somebody should look; None where none is bad by itself."""

    title: str
    says: str
    queries: tuple[Query, ...]
    unit: Unit = Unit.COUNT
    form: Form = Form.LINES
    bad_from: float | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One dashboard. uid: stable, for links. span: the time that it shows at first, as Grafana writes it."""

    uid: str
    title: str
    says: str
    panels: tuple[Panel, ...]
    span: str = "now-6h"


def number(
    title: str, says: str, expr: str, unit: Unit = Unit.COUNT, bad_from: float | None = None, legend: str = ""
) -> Panel:
    return Panel(title, says, (Query(expr, legend),), unit, Form.NUMBER, bad_from)


def lines(title: str, says: str, *queries: Query, unit: Unit = Unit.COUNT, bad_from: float | None = None) -> Panel:
    return Panel(title, says, queries, unit, Form.LINES, bad_from)


def quantile(share: float, histogram: str, by: str = "", where: str = "", over: str = "5m") -> str:
    """PromQL for a quantile of one of our histograms. by: a label. where: of its series. over: a PromQL duration."""
    labels = ", ".join(filter(None, (by, "le")))
    return f"histogram_quantile({share}, sum by ({labels}) (rate({histogram}_bucket{{{where}}}[{over}])))"
