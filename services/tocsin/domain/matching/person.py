"""Do two victims described by two reports seem to be one person? Features, and what forbids saying so."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from tocsin.domain.matching.profile import PersonProfile
from tocsin.domain.names.model import NOTHING, NameModel, Names

FEATURES = (
    "unnamed", "name", "name-for", "name-sure", "birth-agrees", "birth-differs", "gender-differs",
    "nationality-agrees", "occupation-agrees", "organisation-agrees",
)  # fmt: skip
_CUT = 12.0
_SURE = 3.0
_YEARS = 1
_MOST_PAIRS = 400
_RARE = 5.0


@dataclass(frozen=True, slots=True)
class PersonPair:
    """Two victims, compared. features: in the order of ``FEATURES``. vetoes: codes."""

    names: Names
    features: tuple[float, ...]
    vetoes: tuple[str, ...]

    @property
    def corroborated(self) -> bool:
        """Something beside name and year of birth agrees that few people share."""
        return self.features[-1] > 0


def compare_persons(ours: PersonProfile, theirs: PersonProfile, model: NameModel) -> PersonPair:
    names = model.best(ours.names, theirs.names)
    birth = _birth(ours.born, theirs.born)
    gender = bool(ours.gender and theirs.gender and ours.gender != theirs.gender)
    bits = max(-_CUT, min(_CUT, names.bits))
    named = names is not NOTHING
    features = (
        float(not named),
        bits if named else 0.0,
        max(0.0, bits) if named else 0.0,
        max(0.0, bits - _SURE) if named else 0.0,
        float(birth == 1),
        float(birth == -1),
        float(gender),
        float(bool(set(ours.nationalities) & set(theirs.nationalities))),
        float(bool(set(ours.occupations) & set(theirs.occupations))),
        float(_organisations(ours, theirs)),
    )
    found = {
        "no-name": not named,
        "name-conflict": named and names.conflict,
        "birth-years": birth == -1,
        "gender": gender,
    }
    return PersonPair(names, features, tuple(code for code, holds in found.items() if holds))


def _birth(ours: tuple[int, int] | None, theirs: tuple[int, int] | None) -> int:
    """1 if the years agree within one, -1 if they cannot, 0 if one is unknown or too vague to say."""
    if ours is None or theirs is None:
        return 0
    if max(ours[0], theirs[0]) - min(ours[1], theirs[1]) > _YEARS:
        return -1
    return int(max(ours[1], theirs[1]) - min(ours[0], theirs[0]) <= 2 * _YEARS)


def _organisations(ours: PersonProfile, theirs: PersonProfile) -> bool:
    return bool(set(ours.organisations) & set(theirs.organisations))


def _name_bits(pair: PersonPair) -> float:
    return pair.names.bits


@dataclass(frozen=True, slots=True)
class Victims:
    """The victims of two reports, matched. best: the pair that agrees best. matched: how many pairs agree.

    subset: every victim of one side has a counterpart. overlap: some agree, and each side has others besides. thin: a
    counterpart's name is so unlike that it may be another's, a brother's or a sister's.
    """

    best: PersonPair
    matched: int
    subset: bool
    overlap: bool
    thin: bool


_Numbered = tuple[int, PersonProfile]


def _worth_comparing(
    ours: Sequence[PersonProfile], theirs: Sequence[PersonProfile], model: NameModel
) -> Iterator[tuple[_Numbered, _Numbered]]:
    """All pairs; of two long lists only those that share a sound, or else comparing them would take seconds."""
    everyone = product(enumerate(ours), enumerate(theirs))
    if len(ours) * len(theirs) <= _MOST_PAIRS:
        yield from everyone
        return
    sounds = {id(person): _skeletons(person, model) for person in (*ours, *theirs)}
    for left, right in everyone:
        if left[0] == right[0] == 0 or not sounds[id(left[1])].isdisjoint(sounds[id(right[1])]):
            yield left, right


def _skeletons(person: PersonProfile, model: NameModel) -> frozenset[str]:
    """Of the rarer words: on a common one, half of a long list would agree."""
    known = (model.name(name) for name in person.names)
    tokens = [t for name in known if name is not None for t in name.tokens if t.rarity >= _RARE]
    return frozenset(sound.skeleton for token in tokens for sound in token.sounds)


def _as_written(ours: PersonProfile, theirs: PersonProfile) -> tuple[str, ...]:
    """Decides between pairs that agree as well as each other: not the order in which somebody named the victims."""
    return tuple(sorted(repr(replace(person, names=tuple(sorted(person.names)))) for person in (ours, theirs)))


def match_victims(
    ours: Sequence[PersonProfile],
    theirs: Sequence[PersonProfile],
    model: NameModel,
    agrees: float,
    weigh: Callable[[PersonPair], float] = _name_bits,
) -> Victims | None:
    """Pair the victims of two reports, the best first; None if one side describes none.

    agrees: bits from which two names count as one victim's. weigh: of pairs that nothing forbids the better one, in
    bits.
    """
    several = len(ours) * len(theirs) > 1
    scored = [
        ((not pair.vetoes, weigh(pair), pair.names.rank), _as_written(a, b) if several else (), i, j, pair)
        for (i, a), (j, b) in _worth_comparing(ours, theirs, model)
        for pair in [compare_persons(a, b, model)]
    ]
    if not scored:
        return None
    scored.sort(key=lambda found: found[:2], reverse=True)
    left, right, matched = set(range(len(ours))), set(range(len(theirs))), list[PersonPair]()
    for _, _, i, j, pair in scored:
        if i in left and j in right and pair.names.bits >= agrees and not pair.vetoes:
            left.discard(i)
            right.discard(j)
            matched.append(pair)
    sure = sum(not pair.names.unlike for pair in matched)
    single = len(ours) == len(theirs) == 1
    subset = not left or not right
    overlap = bool(matched and left and right)
    return Victims(scored[0][-1], sure, subset or single, overlap, thin=sure < len(matched))
