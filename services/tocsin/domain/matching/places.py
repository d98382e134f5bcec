"""Places compared: one place, near, in one division, apart, or nobody can say.

Names are looked up in the gazetteer; what it does not know is compared as text. A place named by two reports in two
languages is one place; a name that is not in the gazetteer never proves that two places differ.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import JaroWinkler

from tocsin.domain.matching.gazetteer import Gazetteer as Gazetteer
from tocsin.domain.matching.gazetteer import distance_km
from tocsin.domain.matching.place_names import bare, folded, skeleton
from tocsin.domain.matching.profile import PlaceProfile

NEAR_KM = 40.0
"""A town and the places that people call by its name."""
COARSE_KM = 15.0
"""Positions in reports are rounded to about 10 km; closer they cannot tell places apart."""
ASTRAY_KM = 100.0
"""A place of that name which is farther from the report's own position is another one."""
ALIKE = 0.88
"""Jaro-Winkler similarity of two folded names that the gazetteer cannot decide on."""
_LETTER = re.compile("[a-z]+")
_CANDIDATES = 8
_CONSONANTS = 3


class PlaceAgreement(StrEnum):
    """From the most to the least that two places have in common; then what cannot be told, and what is not given."""

    SAME = "same"
    NEAR = "near"
    SAME_AREA = "same_area"
    APART = "apart"
    UNKNOWN = "unknown"
    MISSING = "missing"


_BEST = (
    PlaceAgreement.SAME,
    PlaceAgreement.NEAR,
    PlaceAgreement.SAME_AREA,
    PlaceAgreement.UNKNOWN,
    PlaceAgreement.APART,
    PlaceAgreement.MISSING,
)
"""What is preferred of several pairs: one that nobody can judge may be the one that agrees."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Located:
    """A place looked up. spellings: folded, the written one first. points: where it may be; areas: likewise."""

    known: frozenset[int]
    spellings: tuple[str, ...]
    points: tuple[Point, ...]
    areas: frozenset[str]
    area_named: str
    by_area: bool
    country: str
    named: bool

    @property
    def tells(self) -> bool:
        return self.named or bool(self.points) or bool(self.area_named)


def compare_places(gazetteer: Gazetteer, ours: PlaceProfile, theirs: PlaceProfile) -> PlaceAgreement:
    """How well two places agree; the same whichever comes first. MISSING if one of them says nothing but a country.

    A place without a country is first looked for in the other's.
    """
    a = _located(gazetteer, ours, ours.country or theirs.country)
    b = _located(gazetteer, theirs, theirs.country or ours.country)
    if not (a.tells and b.tells):
        return PlaceAgreement.MISSING
    if a.known & b.known or _alike(a, b):
        return PlaceAgreement.SAME
    return _by_position(a, b)


def best_agreement(
    gazetteer: Gazetteer, ours: Sequence[PlaceProfile], theirs: Sequence[PlaceProfile]
) -> PlaceAgreement:
    """The best that any place of one report and any of the other agree; MISSING if one report names none."""
    found = {compare_places(gazetteer, a, b) for a, b in product(ours, theirs)}
    return min(found, key=_BEST.index, default=PlaceAgreement.MISSING)


def resolve_place(gazetteer: Gazetteer, place: PlaceProfile, country: str = "") -> frozenset[int]:
    """The gazetteer's numbers of the places that may be meant, the report's area and position taken into account.

    country: where to look if the place does not say.
    """
    return _located(gazetteer, place, place.country or country).known


@lru_cache(maxsize=16_384)
def _located(gazetteer: Gazetteer, place: PlaceProfile, country: str) -> _Located:
    known = gazetteer.find(place.name, country) or (frozenset() if place.country else gazetteer.find(place.name))
    capital = min(gazetteer.find(place.area, country), default=None) if place.area else None
    division = None if capital is None else gazetteer.area(capital)
    own = None if place.latitude is None or place.longitude is None else (place.latitude, place.longitude)
    if capital is not None:
        known = frozenset(p for p in known if _belongs(gazetteer, p, capital))
    if own is not None:
        known = frozenset(p for p in known if distance_km(gazetteer.position(p), own) <= ASTRAY_KM)
    first = sorted(known)[:_CANDIDATES]
    areas = {gazetteer.area(p) for p in first} or ({division} if division is not None else set())
    return _Located(
        known=known,
        spellings=_spellings([place.name, *(gazetteer.name(p) for p in first[:2])]),
        points=(own,) if own is not None else tuple(gazetteer.position(p) for p in first),
        areas=frozenset(areas),
        area_named=bare(place.area),
        by_area=division is not None,
        country=place.country,
        named=bool(folded(place.name)),
    )


def _belongs(gazetteer: Gazetteer, place: int, capital: int) -> bool:
    """Whether a place may lie in the division that is called like its capital: Kyiv is not in the region of Kyiv."""
    return gazetteer.area(place) == gazetteer.area(capital) or gazetteer.distance_km(place, capital) <= ASTRAY_KM


def _spellings(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for name in names if (form := bare(name) or folded(name))))


def _alike(a: _Located, b: _Located) -> bool:
    """Whether two names are one by their letters, where the gazetteer does not know both."""
    if (a.known and b.known) or not (a.named and b.named) or (a.country and b.country and a.country != b.country):
        return False
    if (a.points and b.points and _distance(a, b) > ASTRAY_KM) or (a.by_area and b.by_area and not _one_area(a, b)):
        return False
    return any(_one_name(x, y) for x, y in product(a.spellings, b.spellings))


@lru_cache(maxsize=16_384)
def _one_name(x: str, y: str) -> bool:
    if _LETTER.sub("", x) != _LETTER.sub("", y):
        return False  # one camp, block or district of a series
    if x == y or JaroWinkler.similarity(x, y) >= ALIKE:
        return True
    bones = skeleton(x)
    return len(bones) >= _CONSONANTS and bones == skeleton(y)


def _by_position(a: _Located, b: _Located) -> PlaceAgreement:
    distance = _distance(a, b)
    if distance <= COARSE_KM and not (a.named and b.named):
        return PlaceAgreement.SAME
    if distance <= NEAR_KM:
        return PlaceAgreement.NEAR
    if _one_area(a, b):
        return PlaceAgreement.SAME_AREA
    if (a.points and b.points) or (a.by_area and b.by_area):
        return PlaceAgreement.APART
    return PlaceAgreement.UNKNOWN


def _one_area(a: _Located, b: _Located) -> bool:
    return bool(a.areas & b.areas) or bool(a.area_named and a.area_named == b.area_named)


def _distance(a: _Located, b: _Located) -> float:
    """The least distance of where they may be; infinite if one may be anywhere."""
    return min((distance_km(p, q) for p, q in product(a.points, b.points)), default=float("inf"))
