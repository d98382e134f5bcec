"""Dates with their precision: the subset of EDTF (ISO 8601-2, levels 0 and 1) that reports use."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

_EDTF = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%])?$")


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
    match = _EDTF.match(value)
    if match is None:
        raise ValueError("not an EDTF date")
    year, month, day, qualifier = match.groups()
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


EdtfDate = Annotated[str, StringConstraints(min_length=4, max_length=24), AfterValidator(_validate)]
"""An EDTF date: ``2026``, ``2026-03``, ``2026-03-09``, with ``~ ? %`` if uncertain, or an interval ``a/b``."""
