"""Calendars of Iran and Afghanistan, of Islam, Ethiopia and Thailand, converted to the Gregorian one and back.

Day numbers are those of ``date.toordinal``. Conversions are exact for the arithmetic calendars stated; every function
raises ValueError for a day that its calendar does not have or that falls outside the years 1800 to 2200.
"""

from datetime import date

from tocsin_schemas.dates import FIRST_YEAR, LAST_YEAR

CalendarDay = tuple[int, int, int]
"""Year, month, day."""

_SOLAR_EPOCH = date(622, 3, 21).toordinal()
"""Where the rule of 33 years puts it; at the equinox of 622 the year began a day later."""
_SOLAR_LATE = 1502
"""The one year of the period in which the equinox contradicts the rule of 33 years (and makes 1503 leap)."""
_LUNAR_EPOCH = date(622, 7, 19).toordinal()
_ETHIOPIC_EPOCH = date(8, 8, 27).toordinal()
_BUDDHIST_ERA = 543


def solar_hijri_to_gregorian(year: int, month: int, day: int) -> date:
    """The Iranian calendar, by which the year begins at the spring equinox in Tehran: 1 Farvardin 1404 = 2025-03-21.

    Leap years by the cycle of 33 years, which agrees with the official table for 1206–1498, and its correction of
    1502. Afghanistan's months begin on the same days.
    """
    if not (1 <= month <= 12 and 1 <= day <= _solar_month(year, month)):
        raise ValueError("no such day in the Solar Hijri calendar")
    return _gregorian(_solar_new_year(year) + 31 * (month - 1) - max(0, month - 7) + day - 1)


def gregorian_to_solar_hijri(day: date) -> CalendarDay:
    """The inverse of ``solar_hijri_to_gregorian``."""
    number = _within(day).toordinal()
    year = day.year - 621
    if number < _solar_new_year(year):
        year -= 1
    passed = number - _solar_new_year(year)
    if passed < 186:
        return year, passed // 31 + 1, passed % 31 + 1
    return year, (passed - 186) // 30 + 7, (passed - 186) % 30 + 1


def hijri_to_gregorian(year: int, month: int, day: int) -> date:
    """The Islamic calendar by the civil table (leap years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29 of 30; Friday epoch).

    Months in use begin when the moon is sighted, one or two days earlier or later, not the same everywhere: what is
    compared through this function never agrees better than WITHIN_3.
    """
    if not (1 <= month <= 12 and 1 <= day <= _lunar_month(year, month)):
        raise ValueError("no such day in the Hijri calendar")
    return _gregorian(_lunar_new_year(year) + (59 * (month - 1) + 1) // 2 + day - 1)


def gregorian_to_hijri(day: date) -> CalendarDay:
    """The inverse of ``hijri_to_gregorian``."""
    number = _within(day).toordinal()
    year = (30 * (number - _LUNAR_EPOCH) + 10_646) // 10_631
    passed = number - _lunar_new_year(year)
    month = min(12, 2 * passed // 59 + 1)
    return year, month, passed - (59 * (month - 1) + 1) // 2 + 1


def ethiopic_to_gregorian(year: int, month: int, day: int) -> date:
    """The Ethiopian calendar, era of mercy: twelve months of 30 days and a thirteenth of 5 or 6."""
    length = 30 if month < 13 else 6 if year % 4 == 3 else 5
    if not (1 <= month <= 13 and 1 <= day <= length):
        raise ValueError("no such day in the Ethiopian calendar")
    return _gregorian(_ethiopic_new_year(year) + 30 * (month - 1) + day - 1)


def gregorian_to_ethiopic(day: date) -> CalendarDay:
    """The inverse of ``ethiopic_to_gregorian``."""
    number = _within(day).toordinal()
    year = (4 * (number - _ETHIOPIC_EPOCH) + 1_463) // 1_461
    passed = number - _ethiopic_new_year(year)
    return year, passed // 30 + 1, passed % 30 + 1


def buddhist_to_gregorian(year: int, month: int, day: int) -> date:
    """The Thai calendar: Gregorian months and days, years since 543 BCE."""
    return _within(date(year - _BUDDHIST_ERA, month, day))


def gregorian(year: int, month: int, day: int) -> date:
    """A Gregorian day in the years 1800 to 2200."""
    return _within(date(year, month, day))


def _solar_new_year(year: int) -> int:
    return _SOLAR_EPOCH + 365 * (year - 1) + (8 * year + 21) // 33 - (year == _SOLAR_LATE + 1)


def _solar_month(year: int, month: int) -> int:
    if month < 12:
        return 31 if month < 7 else 30
    return _solar_new_year(year + 1) - _solar_new_year(year) - 336


def _lunar_new_year(year: int) -> int:
    return _LUNAR_EPOCH + 354 * (year - 1) + (11 * year + 3) // 30


def _lunar_month(year: int, month: int) -> int:
    if month < 12:
        return 30 - (month - 1) % 2
    return _lunar_new_year(year + 1) - _lunar_new_year(year) - 325


def _ethiopic_new_year(year: int) -> int:
    return _ETHIOPIC_EPOCH + 365 * (year - 1) + year // 4


def _gregorian(number: int) -> date:
    if not date(FIRST_YEAR, 1, 1).toordinal() <= number <= date(LAST_YEAR, 12, 31).toordinal():
        raise ValueError("the year is out of range")
    return date.fromordinal(number)


def _within(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("the year is out of range")
    return day
