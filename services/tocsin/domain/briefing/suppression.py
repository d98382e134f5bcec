"""Small counts are withheld, and as many others as it takes so that no withheld count can be computed.

A table and its totals are a flow: from the whole population through its rows and columns, and back. What is published
is known to any reader; what is withheld may be whatever the sums allow, but not nought, which is told: it is nobody's.
A count from 1 to ``SMALLEST - 1`` is withheld, and the sums must still allow every such number in its place. The whole
of a population is taken as known from elsewhere, if it is not small itself: it is never what protects another count.

Source: the rule of thumb of official statistics for tables of persons; complementary suppression as in Hundepool and
others, Statistical Disclosure Control (2012), chapter 4, with the attacker's bounds asked of the flow.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

SMALLEST = 5
"""The smallest count that is told."""
_FROM, _BACK = "from", "back"
_TOTAL, _OUTSIDE = ("total",), ("outside",)
_Key = tuple[str | int, ...]
_Step = tuple[str, _Key, int]
"""To which place a unit goes, by which number, and whether that is raised or lowered."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a population fall where; each falls in one place.

    rows, columns: names; no columns: the table has one, which has no name. cells: by row, one for each column.
    outside: those that fall in no row; None if none can. open_rows: the rows stand for names that were found in the
    rows that are counted, with the last for all others, so that a row that is there is known not to be small.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[int]]
    outside: int | None = None
    open_rows: bool = False

    @property
    def total(self) -> int:
        return sum(map(sum, self.cells)) + (self.outside or 0)


@dataclass(frozen=True, slots=True)
class Published:
    """What may be told of ``Counts``; None stands for what is withheld. row_totals: of a table with columns."""

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[int | None]]
    row_totals: Sequence[int | None]
    column_totals: Sequence[int | None]
    outside: int | None
    has_outside: bool
    total: int | None


class Arc(NamedTuple):
    """One number of a table, as a flow between two ends. least: what it is known to be at least."""

    start: str
    end: str
    flow: int
    least: int = 0


class _Room(NamedTuple):
    """How withheld numbers may make up for one another. spare: by how much each may be lowered. steps: by place."""

    spare: Mapping[_Key, int]
    steps: Mapping[str, Sequence[_Step]]


def publish(counts: Counts) -> Published:
    """Withhold what is small, and what would give it away.

    Open rows that cannot be protected become others; a table that cannot be is withheld as a whole, noughts and all.
    """
    while (hidden := _withheld(arcs_of(counts))) is None and counts.open_rows and len(counts.rows) > 1:
        counts = _without_smallest(counts)
    arcs = arcs_of(counts)
    return _published(counts, arcs, arcs.keys() - {_TOTAL} if hidden is None else hidden)


def arcs_of(counts: Counts) -> dict[_Key, Arc]:
    """Every number of a table, its totals included."""
    arcs: dict[_Key, Arc] = {_TOTAL: Arc(_BACK, _FROM, counts.total)}
    if counts.outside is not None:
        arcs[_OUTSIDE] = Arc(_FROM, _BACK, counts.outside)
    for r, row in enumerate(counts.cells):
        least = SMALLEST if counts.open_rows and r < len(counts.cells) - 1 else 0
        if not counts.columns:
            arcs["cell", r, 0] = Arc(_FROM, _BACK, row[0], least)
            continue
        arcs["row", r] = Arc(_FROM, f"row {r}", sum(row), least)
        arcs |= {("cell", r, c): Arc(f"row {r}", f"column {c}", count) for c, count in enumerate(row)}
    sums = [sum(column) for column in zip(*counts.cells, strict=True)] if counts.columns else []
    return arcs | {("column", c): Arc(f"column {c}", _BACK, count) for c, count in enumerate(sums)}


def _withheld(arcs: Mapping[_Key, Arc]) -> frozenset[_Key] | None:
    """The numbers to withhold; None if the small ones cannot be protected whatever is withheld beside them."""
    if 0 < arcs[_TOTAL].flow < SMALLEST:
        return frozenset(arcs)
    small = frozenset(key for key, arc in arcs.items() if 0 < arc.flow < SMALLEST)
    hidden, proofs = small, dict[_Key, frozenset[_Key]]()
    while exposed := _without_proof(arcs, hidden, small, proofs):  # with more withheld, what was proved stays so
        candidates = _neighbours(arcs, hidden, exposed)
        if not candidates:
            return None
        hidden |= {min(candidates, key=lambda key: (arcs[key].flow, key))}
    for key in sorted(hidden - small, key=lambda key: (-arcs[key].flow, key)):
        kept = {other: proof for other, proof in proofs.items() if key not in proof}
        if not _without_proof(arcs, hidden - {key}, small, kept):
            hidden, proofs = hidden - {key}, kept
    room = _room(arcs, hidden)
    return frozenset(key for key in hidden if key in small or _moves(arcs, room, key))


def _without_proof(
    arcs: Mapping[_Key, Arc], hidden: Collection[_Key], small: Collection[_Key], proofs: dict[_Key, frozenset[_Key]]
) -> list[_Key]:
    """Small numbers that are not safe. proofs: of those that are, what makes them so; what is found is added."""
    exposed, unproved = [], frozenset(small) - proofs.keys()
    room = _room(arcs, hidden) if unproved else None
    for key in unproved:
        proof = None if room is None else _proof(arcs, room, key)
        if proof is None:
            exposed.append(key)
        else:
            proofs[key] = proof
    return exposed


def _neighbours(arcs: Mapping[_Key, Arc], hidden: Collection[_Key], exposed: Collection[_Key]) -> list[_Key]:
    """What may be withheld next: that which shares a sum with an exposed number, or else anything but the whole."""
    left = [key for key, arc in arcs.items() if arc.flow and key not in hidden and key != _TOTAL]
    ends = {end for key in exposed for end in (arcs[key].start, arcs[key].end)}
    return [key for key in left if ends & {arcs[key].start, arcs[key].end}] or left


def _room(arcs: Mapping[_Key, Arc], hidden: Collection[_Key]) -> _Room:
    spare, steps = dict[_Key, int](), defaultdict[str, list[_Step]](list)
    for key in hidden:
        arc = arcs[key]
        spare[key] = arc.flow - max(arc.least, 1)
        steps[arc.start].append((arc.end, key, 1))
        steps[arc.end].append((arc.start, key, -1))
    return _Room(spare, steps)


def _proof(arcs: Mapping[_Key, Arc], room: _Room, key: _Key) -> frozenset[_Key] | None:
    """Withheld numbers by which a small one may be any other that is small, as far as a reader can tell."""
    flow = arcs[key].flow
    up = _moved(arcs, room, key, SMALLEST - 1 - flow)
    down = None if up is None else _moved(arcs, room, key, 1 - flow)
    return None if up is None or down is None else up | down


def _moves(arcs: Mapping[_Key, Arc], room: _Room, key: _Key) -> bool:
    """Whether a number may be another than it is. One that may not is told as well: everyone can compute it."""
    return _moved(arcs, room, key, 1) is not None or (
        arcs[key].flow > max(arcs[key].least, 1) and _moved(arcs, room, key, -1) is not None
    )


def _moved(arcs: Mapping[_Key, Arc], room: _Room, key: _Key, by: int) -> frozenset[_Key] | None:
    """Other withheld numbers that can make up for a change of this one: so many units must find a way round.

    None: they cannot.
    """
    spare = dict(room.spare)
    start, end = (arcs[key].end, arcs[key].start) if by > 0 else (arcs[key].start, arcs[key].end)
    used = set[_Key]()
    for _ in range(abs(by)):
        way = _way(room.steps, spare, start, end, key)
        if way is None:
            return None
        for other, unit in way:
            spare[other] += unit
            used.add(other)
    return frozenset(used)


def _way(
    steps: Mapping[str, Sequence[_Step]], spare: Mapping[_Key, int], start: str, end: str, without: _Key
) -> list[tuple[_Key, int]] | None:
    """A way for one unit from ``start`` to ``end``: the numbers that it raises and lowers, of which one is left out."""
    came: dict[str, tuple[str, _Key, int]] = {}
    waiting = deque([start])
    while waiting and end not in came:
        place = waiting.popleft()
        for there, key, unit in steps.get(place, ()):
            if there not in came and there != start and key != without and (unit > 0 or spare[key] > 0):
                came[there] = (place, key, unit)
                waiting.append(there)
    if end not in came:
        return None
    way, place = [], end
    while place != start:
        place, key, unit = came[place]
        way.append((key, unit))
    return way


def _without_smallest(counts: Counts) -> Counts:
    """Count the smallest open row among the others."""
    named = range(len(counts.rows) - 1)
    gone = min(named, key=lambda r: (sum(counts.cells[r]), counts.rows[r]))
    last = [a + b for a, b in zip(counts.cells[gone], counts.cells[-1], strict=True)]
    kept = [r for r in named if r != gone]
    rows = [*(counts.rows[r] for r in kept), counts.rows[-1]]
    return Counts(rows, counts.columns, [*(counts.cells[r] for r in kept), last], counts.outside, True)


def _published(counts: Counts, arcs: Mapping[_Key, Arc], hidden: Collection[_Key]) -> Published:
    def told(*key: str | int) -> int | None:
        return None if key in hidden or key not in arcs else arcs[key].flow

    rows, columns = range(len(counts.rows)), range(max(1, len(counts.columns)))
    return Published(
        rows=counts.rows,
        columns=counts.columns,
        cells=[[told("cell", r, c) for c in columns] for r in rows],
        row_totals=[told("row", r) for r in rows] if counts.columns else [],
        column_totals=[told("column", c) for c in columns] if counts.columns else [],
        outside=told(*_OUTSIDE),
        has_outside=counts.outside is not None,
        total=told(*_TOTAL),
    )
