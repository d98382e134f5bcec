"""Which words of one name stand for which words of the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.phones import skeleton
from tocsin.domain.names.roles import Role
from tocsin.domain.names.scripts import Script
from tocsin.domain.names.similarity import SYLLABIC, similarity, sound_similarity
from tocsin.domain.names.tokens import Sound, Token

LEAST = 0.45
_LEAST_JOINED = 0.58
_GAIN = 0.05
_MOST_BROKEN = 1.3
_WIDTHS = (3, 2)


@dataclass(frozen=True, slots=True)
class Pair:
    """Words that stand for each other; more than one on a side if they were written together on the other."""

    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    similarity: float

    def swapped(self) -> "Pair":
        return Pair(self.theirs, self.ours, self.similarity)


@dataclass(frozen=True, slots=True)
class Alignment:
    """left, right: places of the words that nothing explains."""

    pairs: tuple[Pair, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]


def align(ours: Sequence[Token], theirs: Sequence[Token], lexicon: Lexicon) -> Alignment:
    """The best pairs first, each word once; then words written together on one side."""
    scored = []
    for i, a in enumerate(ours):
        for j, b in enumerate(theirs):
            found = similarity(a, b, lexicon)
            if found >= LEAST:
                scored.append((-found, abs(i - j), i, j))
    scored.sort()
    left, right = set(range(len(ours))), set(range(len(theirs)))
    pairs: list[Pair] = []
    for score, _, i, j in scored:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            pairs.append(Pair((i,), (j,), -score))
    if left and len(ours) > 1:
        pairs = _join(ours, theirs, pairs, left, right, lexicon)
    if right and len(theirs) > 1:
        pairs = [p.swapped() for p in _join(theirs, ours, [p.swapped() for p in pairs], right, left, lexicon)]
    return Alignment(tuple(pairs), tuple(sorted(left)), tuple(sorted(right)))


def _join(
    many: Sequence[Token],
    one: Sequence[Token],
    pairs: list[Pair],
    left: set[int],
    right: set[int],
    lexicon: Lexicon,
) -> list[Pair]:
    """Two or three words of ``many``, not all explained, that are one word of ``one``."""
    taken = {place: p.similarity for p in pairs for place in p.theirs}
    wanting = [(place, whole) for place, whole in enumerate(one) if taken.get(place, 0.0) < 1.0 - _GAIN]
    lengths = {number for _, whole in wanting for number in whole.lengths}
    if not lengths:
        return pairs
    bones = [len(t.sounds[0].skeleton) for t in many]
    for width in _WIDTHS:
        for start in range(len(many) - width + 1):
            run = tuple(range(start, start + width))
            if left.isdisjoint(run):
                continue
            if sum(bones[start : start + width]) not in lengths and many[start].script not in SYLLABIC:
                continue
            tokens = [many[p] for p in run]
            joined = _run_together(tokens)
            for place, whole in wanting:
                if len(joined.skeleton) not in whole.lengths or _is_torn(tokens, whole):
                    continue
                found = _joined(joined, tokens[0].script, whole, lexicon)
                broken = [p for p in pairs if place in p.theirs or not _is_apart(p, run)]
                if found >= _LEAST_JOINED and _is_worth(found, broken):
                    pairs = [p for p in pairs if p not in broken]
                    left.update(i for p in broken for i in p.ours)
                    right.update(j for p in broken for j in p.theirs)
                    left.difference_update(run)
                    right.discard(place)
                    pairs.append(Pair(run, (place,), found))
                    break
    return pairs


def _run_together(run: Sequence[Token]) -> Sound:
    phones = "".join([t.sounds[0].phones for t in run])
    if run[0].script in SYLLABIC:
        return Sound(phones, skeleton(phones))
    return Sound(phones, "".join([t.sounds[0].skeleton for t in run]))


def _is_torn(run: Sequence[Token], whole: Token) -> bool:
    """Arkady Yurievich is not another's father's name Arkadyevich; Abdul Barievich may be written as one."""
    return run[0].role is not Role.SERVANT and any(t.role is Role.PATRONYMIC for t in (*run, whole))


def _is_apart(pair: Pair, run: tuple[int, ...]) -> bool:
    return not any(i in run for i in pair.ours)


def _is_worth(found: float, broken: Sequence[Pair]) -> bool:
    """Whether the word run together explains more than the pairs that it takes apart."""
    if any(p.similarity >= found - _GAIN for p in broken):
        return False
    return sum(p.similarity for p in broken) <= _MOST_BROKEN


def _joined(spelt: Sound, script: Script, whole: Token, lexicon: Lexicon) -> float:
    return max(sound_similarity(spelt, s, script, whole.script, lexicon) for s in whole.sounds)
