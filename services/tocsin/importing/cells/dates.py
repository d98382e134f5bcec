"""Dates as spreadsheets hold them, written as EDTF; nothing is guessed that a date does not tell by itself."""

import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache

from tocsin.importing.cells.months import MONTHS, OTHER_CALENDARS
from tocsin.importing.cells.words import fold
from tocsin.importing.faults import Unreadable
from tocsin_schemas.dates import FIRST_YEAR, LAST_YEAR, parse_edtf

Cell = str | date | datetime | int | float | bool | None
"""One cell: ``datetime`` where the workbook says that it is a date; a CSV has texts alone."""


class Order(StrEnum):
    """Which comes first in 03/04/2026."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


_EDTF = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}[~?%]?(/[0-9]{4}(-[0-9]{2}){0,2}[~?%]?)?")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/. -]([0-9]{1,2})[/. -]([0-9]{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4}|[0-9]{2})(?:[ T].*)?")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})[/. -]([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?")
_SEPARATED = re.compile(r"(.+?)\s*~\s*(.+)")
_TIME = re.compile(r"(?:^|[T ])([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\.[0-9]+)?\s*(Z|[+-][0-9]{2}:[0-9]{2})?$")
_EPOCHS = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
_FIRST_SERIAL = 61
"""1900 has a 29 February in Excel, which never was: days before March 1900 are not read."""


def edtf_of(cell: Cell, order: Order | None, excel_days: int | None) -> str:
    """The cell's date as EDTF: a day, a month, a year or an interval.

    order: told by the mapping; without it, 03/04/2026 is refused.
    excel_days: 1900 or 1904, if the mapping says that numbers are days of Excel.
    Raises Unreadable.
    """
    if isinstance(cell, datetime | date):
        return _checked(cell.year, cell.month, cell.day)
    if isinstance(cell, bool) or cell is None:
        raise Unreadable("date-unreadable")
    if isinstance(cell, int | float):
        return _number(cell, excel_days)
    text = _plain_digits(cell.strip())
    if (interval := _SEPARATED.fullmatch(text)) is not None:
        first, last = (_edtf_of_text(part, order, excel_days) for part in interval.groups())
        return _interval(first, last)
    return _edtf_of_text(text, order, excel_days)


def instant_of(cell: Cell, order: Order | None, excel_days: int | None, utc_offset: str) -> str:
    """The cell as RFC 3339; a day alone is its first moment. utc_offset: such as ``+01:00``, where the cell has none.

    Raises Unreadable, also if the day is not known.
    """
    day = day_of(cell, order, excel_days)
    if isinstance(cell, datetime):
        return f"{day}T{cell:%H:%M:%S}{utc_offset}"
    time = _TIME.search(_plain_digits(cell.strip())) if isinstance(cell, str) else None
    if time is None:
        return f"{day}T00:00:00{utc_offset}"
    hours, minutes, seconds, offset = time.groups()
    return f"{day}T{int(hours):02}:{minutes}:{seconds or '00'}{offset or utc_offset}"


def day_of(cell: Cell, order: Order | None, excel_days: int | None) -> str:
    """The cell as YYYY-MM-DD. Raises Unreadable, also if the day is not known."""
    written = edtf_of(cell, order, excel_days)
    if len(written) != len("2026-03-09"):
        raise Unreadable("date-day-needed")
    return written


def now_written(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _edtf_of_text(text: str, order: Order | None, excel_days: int | None) -> str:
    if _EDTF.fullmatch(text):
        return _as_written(text)
    for form, groups in ((_YEAR_FIRST, (0, 1, 2)), (_COMPACT, (0, 1, 2))):
        if (match := form.fullmatch(text)) is not None:
            return _checked(*(int(match.groups()[g]) for g in groups))
    if (match := _YEAR_LAST.fullmatch(text)) is not None:
        return _ordered(match[1], match[2], match[3], order)
    if (match := _MONTH_YEAR.fullmatch(text)) is not None:
        return _checked(int(match[2]), int(match[1]))
    if _SERIAL.fullmatch(text):
        return _number(float(text), excel_days)
    return _in_words(text)


def _as_written(text: str) -> str:
    _this_calendar(int(text[:4]))
    try:
        parse_edtf(text)
    except ValueError:
        raise Unreadable("date-impossible") from None
    return text


def _ordered(first: str, second: str, year: str, order: Order | None) -> str:
    if len(year) == 2:
        raise Unreadable("date-two-digit-year")
    _this_calendar(int(year))
    if order is None:
        raise Unreadable("date-order-untold")
    day, month = (first, second) if order is Order.DAY_FIRST else (second, first)
    return _checked(int(year), int(month), int(day))


def _in_words(text: str) -> str:
    """``3 mars 2026``, ``March 3, 2026``, ``3 de marzo de 2026``, ``март 2026 г.``, ``3 آذار 2026``."""
    words = fold(text).split()
    if any(word in OTHER_CALENDARS for word in words):
        raise Unreadable("date-other-calendar")
    numbers = [word for word in words if word.isdecimal()]
    months = {_months()[word] for word in words if word in _months()}
    years = [int(n) for n in numbers if len(n) == 4]
    days = [int(n) for n in (re.sub(r"(st|nd|rd|th|er)$", "", w) for w in words) if n.isdecimal() and len(n) <= 2]
    if len(months) != 1 or len(years) != 1 or len(days) > 1:
        raise Unreadable("date-two-digit-year" if months and not years and len(days) == 2 else "date-unreadable")
    return _checked(years[0], next(iter(months)), *days)


def _number(value: float, excel_days: int | None) -> str:
    if FIRST_YEAR <= value <= LAST_YEAR and value == int(value):
        return f"{int(value)}"
    if not _FIRST_SERIAL <= value < 150_000:
        raise Unreadable("date-unreadable")
    if excel_days is None:
        raise Unreadable("date-serial-untold")
    day = _EPOCHS[excel_days] + timedelta(days=int(value))
    return _checked(day.year, day.month, day.day)


def _checked(year: int, *rest: int) -> str:
    _this_calendar(year)
    written = "-".join((f"{year:04}", *(f"{part:02}" for part in rest)))
    try:
        parse_edtf(written)
    except ValueError:
        raise Unreadable("date-impossible") from None
    return written


def _interval(first: str, last: str) -> str:
    if first == last:
        return first
    try:
        parse_edtf(f"{first}/{last}")
    except ValueError:
        raise Unreadable("date-impossible") from None
    return f"{first}/{last}"


def _this_calendar(year: int) -> None:
    """Years of the Hijri (1447 in 2026), Solar Hijri (1405) and Buddhist (2569) calendars are told, not turned."""
    if 1200 <= year <= 1600 or 2400 <= year <= 2700:
        raise Unreadable("date-other-calendar")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable("date-out-of-range")


def _plain_digits(text: str) -> str:
    """Arabic-Indic and Persian digits as ASCII ones; other characters as they are."""
    return text if text.isascii() else "".join(str(int(c)) if c.isdecimal() else c for c in text)


@cache
def _months() -> dict[str, int]:
    return {fold(name): number for number, names in enumerate(MONTHS, 1) for name in names.split()}
