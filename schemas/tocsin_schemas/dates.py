"""Dates: the subset of EDTF (ISO 8601-2, levels 0 and 1) that reports use, exact days, and instants.

Years are bounded, so that no arithmetic on an accepted date leaves the calendar.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from tocsin_schemas.hints import Hint

FIRST_YEAR = 1800
LAST_YEAR = 2200
_EDTF = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?%])?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


class Precision(StrEnum):
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days that an EDTF date may mean: ``earliest`` to ``latest``, both included."""

    earliest: date
    latest: date
    precision: Precision
    uncertain: bool

    def overlaps(self, other: "DateRange") -> bool:
        return self.earliest <= other.latest and other.earliest <= self.latest


def parse_edtf(value: str) -> DateRange:
    """Read an EDTF date such as ``2026``, ``2026-03~``, ``2026-03-09`` or ``2026-03-09/2026-03-11``.

    Raises ValueError if the text is outside the accepted subset or names no day of the calendar.
    """
    if "/" in value:
        start, _, end = value.partition("/")
        first, last = _single(start), _single(end)
        if last.latest < first.earliest:
            raise ValueError("the interval ends before it begins")
        return DateRange(first.earliest, last.latest, Precision.INTERVAL, first.uncertain or last.uncertain)
    return _single(value)


def _single(value: str) -> DateRange:
    match = _EDTF.fullmatch(value)
    if match is None:
        raise ValueError("not an EDTF date")
    year, month, day, qualifier = match.groups()
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError("the year is out of range")
    if day is not None:
        only = date(int(year), int(month), int(day))
        return DateRange(only, only, Precision.DAY, qualifier is not None)
    if month is not None:
        last_day = calendar.monthrange(int(year), int(month))[1]
        return DateRange(
            date(int(year), int(month), 1),
            date(int(year), int(month), last_day),
            Precision.MONTH,
            qualifier is not None,
        )
    return DateRange(date(int(year), 1, 1), date(int(year), 12, 31), Precision.YEAR, qualifier is not None)


def _validate(value: str) -> str:
    try:
        parse_edtf(value)
    except ValueError as error:
        raise PydanticCustomError(
            "date_edtf", "write the date as EDTF: 2026, 2026-03, 2026-03-09, 2026-03-09~ or an interval a/b"
        ) from error
    return value


_SINGLE_PATTERN = "[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?[~?%]?"

EdtfDate = Annotated[
    str,
    StringConstraints(min_length=4, max_length=24),
    AfterValidator(_validate),
    Hint(
        pattern=f"^{_SINGLE_PATTERN}(/{_SINGLE_PATTERN})?$",
        description="An EDTF date: 2026, 2026-03, 2026-03-09, with ~ ? % if uncertain, or an interval a/b.",
    ),
]
"""An EDTF date: ``2026``, ``2026-03``, ``2026-03-09``, with ``~ ? %`` if uncertain, or an interval ``a/b``."""


def _check_day(value: Any) -> Any:
    if isinstance(value, int | float) or (isinstance(value, str) and not _DAY.fullmatch(value)):
        raise PydanticCustomError("date_invalid", "write the day as YYYY-MM-DD")
    return value


def _check_instant(value: Any) -> Any:
    if isinstance(value, int | float) or (isinstance(value, str) and not _INSTANT.fullmatch(value)):
        raise PydanticCustomError(
            "datetime_invalid", "write the time as RFC 3339 with an offset, for example 2026-03-09T14:00:00Z"
        )
    return value


def _bounded(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PydanticCustomError("date_out_of_range", "the year is out of range: 1800 to 2200")
    return value


def _bounded_instant(value: datetime) -> datetime:
    _bounded(value)
    return value


Day = Annotated[date, Field(strict=False), BeforeValidator(_check_day), AfterValidator(_bounded)]
"""One day, ``2026-03-09``."""

Instant = Annotated[
    AwareDatetime, Field(strict=False), BeforeValidator(_check_instant), AfterValidator(_bounded_instant)
]
"""A point in time with its offset (RFC 3339)."""
