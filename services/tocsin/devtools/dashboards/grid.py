"""Where the panels of a view stand: rows without a hole, of numbers or of lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from tocsin.devtools.dashboards.panels import Form, Panel, View

COLUMNS = 24
"""Of Grafana's grid."""


@dataclass(frozen=True, slots=True)
class Place:
    """From the upper left corner, in columns and in rows of 38 pixels with what parts them."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """across: how many panels stand side by side at most."""

    across: int
    height: int


_ROWS = {Form.NUMBER: _Rows(6, 4), Form.LINES: _Rows(2, 8)}
_ON_A_WALL = {Form.NUMBER: _Rows(3, 6), Form.LINES: _Rows(2, 8)}
"""Together 28 rows: all of a screen of 1080 pixels."""


def places(view: View) -> list[Place]:
    """One for each panel, in their order."""
    found, y = [], 0
    for height, panels in _rows(view):
        x = 0
        for index in range(panels):
            width = COLUMNS * (index + 1) // panels - x
            found.append(Place(x, y, width, height))
            x += width
        y += height
    return found


def _rows(view: View) -> Iterator[tuple[int, int]]:
    """Each row's height and how many panels are in it; as many in each of a run as can be."""
    for form, run in groupby(view.panels, key=_form):
        rows = (_ON_A_WALL if view.for_a_wall else _ROWS)[form]
        left = len(list(run))
        while left:
            in_row = -(-left // -(-left // rows.across))
            yield rows.height, in_row
            left -= in_row


def _form(panel: Panel) -> Form:
    return panel.form
