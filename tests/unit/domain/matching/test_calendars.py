"""Calendars convert exactly both ways, agree with days that are known, and refuse days that do not exist."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.matching.calendars import (
    buddhist_to_gregorian,
    ethiopic_to_gregorian,
    gregorian,
    gregorian_to_ethiopic,
    gregorian_to_hijri,
    gregorian_to_solar_hijri,
    hijri_to_gregorian,
    solar_hijri_to_gregorian,
)

DAYS = st.dates(date(1800, 1, 1), date(2200, 12, 31))
BOTH_WAYS = [
    (gregorian_to_solar_hijri, solar_hijri_to_gregorian),
    (gregorian_to_hijri, hijri_to_gregorian),
    (gregorian_to_ethiopic, ethiopic_to_gregorian),
]
SOLAR_HIJRI = [
    ("the spring equinox of 2025", (1404, 1, 1), date(2025, 3, 21)),
    ("the equinox after a leap year", (1403, 12, 30), date(2025, 3, 20)),
    ("the equinox of 2024", (1403, 1, 1), date(2024, 3, 20)),
    ("a day in Esfand", (1404, 12, 18), date(2026, 3, 9)),
    ("the last day of a month of 31", (1384, 6, 31), date(2005, 9, 22)),
    ("the first day of a month of 30", (1384, 7, 1), date(2005, 9, 23)),
    ("the day of the epoch of computers", (1348, 10, 11), date(1970, 1, 1)),
    ("when Iran adopted the calendar", (1304, 1, 11), date(1925, 3, 31)),
    ("the correction of 1502", (1503, 12, 30), date(2125, 3, 20)),
]
HIJRI = [
    ("new year 1447", (1447, 1, 1), date(2025, 6, 27)),
    ("new year 1400", (1400, 1, 1), date(1979, 11, 21)),
    ("the first of Ramadan 1446", (1446, 9, 1), date(2025, 3, 1)),
    ("the last day of a leap year", (1445, 12, 30), date(2024, 7, 7)),
]
ETHIOPIC = [
    ("new year 2017", (2017, 1, 1), date(2024, 9, 11)),
    ("new year after a leap year", (2016, 1, 1), date(2023, 9, 12)),
    ("the sixth day of Pagume", (2015, 13, 6), date(2023, 9, 11)),
]
IMPOSSIBLE = [
    (solar_hijri_to_gregorian, (1404, 12, 30), "no leap year"),
    (solar_hijri_to_gregorian, (1502, 12, 30), "leap by the rule, not by the equinox"),
    (solar_hijri_to_gregorian, (1404, 7, 31), "Mehr has thirty days"),
    (solar_hijri_to_gregorian, (1404, 13, 1), "a thirteenth month"),
    (solar_hijri_to_gregorian, (1404, 0, 1), "month zero"),
    (solar_hijri_to_gregorian, (1404, 1, 0), "day zero"),
    (solar_hijri_to_gregorian, (1170, 1, 1), "before 1800"),
    (hijri_to_gregorian, (1447, 2, 30), "Safar has twenty-nine days"),
    (hijri_to_gregorian, (1446, 12, 30), "no leap year"),
    (hijri_to_gregorian, (1700, 1, 1), "after 2200"),
    (ethiopic_to_gregorian, (2017, 13, 6), "no leap year"),
    (ethiopic_to_gregorian, (2017, 14, 1), "a fourteenth month"),
    (gregorian, (2026, 2, 29), "no leap year"),
    (gregorian, (1799, 12, 31), "before 1800"),
    (buddhist_to_gregorian, (2569, 2, 29), "2026 is no leap year"),
]


@pytest.mark.parametrize(("there", "back"), BOTH_WAYS, ids=["solar", "hijri", "ethiopic"])
@given(day=DAYS)
def test_every_day_there_and_back_is_itself(there, back, day) -> None:
    assert back(*there(day)) == day


@pytest.mark.parametrize(("there", "back"), BOTH_WAYS, ids=["solar", "hijri", "ethiopic"])
@given(day=DAYS.filter(lambda d: d < date(2200, 12, 31)))
def test_the_day_after_is_the_next_of_its_month_or_begins_one(there, back, day) -> None:
    year, month, number = there(day)
    following = there(day + timedelta(days=1))
    assert following == (year, month, number + 1) or following[2] == 1


@pytest.mark.parametrize(("what", "day", "expected"), SOLAR_HIJRI, ids=[c[0] for c in SOLAR_HIJRI])
def test_solar_hijri_days_that_are_known(what, day, expected) -> None:
    assert solar_hijri_to_gregorian(*day) == expected


@pytest.mark.parametrize(("what", "day", "expected"), HIJRI, ids=[c[0] for c in HIJRI])
def test_hijri_days_of_the_civil_table(what, day, expected) -> None:
    assert hijri_to_gregorian(*day) == expected


@pytest.mark.parametrize(("what", "day", "expected"), ETHIOPIC, ids=[c[0] for c in ETHIOPIC])
def test_ethiopian_days_that_are_known(what, day, expected) -> None:
    assert ethiopic_to_gregorian(*day) == expected


def test_thai_years_are_gregorian_ones_plus_543() -> None:
    assert buddhist_to_gregorian(2569, 3, 9) == date(2026, 3, 9)


@pytest.mark.parametrize(("convert", "day", "why"), IMPOSSIBLE, ids=[f"{c[1]}-{c[2]}" for c in IMPOSSIBLE])
def test_a_day_that_does_not_exist_is_refused(convert, day, why) -> None:
    with pytest.raises(ValueError, match=r"day|range|month"):
        convert(*day)
