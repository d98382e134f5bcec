"""Learns the weights of an additive model: logistic regression with a prior and signs, in plain Python.

Newton's method: at each step the loss is a parabola, whose lowest point within the signs is found one weight after the
other (as glmnet does). The loss is convex, so there is one answer wherever it starts; nothing is drawn at random.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BIAS = "bias"
_ROUNDS = 60
_SWEEPS = 500
_SETTLED = 1e-7
_SHARES = tuple(0.5**n for n in range(30))
_WORTH = 1e-4
"""Of what the slope promises: a step that gains less is halved."""
_SLACK = 1e-6
"""Curvature that a free bias has at least, so that examples of one kind alone do not carry it away."""
_STEEPEST = 35.0
_NATS = math.log(2)

Row = tuple[tuple[int, float], ...]
"""What is not zero: place of the weight, value."""


@dataclass(frozen=True, slots=True)
class Example:
    """features: in the order of the model's names. weight: how many examples it counts for."""

    features: Sequence[float]
    holds: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Prior:
    """What is thought of the weights before any example is seen.

    spread: bits by which a weight is expected to lie off what it is drawn ``towards`` (bits by key; 0 if absent). The
    bias is drawn only if ``towards`` names it. signs: 1 for keys whose weight is never negative, -1 for the contrary.
    """

    spread: float
    towards: Mapping[str, float]
    signs: Mapping[str, int]


def fit(names: Sequence[str], keys: Sequence[str], examples: Iterable[Example], prior: Prior) -> dict[str, float]:
    """The likeliest weights in bits, by key, with the ``bias`` first; a table for ``additive``.

    names: of the features. keys: of the weights to learn: ``feature``, or ``feature>knot`` for a hinge.
    Raises ValueError for a key without a feature, or if there are no examples.
    """
    given = list(examples)
    if not given:
        raise ValueError("no examples to learn from")
    columns = [_column(names, key) for key in keys]
    rows = [(_row(columns, e.features), 1.0 if e.holds else 0.0, e.weight) for e in given]
    loss = _Loss(rows, *_drawn([BIAS, *keys], prior))
    bounds = [_bound(prior.signs.get(key, 0)) for key in (BIAS, *keys)]
    found = _descend(loss, bounds)
    return {key: weight / _NATS for key, weight in zip((BIAS, *keys), found, strict=True)}


def _column(names: Sequence[str], key: str) -> tuple[int, float | None]:
    name, _, knot = key.partition(">")
    if name not in names:
        raise ValueError(f"no feature is called {name}")
    return names.index(name), float(knot) if knot else None


def _row(columns: Sequence[tuple[int, float | None]], features: Sequence[float]) -> Row:
    found = [(0, 1.0)]
    for place, (feature, knot) in enumerate(columns, 1):
        value = features[feature] if knot is None else max(0.0, features[feature] - knot)
        if value:
            found.append((place, value))
    return tuple(found)


def _drawn(keys: Sequence[str], prior: Prior) -> tuple[list[float], list[float]]:
    """Where each weight is drawn, and how stiffly, in nats."""
    stiffness = 1 / (prior.spread * _NATS) ** 2
    towards = [prior.towards.get(key, 0.0) * _NATS for key in keys]
    return towards, [_SLACK if key == BIAS and BIAS not in prior.towards else stiffness for key in keys]


def _bound(sign: int) -> tuple[float, float]:
    return (0.0 if sign > 0 else -math.inf), (0.0 if sign < 0 else math.inf)


@dataclass(frozen=True, slots=True)
class _Loss:
    """Minus the log-likelihood and the log-prior, in nats."""

    rows: Sequence[tuple[Row, float, float]]
    towards: Sequence[float]
    stiffness: Sequence[float]

    def at(self, weights: Sequence[float]) -> float:
        total = sum(s * (w - to) ** 2 / 2 for w, to, s in zip(weights, self.towards, self.stiffness, strict=True))
        for row, label, count in self.rows:
            z = _score(row, weights)
            total += count * (math.log1p(math.exp(-abs(z))) + max(z, 0.0) - label * z)
        return total

    def slopes(self, weights: Sequence[float]) -> tuple[list[float], list[list[float]]]:
        """The gradient, and the curvature of every pair of weights."""
        gradient = [s * (w - to) for w, to, s in zip(weights, self.towards, self.stiffness, strict=True)]
        curvature = [[0.0] * len(weights) for _ in weights]
        for place, stiff in enumerate(self.stiffness):
            curvature[place][place] = stiff
        for row, label, count in self.rows:
            chance = 1 / (1 + math.exp(-_score(row, weights)))
            error, spread = count * (chance - label), count * chance * (1 - chance)
            for at, (i, value) in enumerate(row):
                gradient[i] += error * value
                line, scaled = curvature[i], spread * value
                for j, other in row[: at + 1]:
                    line[j] += scaled * other
        for i, line in enumerate(curvature):
            for j in range(i):
                curvature[j][i] = line[j]
        return gradient, curvature


def _score(row: Row, weights: Sequence[float]) -> float:
    z = sum([weights[place] * value for place, value in row])
    return max(-_STEEPEST, min(_STEEPEST, z))


def _descend(loss: _Loss, bounds: Sequence[tuple[float, float]]) -> list[float]:
    weights = [min(max(to, low), high) for to, (low, high) in zip(loss.towards, bounds, strict=True)]
    here = loss.at(weights)
    for _ in range(_ROUNDS):
        gradient, curvature = loss.slopes(weights)
        step = _lowest(gradient, curvature, weights, bounds)
        if max(map(abs, step)) < _SETTLED:
            break
        drop = sum(g * s for g, s in zip(gradient, step, strict=True))
        for share in _SHARES:
            tried = [w + share * s for w, s in zip(weights, step, strict=True)]
            if (there := loss.at(tried)) <= here + _WORTH * share * drop:
                weights, here = tried, there
                break
        else:
            break
    return weights


def _lowest(
    gradient: Sequence[float],
    curvature: Sequence[Sequence[float]],
    weights: Sequence[float],
    bounds: Sequence[tuple[float, float]],
) -> list[float]:
    """The step to the lowest point of the parabola that the bounds allow."""
    step, slope = [0.0] * len(weights), list(gradient)
    for _ in range(_SWEEPS):
        moved = 0.0
        for i, (low, high) in enumerate(bounds):
            line = curvature[i]
            wanted = step[i] - slope[i] / line[i]
            change = min(max(wanted, low - weights[i]), high - weights[i]) - step[i]
            if change:
                step[i] += change
                slope = [s + change * c for s, c in zip(slope, line, strict=True)]
                moved = max(moved, abs(change))
        if moved < _SETTLED / 10:
            break
    return step
