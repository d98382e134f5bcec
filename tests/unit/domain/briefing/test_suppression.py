"""No count that is withheld can be computed from what is told: every way to fill a table in is tried."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.domain.briefing.suppression import SMALLEST, Counts, Published, publish

SMALL = set(range(1, SMALLEST))


@st.composite
def tables(draw: st.DrawFn, columns: int) -> Counts:
    rows = draw(st.integers(1, 3 if columns == 0 else 2))
    number = st.one_of(st.integers(0, 6), st.integers(0, 9))
    cells = [[draw(number) for _ in range(max(columns, 1))] for _ in range(rows)]
    outside = draw(st.one_of(st.none(), number))
    is_open = draw(st.booleans())
    if is_open:  # as composing makes them: who has few has no row
        cells = [row for row in cells[:-1] if sum(row) >= SMALLEST] + cells[-1:]
    rows_named = [f"r{n}" for n in range(len(cells))]
    return Counts(rows_named, [f"c{n}" for n in range(columns)], cells, outside, is_open)


def fillings(told: Published, total: int, is_open: bool) -> Iterator[tuple[list[list[int]], int]]:
    """Every table of this total that agrees with all that is told: cells by row, and what falls outside."""
    width = max(1, len(told.columns))
    every = [cell for row in told.cells for cell in row] + ([told.outside] if told.has_outside else [])
    least = 0 if set(every) == {None} else 1  # nought is told, unless all is withheld
    spots = [cell for row in told.cells for cell in row] + ([told.outside] if told.has_outside else [0])
    choices = [range(least, total + 1) if spot is None else [spot] for spot in spots]
    for values in product(*choices[:-1]):
        rest = total - sum(values)
        if rest < 0 or rest not in choices[-1]:
            continue
        cells = [list(values[at : at + width]) for at in range(0, len(values), width)]
        rows = [sum(row) for row in cells]
        columns = [sum(column) for column in zip(*cells, strict=True)]
        agrees = all(t is None or t == n for t, n in zip(told.row_totals, rows, strict=bool(told.row_totals)))
        agrees &= all(t is None or t == n for t, n in zip(told.column_totals, columns, strict=bool(told.column_totals)))
        if agrees and not (is_open and any(row < SMALLEST for row in rows[:-1])):
            yield cells, rest


def is_small(counts: Counts, told: Published, spot: tuple[str | int, ...]) -> bool:
    """Whether a number that is withheld is small itself; open rows may have become others, and are then not known."""
    if spot[0] == "outside":
        return 0 < (counts.outside or 0) < SMALLEST
    if len(told.rows) < len(counts.rows):
        return False
    match spot:
        case "cell", int(r), int(c):
            return 0 < counts.cells[r][c] < SMALLEST
        case "row", int(r):
            return 0 < sum(counts.cells[r]) < SMALLEST
        case _, int(c):
            return 0 < sum(row[c] for row in counts.cells) < SMALLEST
        case _:
            raise AssertionError(spot)


def check(counts: Counts) -> None:
    told = publish(counts)
    if 0 < counts.total < SMALLEST:
        every = [cell for row in told.cells for cell in row]
        assert {*every, *told.row_totals, *told.column_totals, told.outside, told.total} == {None}
        return
    assert told.total == counts.total
    ways = list(fillings(told, counts.total, counts.open_rows))
    assert ways, "what is told agrees with something"
    numbers: dict[tuple[str | int, ...], set[int]] = (
        {("outside", 0): {rest for _, rest in ways}} if told.has_outside else {}
    )
    hidden: set[tuple[str | int, ...]] = {("outside", 0)} if told.has_outside and told.outside is None else set()
    for r, row in enumerate(told.cells):
        for c, cell in enumerate(row):
            numbers["cell", r, c] = {cells[r][c] for cells, _ in ways}
            hidden |= {("cell", r, c)} if cell is None else set()
    for r, total in enumerate(told.row_totals):
        numbers["row", r] = {sum(cells[r]) for cells, _ in ways}
        hidden |= {("row", r)} if total is None else set()
    for c, total in enumerate(told.column_totals):
        numbers["column", c] = {sum(row[c] for row in cells) for cells, _ in ways}
        hidden |= {("column", c)} if total is None else set()
    for spot, possible in numbers.items():
        if spot in hidden:
            assert len(possible) > 1, (spot, "can be computed")
            assert possible >= SMALL or not is_small(counts, told, spot), (spot, "tells more than that it is small")
        else:
            assert min(possible) >= SMALLEST or possible == {0}, (spot, "is small, and told")


@settings(max_examples=80, deadline=None)
@given(tables(columns=0))
def test_nothing_that_is_withheld_of_a_row_of_numbers_can_be_computed(counts: Counts) -> None:
    check(counts)


@settings(max_examples=25, deadline=None)
@given(tables(columns=2))
def test_nothing_that_is_withheld_of_a_grid_can_be_computed_from_its_totals(counts: Counts) -> None:
    check(counts)


CASES = [
    ("one small number takes a second with it", Counts("abc", (), [[3], [20], [9]]), [[None], [20], [None]]),
    ("nought is told", Counts("ab", (), [[0], [20]]), [[0], [20]]),
    ("nought protects nobody", Counts("abc", (), [[0], [3], [20]]), [[0], [None], [None]]),
    ("nothing small, nothing withheld", Counts("ab", (), [[5], [20]]), [[5], [20]]),
    ("a small population tells nothing", Counts("ab", (), [[2], [2]]), [[None], [None]]),
    ("what cannot be protected is withheld whole", Counts("abcd", (), [[1], [1], [3], [0]]), [[None]] * 4),
]


@pytest.mark.parametrize(("what", "counts", "expected"), CASES, ids=[case[0] for case in CASES])
def test_what_is_withheld(what: str, counts: Counts, expected: list[list[int | None]]) -> None:
    assert publish(counts).cells == expected


def test_who_cannot_be_protected_in_a_row_of_its_own_is_counted_with_the_others() -> None:
    told = publish(Counts(["UN-WGAD", "others"], (), [[5], [1]], open_rows=True))
    assert (told.rows, told.cells) == (["others"], [[6]])


def test_a_table_as_large_as_they_come_is_protected_in_time() -> None:
    rows = [f"m{n:02}" for n in range(11)] + ["others"]
    cells = [[(7 * r + 3 * c) % 11 + (5 if c == 0 else 0) for c in range(5)] for r in range(12)]
    told = publish(Counts(rows, "abcde", cells, outside=2, open_rows=True))
    assert told.total == sum(map(sum, cells)) + 2
    assert all(not cell or cell >= SMALLEST for row in told.cells for cell in row)
