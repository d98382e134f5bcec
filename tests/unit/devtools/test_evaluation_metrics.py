"""Every measure equals what one counts by hand on a small table, and ties do not depend on the order of rows."""

import random

import pytest

from tocsin.devtools.evaluation.clusters import BCubed, Placed, b_cubed, shares
from tocsin.devtools.evaluation.intervals import lower_bound, quantile
from tocsin.devtools.evaluation.ranking import Counts, average_precision, best_f1, counted, recall_at_precision

T, F = True, False


@pytest.mark.parametrize(
    ("predicted", "labels", "expected"),
    [
        ([], [], Counts(0, 0, 0)),
        ([T, T, F, F], [T, F, T, F], Counts(1, 1, 1)),
        ([F, F], [T, T], Counts(0, 0, 2)),
    ],
)
def test_predictions_are_counted(predicted: list[bool], labels: list[bool], expected: Counts) -> None:
    assert counted(predicted, labels) == expected


def test_precision_recall_and_f1_are_those_of_the_textbook() -> None:
    counts = Counts(hits=6, false=2, missed=4)
    assert (counts.precision, counts.recall) == (0.75, 0.6)
    assert counts.f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    nothing = Counts(0, 0, 0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("scores", "labels", "expected"),
    [
        ([0.9, 0.8, 0.7], [T, T, F], 1.0),
        # positives at the ranks 1 and 3 of 3: (1/1 + 2/3) / 2
        ([0.9, 0.8, 0.7], [T, F, T], 5 / 6),
        # all tied: one threshold, where half of what is taken is right
        ([0.5, 0.5, 0.5, 0.5], [T, F, T, F], 0.5),
        # first a tie of one right and one wrong (recall 1/2 at precision 1/2), then the other (1/2 at 2/3)
        ([0.9, 0.9, 0.5], [T, F, T], 0.5 * 0.5 + 0.5 * 2 / 3),
        ([0.9, 0.8], [F, F], 0.0),
        ([], [], 0.0),
    ],
)
def test_average_precision(scores: list[float], labels: list[bool], expected: float) -> None:
    assert average_precision(scores, labels) == pytest.approx(expected)


def test_the_order_of_rows_changes_no_measure() -> None:
    dice = random.Random(7)
    rows = [(dice.choice((0.1, 0.4, 0.4, 0.9)), dice.random() < 0.4) for _ in range(200)]
    shuffled = dice.sample(rows, len(rows))
    for measure in (average_precision, best_f1, lambda s, t: recall_at_precision(s, t, 0.4)):
        assert measure(*map(list, zip(*rows, strict=True))) == measure(*map(list, zip(*shuffled, strict=True)))


def test_the_best_threshold_admits_whole_ties_only() -> None:
    # at 0.9: F1 2/4; at 0.8, one right and one wrong more: 4/6; at 0.1: 6/9 but lower, so the first of the two
    point = best_f1([0.9, 0.8, 0.8, 0.1, 0.1, 0.1], [T, T, F, T, F, F])
    assert point.threshold == 0.8
    assert point.counts == Counts(2, 1, 1)
    assert best_f1([], []).counts == Counts(0, 0, 0)


def test_recall_at_a_precision_is_the_greatest_that_any_threshold_reaches() -> None:
    scores, labels = [0.9, 0.8, 0.7, 0.6, 0.5], [T, F, T, T, F]
    assert recall_at_precision(scores, labels, 0.99) == pytest.approx(1 / 3)
    assert recall_at_precision(scores, labels, 0.75) == 1.0, "precision falls and rises again"
    assert recall_at_precision([0.9], [F], 0.99) == 0.0


@pytest.mark.parametrize(
    ("successes", "trials", "expected"),
    [
        (10, 10, 0.05 ** (1 / 10)),  # of nothing but successes: the share p with p ** n = 5 %
        (300, 300, 0.05 ** (1 / 300)),
        (0, 10, 0.0),
        (1, 1, 0.05),
        (9, 10, 0.60584),  # the quantile at 5 % of Beta(9, 2)
        (995, 1000, 0.989511),  # of Beta(995, 6)
    ],
)
def test_the_lower_bound_is_that_of_clopper_and_pearson(successes: int, trials: int, expected: float) -> None:
    assert lower_bound(successes, trials) == pytest.approx(expected, abs=1e-5)


def test_more_proof_raises_the_bound_and_more_confidence_lowers_it() -> None:
    assert lower_bound(99, 100) < lower_bound(990, 1000) < 0.99
    assert lower_bound(99, 100, 0.99) < lower_bound(99, 100, 0.9)
    with pytest.raises(ValueError, match="more successes"):
        lower_bound(2, 1)


def test_quantiles_are_values_that_occurred() -> None:
    values = [float(n) for n in range(1, 101)]
    assert [quantile(values, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]
    with pytest.raises(ValueError, match="nothing"):
        quantile([], 0.5)


STREAM = [
    Placed("a", "1"),
    Placed("b", "2"),
    Placed("a", "1"),  # joined
    Placed("a", "3", frozenset({"1"})),  # neither joined nor missed: linked
    Placed("b", "1", frozenset({"9"})),  # swallowed by the case of a, and missed
    Placed("b", "4"),  # missed
    Placed("c", "5", frozenset({"1"})),  # the first of its truth: linked wrongly, which costs nothing here
]


def test_what_is_swallowed_joined_and_missed_is_counted() -> None:
    found = shares(STREAM)
    assert found.swallowed == pytest.approx(1 / 7)
    assert found.joined == pytest.approx(1 / 4)
    assert found.missed == pytest.approx(2 / 4)


def test_a_report_that_finds_its_like_in_a_stolen_case_is_swallowed_and_not_joined() -> None:
    found = shares([Placed("a", "1"), Placed("b", "1"), Placed("b", "1")])
    assert (found.swallowed, found.joined, found.missed) == (pytest.approx(2 / 3), 0.0, 0.0)


def test_b_cubed_averages_over_the_reports() -> None:
    # the cases {a a b}, {b}: precision (2/3 + 2/3 + 1/3 + 1) / 4, recall (1 + 1 + 1/2 + 1/2) / 4
    found = b_cubed([Placed("a", "1"), Placed("a", "1"), Placed("b", "1"), Placed("b", "2")])
    assert found.precision == pytest.approx(8 / 12)
    assert found.recall == pytest.approx(3 / 4)
    assert found.f1 == pytest.approx(2 * (2 / 3) * (3 / 4) / (2 / 3 + 3 / 4))
    assert b_cubed([]) == BCubed(0.0, 0.0)
