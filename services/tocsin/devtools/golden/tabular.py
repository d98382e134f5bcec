"""Tables in Markdown."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """One line for the heads, one for the rule, one for each row; each row has as many cells as there are heads."""
    return "\n".join([row(heads), row(["---"] * len(heads)), *map(row, rows)])


def row(cells: Sequence[str]) -> str:
    """Cells as one line; what would end a cell or a line is taken out of it."""
    clean = [" ".join(cell.replace("|", r"\|").split()) for cell in cells]
    return f"| {' | '.join(clean)} |"
