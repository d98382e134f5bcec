"""Tables that stay readable at 80 columns: what somebody must copy is never cut."""

from rich.box import SIMPLE_HEAD
from rich.table import Column, Table


def whole(name: str, width: int) -> Column:
    """A column that keeps ``width`` characters of each cell, however narrow the screen."""
    return Column(name, no_wrap=True, min_width=width)


def narrow(*columns: Column | str) -> Table:
    """A table without sides; a column given as text breaks its lines where it has to."""
    told = [Column(column, overflow="fold") if isinstance(column, str) else column for column in columns]
    return Table(*told, box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
