"""The weights that are shipped: known features, signs that make sense, thresholds in order. Fitting may change the rest."""

from dataclasses import fields

import pytest

from tocsin.domain.additive import additive
from tocsin.domain.matching import event, person
from tocsin.domain.matching.deciding import Thresholds
from tocsin.domain.names import comparison
from tocsin.knowledge.weights import load_weights

WEIGHTS = load_weights()
MODELS = {"names": comparison.FEATURES, "person": person.FEATURES, "event": event.FEATURES}
FOR = [
    ("person", "birth-agrees"),
    ("person", "nationality-agrees"),
    ("person", "occupation-agrees"),
    ("person", "organisation-agrees"),
    ("event", "date-exact"),
    ("event", "date-within-3"),
    ("event", "date-same-month"),
    ("event", "place-same"),
    ("event", "place-near"),
    ("event", "place-same-area"),
    ("event", "violation-agrees"),
    ("event", "violation-near"),
    ("event", "authority-agrees"),
    ("event", "co-victims"),
    ("event", "words"),
    ("names", "family_same"),
    ("names", "contained"),
]
AGAINST = [
    ("person", "birth-differs"),
    ("person", "gender-differs"),
    ("event", "date-far"),
    ("event", "place-apart"),
    ("event", "country-differs"),
    ("event", "arrest-differs"),
    ("names", "shifted"),
    ("names", "fathers_differ"),
    ("names", "syllables_differ"),
    ("names", "family_differs"),
    ("names", "given_differs"),
    *(("names", f"{place}-differs-{n}") for place in ("first", "middle", "last") for n in (1, 2, 3)),
]


def _weight(model: str, feature: str) -> float:
    return WEIGHTS[model].get(feature, 0.0)


def test_every_feature_is_known_and_every_model_is_there() -> None:
    assert WEIGHTS["version"]
    for model, features in MODELS.items():
        additive(features, WEIGHTS[model])
        assert "bias" in WEIGHTS[model]


@pytest.mark.parametrize(("model", "feature"), FOR)
def test_what_agrees_never_speaks_against(model: str, feature: str) -> None:
    assert feature in MODELS[model]
    assert _weight(model, feature) >= 0


@pytest.mark.parametrize(("model", "feature"), AGAINST)
def test_what_contradicts_never_speaks_for(model: str, feature: str) -> None:
    assert feature in MODELS[model]
    assert _weight(model, feature) <= 0


def test_nearer_dates_and_places_and_acts_say_more() -> None:
    dates = [_weight("event", f"date-{level}") for level in ("exact", "within-3", "within-31", "within-120", "far")]
    places = [_weight("event", f"place-{level}") for level in ("same", "near", "same-area", "apart")]
    acts = [_weight("event", feature) for feature in ("violation-agrees", "violation-near", "bias-of-nothing")]
    for order in (dates, places, acts):
        assert order == sorted(order, reverse=True)
    assert _weight("event", "date-exact") >= _weight("event", "date-same-month") >= _weight("event", "date-imprecise")


def test_a_better_name_never_lowers_the_person() -> None:
    """The bits of the names come in three slopes that add up: everywhere, above 0, and above what is sure."""
    slopes = [_weight("person", f) for f in ("name", "name-for", "name-sure")]
    assert all(sum(slopes[:n]) >= 0 for n in (1, 2, 3))


def test_more_shared_words_never_lower_the_names() -> None:
    slope = _weight("names", "shared")
    hinges = {float(k.partition(">")[2]): bits for k, bits in WEIGHTS["names"].items() if k.startswith("shared>")}
    for knot in sorted(hinges):
        slope += hinges[knot]
        assert slope >= 0, knot


def test_thresholds_are_all_there_and_in_order() -> None:
    at = Thresholds(**WEIGHTS["thresholds"])
    assert {field.name for field in fields(Thresholds)} == WEIGHTS["thresholds"].keys()
    assert 0 < at.review < at.join < 1
    assert 0 < at.other_event < at.bare < 1
    assert at.other_event < at.same_person < 1
    assert 0 < at.possible_name < at.same_name < 1
    assert at.unnamed < at.possible_name
    assert at.join <= at.numbered**2 <= 1
    assert at.same_victim >= 0
