"""Guarantee: dates, places, acts, authorities and words of two events are compared, each in one feature."""

from typing import Any

import pytest

from invented_names import a_profile, matcher
from tocsin.domain.matching.event import FEATURES, EventPair, compare_events
from tocsin.domain.matching.profile import PlaceProfile


def _pair(ours: dict[str, Any], theirs: dict[str, Any], matched: int = 1) -> EventPair:
    return compare_events(a_profile("a", **ours), a_profile("b", **theirs), matcher().gazetteer, matched)


def _features(pair: EventPair) -> dict[str, float]:
    return {f: v for f, v in zip(FEATURES, pair.features, strict=True) if v}


DATES = [
    ("2026-03-14", "2026-03-14", "date-exact", True),
    ("2026-03-14", "2026-03-16", "date-within-3", True),
    ("2026-03-14", "2026-03", "date-same-month", True),
    ("2026-03-04", "2026-05-04", "date-within-120", False),
    ("2026-03-05", "2026-05-03", "date-swapped", False),
    ("2026-03-14", "2027-03-14", "date-shifted", False),
    ("2025-03-14", "2026-11-20", "date-far", False),
    ("2026-03-14", "2026", "date-imprecise", False),
]


@pytest.mark.parametrize(("ours", "theirs", "feature", "dated"), DATES)
def test_two_dates_have_one_level(ours: str, theirs: str, feature: str, dated: bool) -> None:
    for a, b in ((ours, theirs), (theirs, ours)):
        pair = _pair({"dates": (("event", a),)}, {"dates": (("event", b),)})
        assert [f for f in _features(pair) if f.startswith("date-")] == [feature]
        assert pair.dated is dated


@pytest.mark.parametrize(
    ("over", "dated"),
    [
        ({}, True),
        ({"violations": ("smear",)}, False),
        ({"places": (PlaceProfile("Tunis", country="TUN"),)}, False),
        ({"places": ()}, False),
    ],
)
def test_a_month_apart_is_one_event_only_if_place_and_act_are_the_same(over: dict[str, Any], dated: bool) -> None:
    pair = _pair({}, {"dates": (("event", "2026-04-03"),)} | over)
    assert "date-within-31" in _features(pair)
    assert pair.dated is dated


PLACES = [
    ("Sfax", "TUN", "صفاقس", "TUN", "place-same"),
    ("Sfax", "TUN", "Tunis", "TUN", "place-apart"),
    ("Sfax", "TUN", "Nowhereville-les-Bains", "TUN", "place-unknown"),
]


@pytest.mark.parametrize(("ours", "of_ours", "theirs", "of_theirs", "feature"), PLACES)
def test_two_places_have_one_level(ours: str, of_ours: str, theirs: str, of_theirs: str, feature: str) -> None:
    sides = ({"places": (PlaceProfile(ours, country=of_ours),)}, {"places": (PlaceProfile(theirs, country=of_theirs),)})
    for a, b in (sides, sides[::-1]):
        assert [f for f in _features(_pair(a, b)) if f.startswith("place-")] == [feature]


def test_a_place_that_is_not_given_is_missing() -> None:
    assert "place-missing" in _features(_pair({"places": ()}, {}))


ACTS = [
    (("arrest",), ("arrest", "torture"), {"violation-agrees"}),
    (("arrest",), ("enforced_disappearance",), {"violation-near"}),
    (("conviction",), ("judicial_harassment",), {"violation-near"}),
    (("death_threat",), ("smear",), {"violation-near"}),
    (("arrest",), ("smear",), set()),
]


@pytest.mark.parametrize(("ours", "theirs", "features"), ACTS)
def test_acts_agree_or_are_words_for_one_act(
    ours: tuple[str, ...], theirs: tuple[str, ...], features: set[str]
) -> None:
    for a, b in ((ours, theirs), (theirs, ours)):
        found = _features(_pair({"violations": a}, {"violations": b}))
        assert {f for f in found if f.startswith("violation")} == features


def test_an_authority_agrees_by_its_name() -> None:
    police = (("police", "garda varra"), ("unknown", ""))
    assert "authority-agrees" in _features(
        _pair({"authorities": police}, {"authorities": (("security", "garda varra"),)})
    )
    assert "authority-agrees" not in _features(_pair({"authorities": police}, {"authorities": (("police", ""),)}))


@pytest.mark.parametrize(("matched", "counted"), [(0, 0), (1, 0), (2, 1), (4, 3), (50, 4)])
def test_further_victims_in_common_count_up_to_a_limit(matched: int, counted: int) -> None:
    assert _features(_pair({}, {}, matched)).get("co-victims", 0) == counted


@pytest.mark.parametrize(("count", "counted"), [(0, 0), (3, 3), (30, 12)])
def test_words_in_common_count_up_to_a_limit(count: int, counted: int) -> None:
    words = tuple(f"krtpl{n:02}" for n in range(count))
    pair = _pair({"words": (*words, "mrtn")}, {"words": (*words, "slnt")})
    assert _features(pair).get("words", 0) == counted
    assert pair.words == words


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [(("TUN",), ("DZA",), True), (("TUN", "DZA"), ("DZA",), False), ((), ("DZA",), False), (("TUN",), ("TUN",), False)],
)
def test_a_country_differs_only_if_both_are_known_and_none_is_common(
    ours: tuple[str, ...], theirs: tuple[str, ...], differs: bool
) -> None:
    pair = _pair({"countries": ours}, {"countries": theirs})
    assert pair.country_differs is differs
    assert ("country-differs" in _features(pair)) is differs


@pytest.mark.parametrize(
    ("ours", "theirs", "differ"),
    [
        ("2026-03-14", "2026-08-01", True),
        ("2026-03-14", "2026-03-16", False),
        ("2026-03-14", "2026", False),
        ("2026-03-14", "", False),
    ],
)
def test_arrests_on_days_far_apart_are_two(ours: str, theirs: str, differ: bool) -> None:
    sides = [{"dates": (("event", "2026-08-05"), *((("arrest", on),) if on else ()))} for on in (ours, theirs)]
    for a, b in (sides, sides[::-1]):
        assert ("arrest-differs" in _features(_pair(a, b))) is differ
