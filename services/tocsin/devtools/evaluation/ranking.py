"""Measures of a score against labels. Pairs of equal score stand or fall together, in whatever order they come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Counts:
    """Predictions against the truth. hits: rightly predicted; false: wrongly predicted; missed: not found."""

    hits: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """1 if nothing was predicted: nothing wrong was said."""
        predicted = self.hits + self.false
        return self.hits / predicted if predicted else 1.0

    @property
    def recall(self) -> float:
        """0 if there was nothing to find."""
        positives = self.hits + self.missed
        return self.hits / positives if positives else 0.0

    @property
    def f1(self) -> float:
        whole = 2 * self.hits + self.false + self.missed
        return 2 * self.hits / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """Predicting every pair whose score is ``threshold`` or more."""

    threshold: float
    counts: Counts


def counted(predicted: Sequence[bool], labels: Sequence[bool]) -> Counts:
    """Compare yes-or-no predictions with the labels; both of one length."""
    both = list(zip(predicted, labels, strict=True))
    return Counts(both.count((True, True)), both.count((True, False)), both.count((False, True)))


def curve(scores: Sequence[float], labels: Sequence[bool]) -> Iterator[Point]:
    """A point for each distinct score, the highest first."""
    positives, hits, taken = sum(labels), 0, 0
    ordered = sorted(zip(scores, labels, strict=True), key=lambda pair: -pair[0])
    for threshold, tied in groupby(ordered, key=lambda pair: pair[0]):
        block = [label for _, label in tied]
        hits, taken = hits + sum(block), taken + len(block)
        yield Point(threshold, Counts(hits, taken - hits, positives - hits))


def average_precision(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Sum over the thresholds of (rise in recall) × precision, without interpolation; 0 without positives."""
    area = before = 0.0
    for point in curve(scores, labels):
        area += (point.counts.recall - before) * point.counts.precision
        before = point.counts.recall
    return area


def best_f1(scores: Sequence[float], labels: Sequence[bool]) -> Point:
    """The threshold with the greatest F1, the highest such; of nothing, a threshold that admits nothing."""
    nothing = Point(float("inf"), Counts(0, 0, sum(labels)))
    return max(curve(scores, labels), key=lambda point: point.counts.f1, default=nothing)


def recall_at_precision(scores: Sequence[float], labels: Sequence[bool], precision: float) -> float:
    """The greatest recall of any threshold whose precision is at least ``precision``."""
    sufficient = [p.counts.recall for p in curve(scores, labels) if p.counts.precision >= precision]
    return max(sufficient, default=0.0)
