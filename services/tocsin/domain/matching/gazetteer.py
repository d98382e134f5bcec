"""The gazetteer: which places bear a name, and where they are."""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tocsin.domain.matching.place_names import bare, folded, key, native, parts

EARTH_KM = 6_371.0
_DEGREE = 100
"""Positions are stored in hundredths of a degree."""
_BARE, _NATIVE = "~", "="

_ALSO_UNDER = (
    ("CHN", ("HKG", "MAC", "TWN")),
    ("DNK", ("FRO", "GRL")),
    ("FRA", ("BLM", "GLP", "GUF", "MAF", "MTQ", "MYT", "NCL", "PYF", "REU", "SPM", "WLF")),
    ("GBR", ("AIA", "BMU", "CYM", "FLK", "GGY", "GIB", "IMN", "JEY", "MSR", "SHN", "TCA", "VGB")),
    ("IND", ("PAK",)),
    ("ISR", ("PSE", "SYR")),
    ("MAR", ("ESH",)),
    ("NLD", ("ABW", "BES", "CUW", "SXM")),
    ("RUS", ("GEO", "MDA", "UKR")),
    ("SDN", ("SSD",)),
    ("SRB", ("XKX",)),
    ("TUR", ("CYP",)),
    ("USA", ("ASM", "GUM", "MNP", "PRI", "VIR")),
)
"""Territories that reports name under either code: dependent, or under the control of another State than the one they
are listed under. Says nothing of whose they are."""


def _either_way() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for country, others in _ALSO_UNDER:
        found[country] = found.get(country, ()) + others
        for other in others:
            found[other] = (*found.get(other, ()), country)
    return found


_ALSO = _either_way()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Gazetteer:
    """Places, numbered by descending population, in columns; and the keys under which their names stand.

    hashes: ``place_names.key`` of each form, ascending, repeated for each place that bears it. places: whose form it
    is. area_of: index into ``areas`` (for example ``IRN.26``: ISO 3166-1 alpha-3, first-order division by GeoNames).
    latitudes, longitudes: hundredths of a degree. names: main names in UTF-8, one after another, from ``starts``.
    """

    hashes: "array[int]"
    places: "array[int]"
    area_of: "array[int]"
    latitudes: "array[int]"
    longitudes: "array[int]"
    areas: tuple[str, ...]
    starts: "array[int]"
    names: bytes

    def __len__(self) -> int:
        return len(self.area_of)

    def find(self, name: str, country: str | None = None) -> frozenset[int]:
        """The numbers of the places that bear ``name`` in ``country`` (alpha-3), or anywhere without one.

        The smallest number is the most populous. Empty if the name is not known there.
        """
        return _find(self, name, country or "")

    def name(self, place: int) -> str:
        return self.names[self.starts[place] : self.starts[place + 1]].decode()

    def area(self, place: int) -> str:
        """The first-order division, ``IRN.26``; equal only for places of one division."""
        return self.areas[self.area_of[place]]

    def country(self, place: int) -> str:
        return self.area(place)[:3]

    def position(self, place: int) -> tuple[float, float]:
        """Latitude and longitude in degrees, to about a kilometre."""
        return self.latitudes[place] / _DEGREE, self.longitudes[place] / _DEGREE

    def distance_km(self, a: int, b: int) -> float:
        return distance_km(self.position(a), self.position(b))

    def bearing(self, form: str) -> Iterator[int]:
        """The places whose form this is, in any country."""
        number = key(form)
        first = bisect_left(self.hashes, number)
        return iter(self.places[first : bisect_right(self.hashes, number, first)])


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two points (latitude, longitude in degrees), by the haversine formula."""
    south, north = math.radians(a[0]), math.radians(b[0])
    across = math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    h = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * across
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, h)))


def keyed_forms(name: str) -> tuple[set[str], str]:
    """The forms under which a name of a place is filed, and its native form, filed only where the others are shared.

    A form of one letter says too little; a name that has no longer one is filed in its own letters.
    """
    plain, short, own = folded(name), bare(name), _NATIVE + native(name)
    forms = {plain} if len(plain) > 1 else {own} if len(own) > 1 else set()
    if short != plain and len(short) > 2:
        forms.add(_BARE + short)
    return forms, own


@lru_cache(maxsize=16_384)
def _find(gazetteer: Gazetteer, name: str, country: str) -> frozenset[int]:
    for text in (name, *parts(name)):
        for forms in _tried(text, country):
            found = frozenset(place for form in forms for place in gazetteer.bearing(form))
            if found := _within(gazetteer, found, country):
                return found
    return frozenset()


def _tried(text: str, country: str) -> Iterator[tuple[str, ...]]:
    """The forms to look up, the surest first. Native forms are filed only where a country needs them."""
    plain = folded(text)
    if (country or len(plain) < 2) and (own := native(text)):
        yield (_NATIVE + own,)
    if len(plain) > 1:
        yield (plain,)
    if len(short := bare(text)) > 2:
        yield (short, _BARE + short)


def _within(gazetteer: Gazetteer, found: frozenset[int], country: str) -> frozenset[int]:
    """Those in the country; else those in a territory that reports name under it."""
    if not found or not country:
        return found
    own = frozenset(place for place in found if gazetteer.country(place) == country)
    others = _ALSO.get(country, ())
    return own or frozenset(place for place in found if gazetteer.country(place) in others)
