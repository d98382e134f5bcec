"""Do two reports seem to tell of one event? Features, given that the person is the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tocsin.domain.matching.dates import DateLevel, compare_dates, date_level
from tocsin.domain.matching.gazetteer import Gazetteer
from tocsin.domain.matching.places import PlaceAgreement, best_agreement
from tocsin.domain.matching.profile import Profile

_DATES = tuple(f"date-{level.value.replace('_', '-')}" for level in DateLevel)
_PLACES = tuple(f"place-{level.value.replace('_', '-')}" for level in PlaceAgreement)
FEATURES = (
    *_DATES, *_PLACES, "violation-agrees", "violation-near", "authority-agrees", "co-victims", "words",
    "country-differs", "arrest-differs",
)  # fmt: skip
_FAMILIES = (
    {"arrest", "arbitrary_detention", "house_arrest", "incommunicado", "enforced_disappearance"},
    {"conviction", "unfair_trial", "judicial_harassment", "arrest", "arbitrary_detention"},
    {"torture", "ill_treatment", "denial_of_medical_care", "death_in_custody", "sexual_violence"},
    {"threat", "death_threat", "smear", "surveillance", "physical_attack"},
    {"closure_of_organisation", "denial_of_registration", "funding_restriction", "foreign_agent_law", "asset_freeze"},
    {"forced_eviction", "land_grabbing"},
)
"""Words that different mechanisms use for one act: an arrest is a detention, a detention in secret a disappearance."""
_TOGETHER = frozenset({DateLevel.EXACT, DateLevel.WITHIN_3, DateLevel.SAME_MONTH})
_DATE_AT = {level: place for place, level in enumerate(DateLevel)}
_PLACE_AT = {level: place for place, level in enumerate(PlaceAgreement, len(DateLevel))}
_FIRST_OTHER = len(DateLevel) + len(PlaceAgreement)
_ARREST = "arrest"
_APART = frozenset({DateLevel.WITHIN_120, DateLevel.FAR})
_MOST_WORDS = 12
_MOST_VICTIMS = 4


@dataclass(frozen=True, slots=True)
class EventPair:
    """Two events, compared. features: in the order of ``FEATURES``."""

    features: tuple[float, ...]
    dates: tuple[str, DateLevel]
    place: PlaceAgreement
    country_differs: bool
    words: tuple[str, ...]
    same_act: bool

    @property
    def dated(self) -> bool:
        """Whether the dates show one event: close together, or else one month apart with place and act the same.

        Without a date the same person may have been arrested again.
        """
        bound = self.same_act and self.place is PlaceAgreement.SAME
        return self.dates[1] in _TOGETHER or (self.dates[1] is DateLevel.WITHIN_31 and bound)


def compare_events(ours: Profile, theirs: Profile, gazetteer: Gazetteer, matched: int) -> EventPair:
    """matched: how many victims the reports share."""
    dates = compare_dates(ours.dates, theirs.dates)
    place = best_agreement(gazetteer, ours.places, theirs.places)
    country = bool(ours.countries and theirs.countries and not set(ours.countries) & set(theirs.countries))
    shared = sorted(set(ours.words) & set(theirs.words))
    same = bool(set(ours.violations) & set(theirs.violations))
    features = [0.0] * _FIRST_OTHER
    features[_DATE_AT[dates[1]]] = features[_PLACE_AT[place]] = 1.0
    features += [
        float(same),
        float(not same and _near(ours.violations, theirs.violations)),
        float(bool(_named(ours.authorities) & _named(theirs.authorities))),
        float(min(max(matched - 1, 0), _MOST_VICTIMS)),
        float(min(len(shared), _MOST_WORDS)),
        float(country),
        float(_arrests_differ(ours, theirs)),
    ]
    return EventPair(tuple(features), dates, place, country, tuple(shared), same)


def _arrests_differ(ours: Profile, theirs: Profile) -> bool:
    """Whether both tell when the person was arrested, and none of these days can be the same."""
    ours_on, theirs_on = ([date for role, date in side.dates if role == _ARREST] for side in (ours, theirs))
    levels = {date_level(a, b) for a in ours_on for b in theirs_on}
    return bool(levels) and levels <= _APART


def _near(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    return any(family.intersection(ours) and family.intersection(theirs) for family in _FAMILIES)


def _named(authorities: Iterable[tuple[str, str]]) -> set[str]:
    return {name for _, name in authorities if name}
