"""Guarantee: what contradicts that two victims are one person is found, and victims are paired one to one."""

from itertools import permutations
from typing import Any

import pytest

from invented_names import a_person, matcher
from tocsin.devtools.corpus.generator import person
from tocsin.domain.matching.person import FEATURES, PersonPair, Victims, compare_persons, match_victims
from tocsin.domain.matching.profile import PersonProfile

AGREES = 1.0
X, Y, Z = "Abdulhadi Zahrvani", "Kseniya Shchukareva", "Olympia Angelimou"


def _pair(ours: PersonProfile, theirs: PersonProfile) -> PersonPair:
    return compare_persons(ours, theirs, matcher().names)


def _features(pair: PersonPair) -> dict[str, float]:
    return {f: v for f, v in zip(FEATURES, pair.features, strict=True) if v and not f.startswith("name")}


BORN = [
    ((1980, 1980), (1980, 1980), "birth-agrees"),
    ((1980, 1980), (1981, 1981), "birth-agrees"),
    ((1980, 1981), (1980, 1980), "birth-agrees"),
    ((1980, 1980), (1982, 1982), "birth-differs"),
    ((1950, 1959), (1961, 1961), "birth-differs"),
    ((1950, 1959), (1960, 1960), ""),
    ((1980, 1989), (1985, 1985), ""),
    ((1980, 1980), None, ""),
    (None, None, ""),
]


@pytest.mark.parametrize(("ours", "theirs", "feature"), BORN)
def test_years_of_birth_agree_within_one_or_say_nothing_or_contradict(ours: Any, theirs: Any, feature: str) -> None:
    for a, b in ((ours, theirs), (theirs, ours)):
        pair = _pair(a_person(X, born=a), a_person(X, born=b))
        assert _features(pair).keys() == {feature} - {""}
        assert ("birth-years" in pair.vetoes) is (feature == "birth-differs")


BESIDE = [
    ("gender", "woman", "woman", ""),
    ("gender", "woman", "man", "gender-differs"),
    ("gender", "woman", "", ""),
    ("nationalities", ("TUN", "FRA"), ("FRA",), "nationality-agrees"),
    ("nationalities", ("TUN",), ("FRA",), ""),
    ("occupations", ("lawyer",), ("lawyer", "teacher"), "occupation-agrees"),
    ("organisations", ("liga varra",), ("liga varra",), "organisation-agrees"),
    ("organisations", ("liga varra",), (), ""),
]


@pytest.mark.parametrize(("field", "ours", "theirs", "feature"), BESIDE)
def test_what_is_known_beside_the_name_is_compared(field: str, ours: Any, theirs: Any, feature: str) -> None:
    pair = _pair(a_person(X, **{field: ours}), a_person(X, **{field: theirs}))
    assert _features(pair).keys() == {feature} - {""}
    assert ("gender" in pair.vetoes) is (feature == "gender-differs")
    assert pair.corroborated is (feature == "organisation-agrees")


def test_names_are_weighed_in_steps_and_capped() -> None:
    same, other = _pair(a_person(X), a_person(X)), _pair(a_person(X), a_person(Y))
    at = {f: place for place, f in enumerate(FEATURES)}
    assert 3 < same.features[at["name"]] == same.features[at["name-for"]] <= 12
    assert same.features[at["name-sure"]] == pytest.approx(same.features[at["name"]] - 3)
    assert -12 <= other.features[at["name"]] < 0 == other.features[at["name-for"]] == other.features[at["name-sure"]]
    assert other.vetoes == ("name-conflict",)


@pytest.mark.parametrize("name", ["Name withheld", "A. B."])
def test_a_name_that_is_not_told_is_no_name(name: str) -> None:
    pair = _pair(a_person(name), a_person(name))
    assert (pair.vetoes, _features(pair)) == (("no-name",), {"unnamed": 1.0})


def _victims(ours: list[PersonProfile], theirs: list[PersonProfile]) -> Victims | None:
    return match_victims(ours, theirs, matcher().names, AGREES, matcher().weigh)


GROUPS = [
    # ours, theirs, matched, subset, overlap
    ("one and the same", [X], [X], 1, True, False),
    ("one and another", [X], [Y], 0, True, False),
    ("one of two", [X], [X, Y], 1, True, False),
    ("two of three in another order", [Z, X], [X, Y, Z], 2, True, False),
    ("each side has another besides", [X, Y], [X, Z], 1, False, True),
    ("nothing in common", [X, Y], [Z, "Komi Adzovilli"], 0, False, False),
    ("one name counts once", [X, X], [X], 1, True, False),
]


@pytest.mark.parametrize(
    ("ours", "theirs", "matched", "subset", "overlap"), [g[1:] for g in GROUPS], ids=[g[0] for g in GROUPS]
)
def test_victims_are_paired_one_to_one(
    ours: list[str], theirs: list[str], matched: int, subset: bool, overlap: bool
) -> None:
    sides = [a_person(n) for n in ours], [a_person(n) for n in theirs]
    for one, other in (sides, sides[::-1]):
        found = _victims(one, other)
        assert found is not None
        assert (found.matched, found.subset, found.overlap) == (matched, subset, overlap)


SIBLINGS = [
    ("Komi Adzovilli", "Koffi Adzovilli"),
    ("Karim Zarqamun", "Karima Zarqamun"),
    ("Hasan Zarqamun", "Husayn Zarqamun"),
]


@pytest.mark.parametrize(("one", "other"), SIBLINGS)
def test_a_counterpart_who_may_be_a_sibling_is_thin_and_no_further_victim_in_common(one: str, other: str) -> None:
    found = _victims([a_person(one), a_person(X)], [a_person(other), a_person(X)])
    assert found is not None
    assert (found.matched, found.overlap, found.thin) == (1, False, True)
    same = _victims([a_person(one), a_person(X)], [a_person(one), a_person(X)])
    assert same is not None
    assert (same.matched, same.thin) == (2, False)


def test_without_victims_there_is_nothing_to_pair() -> None:
    assert _victims([], [a_person(X)]) is None
    assert _victims([a_person(X)], []) is None


def test_the_best_pair_is_one_that_nothing_forbids() -> None:
    """Father and son of one name: the father's year of birth does not stand for the son's."""
    father, son = a_person(X, born=(1950, 1950)), a_person(X, born=(1985, 1985))
    for ours in ([father, son], [son, father]):
        found = _victims(ours, [son])
        assert found is not None
        assert found.best.vetoes == ()
        assert _features(found.best) == {"birth-agrees": 1.0}
        by_names_alone = match_victims(ours, [son], matcher().names, AGREES)
        assert by_names_alone == found
    found = _victims([father], [son])
    assert found is not None
    assert (found.best.vetoes, found.matched) == (("birth-years",), 0)


def test_pairs_that_agree_as_well_as_each_other_are_chosen_whatever_the_order_of_the_victims() -> None:
    ours = [PersonProfile((X,)), PersonProfile((Y,))]
    theirs = [PersonProfile((X, Y)), PersonProfile((X,))]
    found = {
        (one.matched, one.subset, one.overlap)
        for left in permutations(ours)
        for right in permutations(theirs)
        for one in (_victims([*left], [*right]), _victims([*right], [*left]))
        if one is not None
    }
    assert len(found) == 1


def test_of_pairs_that_nothing_forbids_the_one_with_more_evidence_is_best() -> None:
    known = a_person(Y, born=(1980, 1980), organisations=("liga varra",))
    for ours in ([a_person(X), known], [known, a_person(X)]):
        found = _victims(ours, [a_person(X), known])
        assert found is not None
        assert found.best.corroborated


def test_long_lists_are_matched_by_those_that_sound_alike_alone() -> None:
    model = matcher().names
    people = [PersonProfile((person(number, seed=3),)) for number in range(150)]
    compared: list[PersonPair] = []

    def weigh(pair: PersonPair) -> float:
        compared.append(pair)
        return pair.names.bits

    found = match_victims(people, people[::-1], model, 1.0, weigh)
    assert found is not None
    assert found.matched == len(people)
    assert len(compared) < len(people) ** 2 / 4
