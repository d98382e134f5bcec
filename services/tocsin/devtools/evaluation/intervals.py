"""What a share counted on few cases proves, and quantiles."""

import math
from collections.abc import Sequence

_HALVINGS = 60


def lower_bound(successes: int, trials: int, confidence: float = 0.95) -> float:
    """The one-sided lower bound of Clopper and Pearson (1934): a true share below it would do as well too rarely.

    The share at which ``successes`` or more of ``trials`` have the probability ``1 - confidence``; 0 if none succeeded.
    """
    if not 0 <= successes <= trials:
        raise ValueError("there cannot be more successes than trials")
    if successes == 0:
        return 0.0
    low, high = 0.0, successes / trials
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _at_least(successes, trials, middle) > 1 - confidence:
            high = middle
        else:
            low = middle
    return low


def _at_least(successes: int, trials: int, share: float) -> float:
    """P(X ≥ successes) of a binomial distribution; summed over the failures, of which there are few."""
    if share <= 0.0:
        return 0.0
    if share >= 1.0:
        return 1.0
    yes, no = math.log(share), math.log1p(-share)
    whole = math.lgamma(trials + 1)
    return math.fsum(
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(trials - k + 1) + k * yes + (trials - k) * no)
        for k in range(successes, trials + 1)
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of ``values`` do not exceed (nearest rank); raises on none."""
    if not values:
        raise ValueError("there is no quantile of nothing")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
