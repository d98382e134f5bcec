"""Dates of two reports compared, by role and with their precision; and the precise dates that a narrative tells."""

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from tocsin.domain.matching.date_mentions import dates_in as dates_in
from tocsin_schemas.dates import DateRange, Precision, parse_edtf

LONGEST_SPREAD = 200
"""Days. A longer uncertainty than this agrees with too much to be evidence."""
_MONTH = 31
_SEASON = 120


class DateLevel(StrEnum):
    """From the strongest agreement to the weakest, then what says nothing."""

    EXACT = "exact"
    WITHIN_3 = "within_3"
    SAME_MONTH = "same_month"
    WITHIN_31 = "within_31"
    SWAPPED = "swapped"
    SHIFTED = "shifted"
    WITHIN_120 = "within_120"
    FAR = "far"
    IMPRECISE = "imprecise"
    MISSING = "missing"


RoleDate = tuple[str, str]
"""A role (event, arrest, release …) and an EDTF date."""

_EVENT, _ARREST = "event", "arrest"
_ORDER = {level: n for n, level in enumerate(DateLevel)}
_SILENT = (DateLevel.IMPRECISE, DateLevel.MISSING)


@lru_cache(maxsize=16_384)
def date_level(a: str, b: str) -> DateLevel:
    """How well two EDTF dates agree; the same whichever comes first; MISSING if one is empty.

    Raises ValueError for a text that ``parse_edtf`` does not accept.
    """
    if not a or not b:
        return DateLevel.MISSING
    ours, theirs = _range(a), _range(b)
    if ours.precision is theirs.precision is Precision.DAY:
        return _of_days(ours, theirs)
    if ours.overlaps(theirs):
        return DateLevel.WITHIN_3 if _start_together(a, b) else _overlapping(ours, theirs)
    return _apart(ours, theirs)


def compare_dates(ours: Iterable[RoleDate], theirs: Iterable[RoleDate]) -> tuple[str, DateLevel]:
    """The best agreement of two dates of one role, and the role.

    The event decides; an arrest is the event of an arrest, so these two are compared with each other, and a pair of
    both goes by the name of arrest. Only where they say nothing do the other roles count. ("", MISSING) if no role is
    common. Raises ValueError as ``date_level`` does.
    """
    mine, yours = list(ours), list(theirs)
    found = [
        (date_level(a, b), _role_of(role, other))
        for role, a in mine
        for other, b in yours
        if role == other or {role, other} == {_EVENT, _ARREST}
    ]
    level, role = _best(pair for pair in found if pair[1] in (_EVENT, _ARREST))
    if level in _SILENT:
        level, role = _best([(level, role), *(pair for pair in found if pair[1] not in (_EVENT, _ARREST))])
    return role, level


def _role_of(role: str, other: str) -> str:
    return role if role == other else _ARREST


def _best(pairs: Iterable[tuple[DateLevel, str]]) -> tuple[DateLevel, str]:
    return min(pairs, key=lambda pair: (_ORDER[pair[0]], pair[1] != _EVENT, pair[1]), default=(DateLevel.MISSING, ""))


def _of_days(ours: DateRange, theirs: DateRange) -> DateLevel:
    a, b = ours.earliest, theirs.earliest
    gap = abs((a - b).days)
    if gap == 0:
        return DateLevel.WITHIN_3 if ours.uncertain or theirs.uncertain else DateLevel.EXACT
    if gap <= _MONTH:
        return DateLevel.WITHIN_3 if gap <= 3 else DateLevel.WITHIN_31
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return DateLevel.SWAPPED
    if (a.month, a.day) == (b.month, b.day) and abs(a.year - b.year) == 1:
        return DateLevel.SHIFTED
    return DateLevel.WITHIN_120 if gap <= _SEASON else DateLevel.FAR


def _start_together(a: str, b: str) -> bool:
    """Whether a period begins on the very day that the other date names, or begins with."""
    ours, theirs = (_range(text.partition("/")[0]) for text in (a, b))
    return ours.precision is theirs.precision is Precision.DAY and ours.earliest == theirs.earliest


def _overlapping(ours: DateRange, theirs: DateRange) -> DateLevel:
    """By the farthest that the two may still lie apart."""
    spread = _spread(ours, theirs)
    if spread <= _MONTH:
        return DateLevel.WITHIN_3 if spread <= 3 else DateLevel.SAME_MONTH
    return DateLevel.WITHIN_120 if spread <= LONGEST_SPREAD else DateLevel.IMPRECISE


def _apart(ours: DateRange, theirs: DateRange) -> DateLevel:
    """By their middles; of a year or a longer period, by the nearest that the two may lie."""
    if _spread(ours, theirs) > LONGEST_SPREAD:
        nearest = (max(ours.earliest, theirs.earliest) - min(ours.latest, theirs.latest)).days
        return DateLevel.WITHIN_120 if nearest <= _SEASON else DateLevel.FAR
    gap = abs(_middle(ours) - _middle(theirs))
    if gap <= _MONTH:
        return DateLevel.WITHIN_3 if gap <= 3 else DateLevel.WITHIN_31
    return DateLevel.WITHIN_120 if gap <= _SEASON else DateLevel.FAR


def _spread(ours: DateRange, theirs: DateRange) -> int:
    return (max(ours.latest, theirs.latest) - min(ours.earliest, theirs.earliest)).days


def _middle(period: DateRange) -> float:
    return (period.earliest.toordinal() + period.latest.toordinal()) / 2


_range = lru_cache(maxsize=4_096)(parse_edtf)
