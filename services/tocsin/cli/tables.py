"""Tables that stay readable at 80 columns: what somebody must copy is never cut."""

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.table import Column, Table
from rich.text import Text


def whole(name: str, width: int) -> Column:
    """A column that keeps ``width`` characters of each cell, however narrow the screen."""
    return Column(name, no_wrap=True, min_width=width)


def narrow(*columns: Column | str) -> Table:
    """A table without sides; a column given as text breaks its lines where it has to."""
    told = [Column(column, overflow="fold") if isinstance(column, str) else column for column in columns]
    return Table(*told, box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))


def grid(rows: Iterable[tuple[Text, Text]], width: int, gap: int) -> Table:
    """Names, and beside each what is said of it. width: of the names, at least. gap: between the two, in characters."""
    table = Table.grid(padding=(0, gap, 0, 0))
    table.add_column(min_width=width, no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
