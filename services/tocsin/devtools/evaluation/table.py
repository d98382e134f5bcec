"""The table of figures: what was measured beside the floor, the aim, and what others reach."""

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Column, Table
from rich.text import Text

from tocsin.devtools.evaluation.measuring import Figures
from tocsin.devtools.evaluation.targets import SECTIONS, Target

POOLED = "all"
_COLOURS = {"aim": "green", "floor": "yellow", "short": "red", "": ""}


def table(found: Mapping[str, Figures]) -> Table:
    """found: part of the data -> its figures; ``POOLED`` is what the targets are for."""
    parts = [part for part in found if part != POOLED]
    numbers = ["best", "earlier", "floor", "aim", *parts, POOLED]
    columns = [Column(name, justify="right", no_wrap=True) for name in numbers]
    made = Table(
        Column("figure", no_wrap=True),
        *columns,
        Column("reached", no_wrap=True),
        box=SIMPLE_HEAD,
        padding=(0, 1),
        pad_edge=False,
    )
    for section in SECTIONS.values():
        rows = [target for target in section if any(target.key in figures for figures in found.values())]
        for target in rows:
            made.add_row(*_row(target, found, parts), end_section=target is rows[-1])
    return made


def _row(target: Target, found: Mapping[str, Figures], parts: Sequence[str]) -> list[str | Text]:
    figure = found.get(POOLED, {}).get(target.key)
    reached = "" if figure is None else target.reached(figure)
    colour = _COLOURS[reached]
    bounds = [_number(value) for value in (target.best, target.earlier, target.floor, target.aim)]
    each = [_number(found[part].get(target.key)) for part in parts]
    return [target.title, *bounds, *each, Text(_number(figure), colour), Text(reached, colour)]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value > 1:
        return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"
