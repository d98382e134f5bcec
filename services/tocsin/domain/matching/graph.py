"""The graph of matching: reports, and what was judged of their pairs."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from tocsin.domain.matching.verdicts import Comparison, Verdict

Pair = tuple[str, str]
LARGEST = 50
"""Reports in one case; a case that would grow past it alarms."""
MOST_COUNTRIES = 2
YEARS_APART = 1
"""Sources differ by a year on when somebody was born; by more, it is somebody else."""
CERTAIN = 10.0
"""Bits at which a log-odds is cut, so that no single pair outvotes a whole cluster."""
_NEVER = 1e-9
_SMALLEST = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Node:
    """A live report.

    since: from when on it has been tied to its neighbours; later than ``accepted_at`` if a correction tied it to
    another case. born: first and last possible year, if the report names one person.
    """

    report_id: str
    publisher: str
    accepted_at: datetime
    since: datetime
    country: str = ""
    born: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """An edge: what the matcher, or a person, thinks of two reports.

    log_odds: bits for "one case". at: from when on it counts; a person's "different" has always counted. vetoed: the
    matcher forbids joining without a person. serial: grows with time.
    """

    left: str
    right: str
    verdict: Verdict
    log_odds: float
    at: datetime
    serial: int = 0
    vetoed: bool = False
    by_person: bool = False

    @property
    def pair(self) -> Pair:
        return pair_of(self.left, self.right)

    @property
    def automatic(self) -> bool:
        """Good enough to join by itself."""
        return self.verdict is Verdict.DUPLICATE and not self.vetoed

    @property
    def must_link(self) -> bool:
        return self.by_person and self.verdict is Verdict.DUPLICATE

    @property
    def cannot_link(self) -> bool:
        return self.by_person and self.verdict is not Verdict.DUPLICATE

    def other(self, report_id: str) -> str:
        return self.right if report_id == self.left else self.left


def pair_of(left: str, right: str) -> Pair:
    return (left, right) if left < right else (right, left)


def log_odds(comparison: Comparison) -> float:
    """Bits for "one case", cut at ``CERTAIN``."""
    score = min(max(comparison.score, _NEVER), 1 - _NEVER)
    return min(max(math.log2(score / (1 - score)), -CERTAIN), CERTAIN)


def effective(edges: Iterable[Judged]) -> dict[Pair, Judged]:
    """What holds for each pair: a person's latest judgement, else the matcher's newest."""
    found: dict[Pair, Judged] = {}
    for edge in edges:
        known = found.get(edge.pair)
        if known is None or _authority(edge) > _authority(known):
            found[edge.pair] = edge
    return found


def after(now: datetime, others: Iterable[Node]) -> datetime:
    """``now``, or just after the latest of ``others``: clocks of two workers differ, and the replay needs one order."""
    return max([now, *(node.since + _SMALLEST for node in others)])


def breach(left: Iterable[Node], right: Iterable[Node]) -> str | None:
    """Why two clusters are too big or too wide together to be one case, or None."""
    left, right = list(left), list(right)
    if len(left) + len(right) > LARGEST:
        return "too-large"
    if len({node.country for node in (*left, *right)}) > MOST_COUNTRIES:
        return "too-many-countries"
    if any(_born_apart(a, b) for a, b in product(left, right)):
        return "birth-years"
    return None


def _born_apart(a: Node, b: Node) -> bool:
    if a.born is None or b.born is None:
        return False
    return max(a.born[0], b.born[0]) - min(a.born[1], b.born[1]) > YEARS_APART


def _authority(edge: Judged) -> tuple[bool, int, datetime, str, float]:
    return edge.by_person, edge.serial, edge.at, edge.verdict, edge.log_odds
