"""Additive models: every feature adds its bits, so that a score can be taken apart and explained."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MOST = 60.0


@dataclass(frozen=True, slots=True)
class Additive:
    """Log-odds in bits: ``bias`` plus, for each feature, its weight, and what hinges add beyond their knots.

    weights: (place of the feature, bits per unit). hinges: (place, knot, bits per unit above the knot).
    """

    bias: float
    weights: tuple[tuple[int, float], ...]
    hinges: tuple[tuple[int, float, float], ...] = ()

    def bits(self, features: Sequence[float]) -> float:
        total = self.bias
        for place, weight in self.weights:
            total += weight * features[place]
        for place, knot, weight in self.hinges:
            if features[place] > knot:
                total += weight * (features[place] - knot)
        return total

    def terms(self, features: Sequence[float]) -> dict[int, float]:
        """The bits that each feature adds, without the bias; features that add nothing are left out."""
        found: dict[int, float] = {}
        for place, weight in self.weights:
            if added := weight * features[place]:
                found[place] = found.get(place, 0.0) + added
        for place, knot, weight in self.hinges:
            if features[place] > knot:
                found[place] = found.get(place, 0.0) + weight * (features[place] - knot)
        return found


def additive(names: Sequence[str], weights: Mapping[str, float]) -> Additive:
    """From a table: ``bias``, ``feature``, and ``feature>knot`` for a hinge.

    Raises ValueError for an unknown feature.
    """
    places = {name: place for place, name in enumerate(names)}
    plain, hinges = [], []
    for key, weight in weights.items():
        name, _, knot = key.partition(">")
        if key == "bias":
            continue
        if name not in places:
            raise ValueError(f"no feature is called {name}")
        if knot:
            hinges.append((places[name], float(knot), weight))
        elif weight:
            plain.append((places[name], weight))
    return Additive(weights.get("bias", 0.0), tuple(plain), tuple(h for h in hinges if h[2]))


def probability(bits: float) -> float:
    """Of log-odds in bits."""
    return 1.0 / (1.0 + math.pow(2.0, -max(-_MOST, min(_MOST, bits))))


def log_odds(chance: float) -> float:
    """The bits of a probability strictly between 0 and 1."""
    return math.log2(chance / (1.0 - chance))
