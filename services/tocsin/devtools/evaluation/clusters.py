"""Measures of a stream that was sorted into cases, against the cases that are true."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placed:
    """One report, in order of arrival. truth: the case it is of. case: the one it was put in. linked: others named."""

    truth: str
    case: str
    linked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shares:
    """swallowed: of all reports, those put in a case that another truth founded.

    joined, missed: of the reports that are not the first of their truth, those that joined a case which a report of
    that truth founded; and those that neither joined nor were linked to any case holding their truth.
    """

    swallowed: float
    joined: float
    missed: float


@dataclass(frozen=True, slots=True)
class BCubed:
    """Bagga and Baldwin 1998: precision and recall of each report's companions, averaged over the reports."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        whole = self.precision + self.recall
        return 2 * self.precision * self.recall / whole if whole else 0.0


def shares(stream: Sequence[Placed]) -> Shares:
    """See ``Shares``; of an empty stream, zeros."""
    founder: dict[str, str] = {}
    holding: defaultdict[str, set[str]] = defaultdict(set)
    swallowed = joined = missed = later = 0
    for report in stream:
        earlier = holding[report.truth]
        own = founder.setdefault(report.case, report.truth) == report.truth
        swallowed += not own
        if earlier:
            later += 1
            joined += own and report.case in earlier
            missed += report.case not in earlier and earlier.isdisjoint(report.linked)
        earlier.add(report.case)
    return Shares(_share(swallowed, len(stream)), _share(joined, later), _share(missed, later))


def b_cubed(stream: Sequence[Placed]) -> BCubed:
    """See ``BCubed``; of an empty stream, zeros."""
    truths, cases = Counter(r.truth for r in stream), Counter(r.case for r in stream)
    together = Counter((r.truth, r.case) for r in stream)
    return BCubed(_mean_companions(together, cases, 1), _mean_companions(together, truths, 0))


def _mean_companions(together: Mapping[tuple[str, str], int], sizes: Mapping[str, int], end: int) -> float:
    """Each of the n reports of a (truth, case) has n companions that are right, of as many as its cluster holds."""
    right = sum(n * n / sizes[pair[end]] for pair, n in together.items())
    return right / total if (total := sum(together.values())) else 0.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
