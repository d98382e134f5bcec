"""Do two names belong to one person? The comparison weighed in bits, with its reasons in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from tocsin.domain.additive import Additive
from tocsin.domain.names.comparison import FEATURES, Compared, compare
from tocsin.domain.names.endings import differ_in_gender
from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.name import Name, name_of
from tocsin.domain.names.roles import Role
from tocsin.domain.names.tokens import analyse

_CACHED = 100_000
_CACHED_PAIRS = 10_000
"""The reports on one case compare its names again and again; more would cost memory and seldom be asked for."""
_SHAPE_DIFFERS = frozenset(i for i, name in enumerate(FEATURES) if "-differs-" in name)
_COMPLETE = frozenset(i for i, name in enumerate(FEATURES) if name in ("whole-2", "whole-3", "middle-extra-3"))
"""Every word explained; or three words and more, and what one side adds stands between them."""
_CONFLICTS = ("shifted", "fathers_differ", "syllables_differ")
_CONFLICT_PLACES = frozenset(FEATURES.index(name) for name in _CONFLICTS)
_INITIALS = FEATURES.index("initials")
_LOWEST = FEATURES.index("lowest")
_SURE = 0.72
"""Words less alike than this are not taken for one name without a person's look."""
_SURE_SYLLABLES = 0.84
"""A syllable has little to differ in."""
_TELLING = 7.0
"""Bits of rarity that shared words must have together: two common names tell nobody apart."""


@dataclass(frozen=True, slots=True)
class Names:
    """The best pair of spellings of two people's names. bits: log-odds that they are one person's.

    conflict: words contradict each other (another first name, a line of fathers shifted by one). weak: nothing
    contradicts, but the agreement alone is too thin to act upon. complete: no word of weight is unexplained, or left
    at an initial.
    """

    bits: float
    conflict: bool
    weak: bool
    complete: bool
    compared: Compared | None

    @property
    def unlike(self) -> bool:
        """Whether words that stand for each other may well be two names; True if there is nothing to compare."""
        return self.compared is None or _is_unlike(self.compared)

    @property
    def rank(self) -> tuple[bool, float, bool, bool]:
        """The better of several spellings: without a contradiction first, then by bits."""
        return not self.conflict, self.bits, not self.weak, self.complete


NOTHING = Names(0.0, conflict=False, weak=True, complete=False, compared=None)


@dataclass(frozen=True, slots=True, eq=False)
class NameModel:
    lexicon: Lexicon
    weights: Additive
    _analysed: dict[str, Name | None] = field(default_factory=dict)
    _compared: dict[tuple[str, str], Names | None] = field(default_factory=dict)

    def name(self, written: str) -> Name | None:
        """A spelling taken apart; None if the name is withheld, or initials alone."""
        if written not in self._analysed:
            if len(self._analysed) >= _CACHED:
                self._analysed.clear()
            self._analysed[written] = self._analyse(written)
        return self._analysed[written]

    def best(self, ours: Sequence[str], theirs: Sequence[str]) -> Names:
        """The best of all pairs of spellings; NOTHING if either side withholds its name. Symmetric."""
        found: Names | None = None
        for a, b in product(ours, theirs):
            one = self.compare(a, b)
            if one is not None and (found is None or one.rank > found.rank):
                found = one
        return found or NOTHING

    def compare(self, ours: str, theirs: str) -> Names | None:
        """Two spellings; None if one of them tells nothing."""
        pair = (ours, theirs) if ours <= theirs else (theirs, ours)
        if pair not in self._compared:
            if len(self._compared) >= _CACHED_PAIRS:
                self._compared.clear()
            self._compared[pair] = self._compare(*pair)
        return self._compared[pair]

    def _compare(self, ours: str, theirs: str) -> Names | None:
        a, b = self.name(ours), self.name(theirs)
        if a is None or b is None:
            return None
        compared = compare(a, b, self.lexicon)
        features = compared.features
        conflict = any(features[place] for place in _SHAPE_DIFFERS) or any(features[p] for p in _CONFLICT_PLACES)
        spelt_out = len(compared.alignment.pairs) - features[_INITIALS]
        complete = spelt_out > 1 and any(features[place] for place in _COMPLETE)
        return Names(
            self.weights.bits(features),
            conflict or not compared.alignment.pairs,
            _is_unlike(compared) or not _tells(compared),
            complete,
            compared,
        )

    def _analyse(self, written: str) -> Name | None:
        if self.lexicon.is_withheld(written):
            return None
        tokens = analyse(written, self.lexicon)
        return None if all(t.role is Role.INITIAL for t in tokens) else name_of(tokens)


def _is_unlike(compared: Compared) -> bool:
    ours, theirs = compared.ours, compared.theirs
    sure = _SURE_SYLLABLES if ours.syllabic and theirs.syllabic else _SURE
    return compared.features[_LOWEST] < sure or any(
        differ_in_gender(ours.tokens[p.ours[0]], theirs.tokens[p.theirs[0]])
        for p in compared.alignment.pairs
        if len(p.ours) == len(p.theirs) == 1 and not (p.ours[0] == ours.last and p.theirs[0] == theirs.last)
    )


def _tells(compared: Compared) -> bool:
    shared = sum(compared.ours.rarity(p.ours) for p in compared.alignment.pairs)
    return shared >= _TELLING and len(compared.alignment.pairs) > 1
