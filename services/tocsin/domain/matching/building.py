"""Builds the matcher from plain tables."""

from collections.abc import Mapping
from typing import Any

from tocsin.domain.additive import additive
from tocsin.domain.matching import event, person
from tocsin.domain.matching.deciding import Thresholds
from tocsin.domain.matching.gazetteer import Gazetteer
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.names import comparison
from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.model import NameModel


def build_matcher(lexicon: Lexicon, gazetteer: Gazetteer, weights: Mapping[str, Any]) -> Matcher:
    """weights: ``version``, and tables of bits (names, person, event) and probabilities (thresholds).

    Raises ValueError for a weight of an unknown feature, TypeError for a missing or unknown threshold.
    """
    return Matcher(
        weights["version"],
        NameModel(lexicon, additive(comparison.FEATURES, weights["names"])),
        additive(person.FEATURES, weights["person"]),
        additive(event.FEATURES, weights["event"]),
        Thresholds(**weights["thresholds"]),
        gazetteer,
    )
