"""A score can be taken apart: the bias and the terms of its features are all that it is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.additive import additive, log_odds, probability

NAMES = ("age", "height", "weight")
TABLE = {"bias": -1.5, "age": 2.0, "age>0.5": -3.0, "height": 0.0, "weight>1": 4.0}
VALUES = st.tuples(*[st.floats(-10, 10)] * 3)


@given(VALUES)
def test_bias_and_terms_add_up_to_the_score(features: tuple[float, ...]) -> None:
    model = additive(NAMES, TABLE)
    assert model.bits(features) == pytest.approx(model.bias + math.fsum(model.terms(features).values()), abs=1e-9)


@pytest.mark.parametrize(
    ("age", "bits"),
    [(0.0, -1.5), (0.5, -0.5), (1.0, -1.0), (-1.0, -3.5)],
    ids=["nothing", "the knot", "beyond", "below nothing"],
)
def test_a_hinge_adds_only_beyond_its_knot(age: float, bits: float) -> None:
    assert additive(NAMES, TABLE).bits((age, 0.0, 0.0)) == pytest.approx(bits)


def test_what_adds_nothing_is_no_term() -> None:
    assert additive(NAMES, TABLE).terms((0.0, 5.0, 0.5)) == {}
    assert additive(NAMES, TABLE).terms((0.0, 0.0, 2.0)) == {2: 4.0}


def test_a_table_without_a_bias_starts_at_even_odds() -> None:
    assert probability(additive(NAMES, {}).bits((1.0, 1.0, 1.0))) == 0.5


@pytest.mark.parametrize("key", ["size", "size>2", "Age"])
def test_an_unknown_feature_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="no feature"):
        additive(NAMES, {key: 1.0})


@given(st.floats(-40, 40))
def test_bits_and_probability_are_two_ways_to_say_one_thing(bits: float) -> None:
    chance = probability(bits)
    assert 0 <= chance <= 1
    if abs(bits) < 20:
        assert log_odds(chance) == pytest.approx(bits, abs=1e-6)


@given(st.floats(allow_nan=False, allow_infinity=True))
def test_no_score_is_too_large_for_a_probability(bits: float) -> None:
    assert 0 <= probability(bits) <= 1


def test_one_bit_doubles_the_odds() -> None:
    assert probability(1.0) == pytest.approx(2 / 3)
    assert probability(-1.0) == pytest.approx(1 / 3)
