"""Compares two names: what speaks for one person and what against, as numbers that the model weighs in bits."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.fuzz import ratio

from tocsin.domain.names.alignment import Alignment, Pair, align
from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.name import Name
from tocsin.domain.names.roles import Role

SHAPES = ("whole", "first-extra", "middle-extra", "last-extra", "first-differs", "last-differs", "middle-differs")
"""What nothing explains: nothing; words of one side; words of both sides."""
COUNTS = (1, 2, 3)
"""How many words agree; the last means that many or more."""
FEATURES = (
    "shared", "strongest", "coverage", "agreement", "both_unexplained", "one_unexplained", "lowest", "mean", "whole",
    "crossed", "turned", "shifted", "initials", "fathers_same", "fathers_differ", "exact", "near", "fair", "weak",
    "syllables_differ", "family_same", "family_differs", "given_differs", "contained", "clash",
    *(f"{shape}-{count}" for shape in SHAPES for count in COUNTS),
)  # fmt: skip
_SHAPED = {shape: place * len(COUNTS) for place, shape in enumerate(SHAPES)}
_EXACT, _NEAR, _FAIR = 0.97, 0.85, 0.72
_SCALE = 10.0
_ALIKE = 0.7
_COMMON = 0.65


@dataclass(frozen=True, slots=True)
class Compared:
    """Two names aligned and measured. features: in the order of ``FEATURES``."""

    ours: Name
    theirs: Name
    alignment: Alignment
    features: tuple[float, ...]


def compare(ours: Name, theirs: Name, lexicon: Lexicon) -> Compared:
    """Measure two names."""
    alignment = align(ours.tokens, theirs.tokens, lexicon)
    features = _amounts(ours, theirs, alignment) + _signs(ours, theirs, alignment)
    return Compared(ours, theirs, alignment, tuple(features + _shape(ours, theirs, alignment)))


def _amounts(ours: Name, theirs: Name, alignment: Alignment) -> list[float]:
    """``shared`` to ``whole``: how much agrees and how much is unexplained, in tens of bits of rarity."""
    pairs = alignment.pairs
    gained = [p.similarity * _weight(ours, theirs, p) for p in pairs]
    shared = sum(gained)
    lost, missing = ours.rarity(alignment.left) / _SCALE, theirs.rarity(alignment.right) / _SCALE
    alike = [p.similarity for p in pairs]
    return [
        shared,
        max(gained, default=0.0),
        shared / (shared + lost + missing + 1e-9),
        shared / (shared + 2 * min(lost, missing) + 1e-9),
        min(lost, missing),
        max(lost, missing),
        min(alike, default=0.0),
        sum(alike) / len(alike) if alike else 0.0,
        ratio(ours.sounds, theirs.sounds) / 100,
    ]


def _signs(ours: Name, theirs: Name, alignment: Alignment) -> list[float]:
    """``crossed`` to ``clash``."""
    pairs, left, right = alignment.pairs, alignment.left, alignment.right
    order = [p.theirs[0] for p in sorted(pairs, key=lambda p: p.ours)]
    crossings = sum(1 for a, b in pairwise(order) if a > b)
    turned = crossings == 1 and _is_turned(order)
    roles = [(ours.tokens[p.ours[0]].role, theirs.tokens[p.theirs[0]].role) for p in pairs]
    return [
        0.0 if turned else float(min(crossings, 2)),
        float(turned),
        float(not crossings and _is_shifted(pairs, left, right)),
        float(sum(Role.INITIAL in both for both in roles)),
        float((Role.PATRONYMIC, Role.PATRONYMIC) in roles),
        float(_has_father(ours, left) and _has_father(theirs, right)),
        *_bands(ours, theirs, pairs),
        float(bool(left or right) and ours.syllabic and theirs.syllabic),
        *_by_family(ours, theirs, alignment),
        float(len(pairs) > 1 and not (left and right) and all(p.similarity >= _ALIKE for p in pairs)),
        float(bool(pairs and left and right) and all(_gain(ours, theirs, p) < _COMMON for p in pairs)),
    ]


def _bands(ours: Name, theirs: Name, pairs: Sequence[Pair]) -> list[float]:
    """The rarity of what agrees, by how exactly it does."""
    found = [0.0, 0.0, 0.0, 0.0]
    for p in pairs:
        band = 0 if p.similarity >= _EXACT else 1 if p.similarity >= _NEAR else 2 if p.similarity >= _FAIR else 3
        found[band] += _weight(ours, theirs, p)
    return found


def _shape(ours: Name, theirs: Name, alignment: Alignment) -> list[float]:
    found = [0.0] * (len(SHAPES) * len(COUNTS))
    if alignment.pairs:
        found[_SHAPED[_shape_of(ours, theirs, alignment)] + min(len(alignment.pairs), COUNTS[-1]) - 1] = 1.0
    return found


def _shape_of(ours: Name, theirs: Name, alignment: Alignment) -> str:
    left, right = alignment.left, alignment.right
    if left and right:
        if 0 in left and 0 in right:
            return "first-differs"
        return "last-differs" if ours.last in left and theirs.last in right else "middle-differs"
    if not left and not right:
        return "whole"
    longer, extra = (ours, left) if left else (theirs, right)
    if 0 in extra:
        return "first-extra"
    return "last-extra" if longer.last in extra else "middle-extra"


def _by_family(ours: Name, theirs: Name, alignment: Alignment) -> tuple[float, float, float]:
    """Whether marked family names agree, differ, and whether something beside them differs on both sides."""
    if not (ours.marked and theirs.marked):
        return 0.0, 0.0, 0.0
    same = any(
        p.similarity >= _ALIKE
        and any(ours.tokens[i].family for i in p.ours)
        and any(theirs.tokens[j].family for j in p.theirs)
        for p in alignment.pairs
    )
    given = any(not ours.tokens[i].family for i in alignment.left) and any(
        not theirs.tokens[j].family for j in alignment.right
    )
    return float(same), float(not same), float(same and given)


def _weight(ours: Name, theirs: Name, pair: Pair) -> float:
    return min(ours.rarity(pair.ours), theirs.rarity(pair.theirs)) / _SCALE


def _gain(ours: Name, theirs: Name, pair: Pair) -> float:
    return pair.similarity * _weight(ours, theirs, pair)


def _is_turned(order: Sequence[int]) -> bool:
    """The family name first on one side and last on the other, all else in order."""
    turns = order.index(min(order))
    return turns in (1, len(order) - 1) and [*order[turns:], *order[:turns]] == sorted(order)


def _is_shifted(pairs: Sequence[Pair], left: Sequence[int], right: Sequence[int]) -> bool:
    """A son against his father: what comes first on one side comes second on the other, in unchanged order."""
    if len(pairs) < 2:
        return False
    first = min(p.ours[0] for p in pairs), min(p.theirs[0] for p in pairs)
    return (first == (1, 0) and 0 in left) or (first == (0, 1) and 0 in right)


def _has_father(name: Name, places: Sequence[int]) -> bool:
    return any(name.tokens[p].role is Role.PATRONYMIC for p in places)
