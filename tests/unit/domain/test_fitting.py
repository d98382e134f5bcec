"""Weights are found again from what they made, keep their signs and their prior, and are the same at each run."""

import math
import random
import time

import pytest

from tocsin.domain.additive import additive, probability
from tocsin.domain.fitting import BIAS, Example, Prior, fit

NAMES = tuple(f"f{n}" for n in range(8))
TRUE = {"f0": 3.0, "f1": -2.0, "f2": 0.5, "f3": 0.0, "f4": 1.5, "f5": -0.5, "f6": -4.0, "f7": 2.0}
BIAS_TRUE = -1.0
VAGUE = Prior(spread=20.0, towards={}, signs={})


def examples(number: int, seed: int = 1) -> list[Example]:
    """Drawn from a model of known weights."""
    dice, model = random.Random(seed), additive(NAMES, TRUE | {BIAS: BIAS_TRUE})
    found = []
    for _ in range(number):
        features = [dice.random() if dice.random() < 0.6 else 0.0 for _ in NAMES]
        found.append(Example(features, dice.random() < probability(model.bits(features))))
    return found


def loss(weights: dict[str, float], given: list[Example], spread: float) -> float:
    """Minus the logarithm of likelihood and prior, by its definition."""
    model = additive(NAMES, weights)
    chances = [(probability(model.bits(e.features)), e.holds) for e in given]
    prior = sum(bits**2 for key, bits in weights.items() if key != BIAS) / (2 * spread**2)
    return prior - sum(math.log(p if holds else 1 - p) for p, holds in chances)


def test_known_weights_are_found_again() -> None:
    found = fit(NAMES, NAMES, examples(20_000), VAGUE)
    assert found.keys() == {BIAS, *NAMES}
    for key, bits in (TRUE | {BIAS: BIAS_TRUE}).items():
        assert found[key] == pytest.approx(bits, abs=0.25)


def test_the_answer_is_the_same_at_each_run_and_in_any_order() -> None:
    given = examples(500)
    first = fit(NAMES, NAMES, given, VAGUE)
    assert fit(NAMES, NAMES, given, VAGUE) == first
    assert fit(NAMES, NAMES, given[::-1], VAGUE) == pytest.approx(first, abs=1e-6)


def test_no_weight_has_a_sign_that_is_forbidden() -> None:
    signs = {"f0": -1, "f1": 1, "f4": 1, "f6": -1}
    found = fit(NAMES, NAMES, examples(2_000), Prior(20.0, {}, signs))
    assert (found["f0"], found["f1"]) == (0.0, 0.0), "what would have the wrong sign is nothing"
    assert found["f4"] > 1
    assert found["f6"] < -3


def test_a_hinge_is_what_is_added_beyond_its_knot() -> None:
    dice = random.Random(3)
    bent = additive(("x",), {BIAS: -2.0, "x": 1.0, "x>2": 3.0})
    drawn = [(dice.uniform(0, 4),) for _ in range(20_000)]
    given = [Example(x, dice.random() < probability(bent.bits(x))) for x in drawn]
    found = fit(("x",), ("x", "x>2"), given, VAGUE)
    assert found == pytest.approx({BIAS: -2.0, "x": 1.0, "x>2": 3.0}, abs=0.3)


def test_few_examples_move_little_from_where_the_weights_are_drawn() -> None:
    towards = {BIAS: -1.0, "f0": 2.0, "f1": 2.0}
    found = fit(NAMES, ("f0", "f1"), examples(20), Prior(0.2, towards, {}))
    assert found == pytest.approx(towards, abs=0.3)
    assert found != towards


def test_the_tighter_the_prior_the_nearer_the_weights_stay() -> None:
    given = examples(300)
    far = [abs(fit(NAMES, NAMES, given, Prior(spread, {}, {}))["f6"]) for spread in (0.1, 0.5, 2.0, 20.0)]
    assert far == sorted(far)
    assert far[0] < far[-1] / 4


def test_examples_of_one_kind_alone_do_not_carry_the_bias_away() -> None:
    found = fit(NAMES, NAMES, [Example([0.0] * 8, True)] * 50, Prior(1.0, {}, {}))
    assert 0 < found[BIAS] < 60


def test_an_example_counts_for_as_many_as_its_weight() -> None:
    given = examples(200)
    doubled = [*given, *given]
    weighed = [Example(e.features, e.holds, 2.0) for e in given]
    assert fit(NAMES, NAMES, weighed, VAGUE) == pytest.approx(fit(NAMES, NAMES, doubled, VAGUE), abs=1e-5)


@pytest.mark.parametrize("moved", [BIAS, *NAMES])
def test_no_point_nearby_is_better(moved: str) -> None:
    given, spread = examples(400), 2.0
    found = fit(NAMES, NAMES, given, Prior(spread, {}, {"f1": 1}))
    for step in (0.02, -0.02):
        if moved != "f1" or step > 0:
            assert loss(found, given, spread) < loss(found | {moved: found[moved] + step}, given, spread)


@pytest.mark.parametrize(
    ("keys", "given"), [(("f9",), [Example([0.0] * 8, True)]), (("f9>2",), [Example([0.0] * 8, True)]), (("f0",), [])]
)
def test_an_unknown_feature_and_nothing_to_learn_from_are_refused(keys: tuple[str, ...], given: list[Example]) -> None:
    with pytest.raises(ValueError, match=r"f9|no examples"):
        fit(NAMES, keys, given, VAGUE)


def test_thousands_of_rows_with_seventy_features_take_seconds() -> None:
    dice = random.Random(2)
    names = [f"g{n}" for n in range(70)]
    given = [
        Example([dice.random() if dice.random() < 0.3 else 0.0 for _ in names], dice.random() < 0.4)
        for _ in range(3_000)
    ]
    started = time.perf_counter()
    fit(names, names, given, Prior(1.44, {}, {}))
    assert time.perf_counter() - started < 20
