"""Guarantee: each feature of a comparison says what its name says, and the same whichever name comes first."""

import pytest

from tocsin.domain.names.comparison import COUNTS, FEATURES, SHAPES, compare
from tocsin.domain.names.name import name_of
from tocsin.domain.names.tokens import analyse
from tocsin.resolver.matching import load_matcher

LEXICON = load_matcher().names.lexicon
SHAPED = frozenset(f"{shape}-{count}" for shape in SHAPES for count in COUNTS)


def _features(ours: str, theirs: str) -> dict[str, float]:
    """What is not 0."""
    names = [name_of(analyse(name, LEXICON)) for name in (ours, theirs)]
    return {f: v for f, v in zip(FEATURES, compare(names[0], names[1], LEXICON).features, strict=True) if v}


SHAPE_OF = [
    ("Lia Varrano", "Lia Varrano", "whole-2"),
    ("Lia Marta Varrano", "Varrano Lia Marta", "whole-3"),
    ("Lia Marta Olga Varrano", "Lia Marta Olga Varrano", "whole-3"),
    ("Varrano", "Varrano", "whole-1"),
    ("Lia Marta Varrano", "Marta Varrano", "first-extra-2"),
    ("Lia Marta Varrano", "Lia Varrano", "middle-extra-2"),
    ("Lia Marta Varrano", "Lia Marta", "last-extra-2"),
    ("Lia Varrano", "Varrano", "first-extra-1"),
    ("Lia Varrano", "Komi Varrano", "first-differs-1"),
    ("Lia Varrano", "Lia Zarqamun", "last-differs-1"),
    ("Lia Marta Varrano", "Lia Olga Varrano", "middle-differs-2"),
    ("Salim Petrovich Dorvanov", "Salim Ivanovich Dorvanov", "middle-differs-2"),
    ("Salim Dorvanov Petrovich", "Salim Tulkarov Petrovich", "last-differs-2"),
    ("Zubair Drumondel", "Lia Varrano", ""),
]


@pytest.mark.parametrize(("ours", "theirs", "shape"), SHAPE_OF)
def test_what_nothing_explains_has_a_shape(ours: str, theirs: str, shape: str) -> None:
    assert SHAPED.intersection(_features(ours, theirs)) == {shape} - {""}


SIGNS = [
    ("turned", "VARRANO Lia", "Lia Varrano", "Lia VARRANO", "Lia Varrano"),
    ("crossed", "Lia Marta Varrano Olga", "Marta Lia Olga Varrano", "Lia Marta Varrano", "Lia Marta Varrano"),
    ("shifted", "Munif Salim Tarqavi", "Salim Tarqavi", "Munif Salim Tarqavi", "Munif Tarqavi"),
    ("shifted", "Munif Salim Tarqavi", "Salim Karim Tarqavi", "Salim Munif Tarqavi", "Salim Karim Tarqavi"),
    ("initials", "L. Varrano", "Lia Varrano", "Lia Varrano", "Lia Varrano"),
    (
        "fathers_same",
        "Salim Petrovich Dorvanov",
        "Салим Петрович Дорванов",
        "Salim Petrov Dorvanov",
        "Salim Petrov Dorvanov",
    ),
    (
        "fathers_differ",
        "Salim Petrovich Dorvanov",
        "Salim Ivanovich Dorvanov",
        "Salim Petrovich Dorvanov",
        "Salim Dorvanov",
    ),
    ("syllables_differ", "Tak Bo Seul", "Tak Bo", "Lia Marta Varrano", "Lia Varrano"),
    ("family_same", "VARRANO Lia", "Lia VARRANO", "VARRANO Lia", "Lia Varrano"),
    ("family_differs", "VARRANO Lia", "TARQAVI Lia", "VARRANO Lia", "VARRANO Komi"),
    ("given_differs", "VARRANO Lia", "VARRANO Komi", "VARRANO Lia", "VARRANO Lia"),
    ("contained", "Lia Marta Varrano", "Lia Varrano", "Lia Marta Varrano", "Lia Olga Varrano"),
    ("clash", "Lia Varrano", "Lia Zarqamun", "Lia Zarqamun", "Marta Zarqamun"),
    ("exact", "Lia Varrano", "Lia Varrano", "Lia", "Marta"),
]


@pytest.mark.parametrize(("sign", "ours", "theirs", "not_ours", "not_theirs"), SIGNS)
def test_a_sign_is_there_when_it_should_be_and_only_then(
    sign: str, ours: str, theirs: str, not_ours: str, not_theirs: str
) -> None:
    assert _features(ours, theirs).get(sign)
    assert not _features(not_ours, not_theirs).get(sign)


BANDS = [("Zahrvani", "Zahrvani", "exact"), ("Zahrvani", "Zahrvaneh", "near"), ("Munif", "Manaf", "fair")]


@pytest.mark.parametrize(("ours", "theirs", "band"), BANDS)
def test_the_rarity_of_what_agrees_is_counted_in_one_band(ours: str, theirs: str, band: str) -> None:
    found = _features(ours, theirs)
    assert [b for b in ("exact", "near", "fair", "weak") if found.get(b)] == [band]


def test_amounts_are_what_is_shared_and_what_is_not() -> None:
    whole, less, none = (
        _features("Lia Zarqamun", other) for other in ("Lia Zarqamun", "Lia Marta Zarqamun", "Komi Bethan")
    )
    assert [whole[f] for f in ("coverage", "agreement", "lowest", "mean", "whole")] == pytest.approx([1.0] * 5)
    assert "one_unexplained" not in whole
    assert less["shared"] == whole["shared"]
    assert less["coverage"] < less["agreement"] == pytest.approx(1)
    assert less["one_unexplained"] > 0
    assert "both_unexplained" not in less
    assert none.keys() <= {"both_unexplained", "one_unexplained", "whole"}


def test_a_rare_name_says_more_than_a_common_one() -> None:
    assert _features("Lia Zarqamun", "Lia Zarqamun")["shared"] > _features("Ali Mohamed", "Ali Mohamed")["shared"]


@pytest.mark.parametrize(
    ("ours", "theirs"), [row[:2] for row in SHAPE_OF] + [row[1:3] for row in SIGNS] + [("Tak Boseul", "탁보슬")]
)
def test_features_do_not_depend_on_which_name_comes_first(ours: str, theirs: str) -> None:
    assert _features(ours, theirs) == pytest.approx(_features(theirs, ours))
