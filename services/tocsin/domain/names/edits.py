"""Learned edit weights: how much it says, in bits, that one phone stands where another does.

A weight is log2 P(a, b | one word) / P(a) P(b); so a shared rare sound says more than a shared vowel, and what
languages confuse (g and k, ou and u) costs little. Learned from transliterations by ``tocsin.devtools.tables.edits``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

_UNSEEN = -6.0
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class EditWeights:
    """Weights of one pair of writings.

    pairs: phone to the bits of each counterpart. ours, theirs: phone to the bits of leaving it out. best_ours,
    best_theirs: phone to the bits of its best counterpart.
    """

    pairs: dict[str, dict[str, float]]
    ours: dict[str, float]
    theirs: dict[str, float]
    best_ours: dict[str, float]
    best_theirs: dict[str, float]

    def similarity(self, ours: str, theirs: str) -> float:
        """From 1 (as near as spellings can be) down; below 0 the words speak against each other."""
        ours, theirs = ours[:_LONGEST], theirs[:_LONGEST]
        best = max(sum(self.best_ours[p] for p in ours), sum(self.best_theirs[p] for p in theirs))
        return self.bits(ours, theirs) / best if best > 0 else float(ours == theirs)

    def bits(self, ours: str, theirs: str) -> float:
        """The evidence of the best alignment of two strings of phones."""
        skip = [self.theirs[p] for p in theirs]
        row = list(accumulate(skip, initial=0.0))
        steps = range(len(theirs))
        for phone in ours:
            left_out, gains = self.ours[phone], self.pairs[phone]
            diagonal = row[0]
            best = row[0] = diagonal + left_out
            for place in steps:
                above = row[place + 1]
                found = diagonal + gains[theirs[place]]
                if above + left_out > found:
                    found = above + left_out
                if best + skip[place] > found:
                    found = best + skip[place]
                best = row[place + 1] = found
                diagonal = above
        return row[-1]


class _Default(dict[str, float]):
    """What was never seen says little for and much against."""

    def __missing__(self, _key: str) -> float:
        return _UNSEEN


class _Rows(dict[str, dict[str, float]]):
    def __missing__(self, key: str) -> dict[str, float]:
        row = self[key] = _Default()
        return row


class _Least(dict[str, float]):
    def __missing__(self, _key: str) -> float:
        return 1.0


def edit_weights(rows: Iterable[tuple[str, str, float]]) -> EditWeights:
    """From (phone or "", phone or "", bits) rows; an empty phone is one left out."""
    pairs, ours, theirs = _Rows(), _Default(), _Default()
    best_ours, best_theirs = _Least(), _Least()
    for a, b, bits in rows:
        if not b:
            ours[a] = bits
        elif not a:
            theirs[b] = bits
        else:
            pairs[a][b] = bits
            best_ours[a] = max(best_ours.get(a, 0.0), bits)
            best_theirs[b] = max(best_theirs.get(b, 0.0), bits)
    return EditWeights(pairs, ours, theirs, best_ours, best_theirs)
