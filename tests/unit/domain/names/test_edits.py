"""Guarantee: two strings of phones weigh what the best alignment of them weighs, by the weights that were learned."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.names.edits import EditWeights, edit_weights
from tocsin.resolver.matching import load_matcher

UNSEEN = -6.0
ROWS = [
    ("k", "k", 5.0),
    ("g", "g", 6.0),
    ("k", "g", 3.0),
    ("a", "a", 2.0),
    ("a", "e", 1.0),
    ("a", "", -1.5),
    ("", "e", -1.0),
]
WEIGHTS = edit_weights(ROWS)
PHONES = st.text(alphabet="kgaex", max_size=5)


def by_hand(ours: str, theirs: str) -> float:
    """Every alignment tried."""
    pairs = {(a, b): bits for a, b, bits in ROWS}

    @cache
    def best(i: int, j: int) -> float:
        if i == len(ours) and j == len(theirs):
            return 0.0
        found = []
        if i < len(ours):
            found.append(pairs.get((ours[i], ""), UNSEEN) + best(i + 1, j))
        if j < len(theirs):
            found.append(pairs.get(("", theirs[j]), UNSEEN) + best(i, j + 1))
        if i < len(ours) and j < len(theirs):
            found.append(pairs.get((ours[i], theirs[j]), UNSEEN) + best(i + 1, j + 1))
        return max(found)

    return best(0, 0)


@given(PHONES, PHONES)
def test_the_bits_are_those_of_the_best_alignment(ours: str, theirs: str) -> None:
    assert WEIGHTS.bits(ours, theirs) == pytest.approx(by_hand(ours, theirs))


@given(PHONES, PHONES)
def test_nothing_is_nearer_than_the_nearest_spelling(ours: str, theirs: str) -> None:
    assert WEIGHTS.similarity(ours, theirs) <= 1.0


def test_a_word_is_nearest_to_itself() -> None:
    assert WEIGHTS.similarity("kaga", "kaga") == pytest.approx(1.0)
    assert 0 < WEIGHTS.similarity("kaga", "gaga") < 1.0
    assert WEIGHTS.similarity("kaga", "xxxx") < 0


def test_a_learned_confusion_costs_less_than_one_never_seen() -> None:
    assert WEIGHTS.bits("kak", "gek") > WEIGHTS.bits("kak", "xxk")


@pytest.mark.parametrize(("ours", "theirs", "similarity"), [("", "", 1.0), ("", "k", 0.0)])
def test_an_empty_word_is_like_itself_alone(ours: str, theirs: str, similarity: float) -> None:
    assert max(0.0, WEIGHTS.similarity(ours, theirs)) == similarity


def test_a_long_word_is_compared_by_its_beginning() -> None:
    assert WEIGHTS.similarity("ka" * 20, "ka" * 20 + "x" * 5_000) == pytest.approx(1.0)


def _shipped(script: str) -> EditWeights:
    return load_matcher().names.lexicon.edits[script]


@pytest.mark.parametrize("script", ["arabic", "cyrillic", "hebrew", "latin"])
def test_the_shipped_weights_prefer_a_sound_to_itself(script: str) -> None:
    weights = _shipped(script)
    for phone in "bdfklmnrst":
        others = [bits for other, bits in weights.pairs[phone].items() if other != phone]
        assert weights.pairs[phone][phone] > max(others, default=UNSEEN), phone


def test_the_shipped_weights_of_one_script_are_symmetric() -> None:
    latin = _shipped("latin")
    assert all(latin.pairs[b][a] == bits for a, row in list(latin.pairs.items()) for b, bits in list(row.items()))
    assert latin.ours == latin.theirs


def test_the_shipped_weights_know_what_languages_confuse() -> None:
    arabic, cyrillic = _shipped("arabic"), _shipped("cyrillic")
    assert arabic.pairs["D"]["d"] > 0 > arabic.pairs["D"]["m"]
    assert cyrillic.pairs["X"]["h"] > 0 > cyrillic.pairs["X"]["m"]
