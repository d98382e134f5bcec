"""Candidate keys: two reports can be compared only if they share one; and which candidates come first."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tocsin.domain.matching.name_keys import name_keys
from tocsin.domain.matching.place_names import folded
from tocsin.domain.matching.profile import Profile
from tocsin.domain.names.model import NameModel
from tocsin_schemas.dates import Precision, parse_edtf

CANDIDATES = 50
"""How many reports are compared with a new one."""
POSTINGS = 400
"""A key that more reports than this share is not followed; the pair keys stand in for it."""
_COMMONEST = 16.0
"""Bits: log2 of a store of 65,000 reports, from which the frequency of a key is counted down."""
_LEAST_GAIN = 1.0
_WORTH = 0.04
"""Of the best candidate's score: what shares less than this is another name that has a common word in it."""
_VICTIMS = 12
_WEEK = 7
_AT_PLACE = 0.8


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A value in clear: hash it before it leaves memory (``Identities.blocking_key``).

    kind: reference, place-week, or one of ``name_keys``. weight: how much sharing it says beside its rarity.
    """

    kind: str
    value: str
    weight: float = 1.0


def keys_of(profile: Profile, names: NameModel) -> list[Key]:
    """The keys of a report, sorted and without repeats."""
    found: dict[tuple[str, str], Key] = {}
    for key in _all(profile, names):
        known = found.setdefault((key.kind, key.value), key)
        if key.weight > known.weight:
            found[key.kind, key.value] = key
    return sorted(found.values())


def ranked(
    postings: Mapping[str, Iterable[str]], frequency: Mapping[str, int], weights: Mapping[str, float]
) -> list[str]:
    """The ids of the best candidates, best first, at most ``CANDIDATES``.

    postings: for each shared (hashed) key at most ``POSTINGS`` report ids. frequency: how many reports have the key.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for key, ids in postings.items():
        gain = weights[key] * max(_LEAST_GAIN, _COMMONEST - math.log2(1 + frequency[key]))
        for report_id in ids:
            scores[report_id] += gain
    best = sorted(scores, key=lambda r: (-scores[r], r))[:CANDIDATES]
    return [r for r in best if scores[r] >= _WORTH * scores[best[0]]]


def keys_of_place(name: str, first: date, last: date) -> list[Key]:
    """The keys of every report of an event at a place called ``name``, on a day that is known, in this time."""
    weeks = range(first.toordinal() // _WEEK, last.toordinal() // _WEEK + 1)
    return [Key("place-week", f"{folded(name)}:a{week}", _AT_PLACE) for week in weeks]


def _all(profile: Profile, names: NameModel) -> Iterator[Key]:
    for number in profile.references:
        yield Key("reference", f"{number.scheme}:{number.key}")
    yield from _place_weeks(profile)
    for victim in profile.persons[:_VICTIMS]:
        for name in victim.names:
            if (known := names.name(name)) is not None:
                yield from (Key(kind, value, weight) for kind, value, weight in name_keys(known))


def _place_weeks(profile: Profile) -> Iterator[Key]:
    """Place and week, the weeks in two staggered rows, so that days up to three apart share one."""
    for role, written in profile.dates:
        period = parse_edtf(written)
        if role != "event" or period.precision is not Precision.DAY:
            continue
        day = period.earliest.toordinal()
        weeks = (f"a{day // _WEEK}", f"b{(day + _WEEK // 2) // _WEEK}")
        for place in profile.places:
            for week in weeks:
                yield Key("place-week", f"{folded(place.name)}:{week}", _AT_PLACE)
