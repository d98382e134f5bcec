"""How often somebody may ask: a bucket of tokens for each, which fills at a steady rate."""

from collections import OrderedDict

from tocsin.domain.fairness import refilled


class Pace:
    """Of publishers, or of addresses.

    rate: tokens a second. burst: what a full bucket holds. kept: how many buckets are remembered; the one that was
    longest not asked for goes first, and a forgotten bucket is full.
    """

    def __init__(self, rate: float, burst: float, kept: int = 10_000) -> None:
        self._rate, self._burst, self._kept = rate, burst, kept
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str, now: float) -> float:
        """0 if a token was there and is taken; else the seconds until there is one. now: seconds, monotonic."""
        tokens, at = self._buckets.pop(name, (self._burst, now))
        tokens = refilled(tokens, now - at, self._rate, self._burst)
        taken = tokens >= 1
        self._buckets[name] = (tokens - 1 if taken else tokens, now)
        if len(self._buckets) > self._kept:
            self._buckets.popitem(last=False)
        return 0.0 if taken else (1 - tokens) / self._rate
