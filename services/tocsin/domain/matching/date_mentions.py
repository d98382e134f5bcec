"""Precise dates in running text, in the scripts, languages and calendars that reports are written in.

A date that can be read in two ways gives both days. Nothing is guessed from a year alone, two digits of a year, or a
day without one. Time grows with the length of the text, whatever it holds.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from tocsin.domain.matching.calendars import (
    buddhist_to_gregorian,
    ethiopic_to_gregorian,
    gregorian,
    hijri_to_gregorian,
    solar_hijri_to_gregorian,
)
from tocsin.domain.matching.date_words import Calendar, Month, is_idle, months_named, tells_year_first

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_SPACE = r"[ \t\u00a0\u202f]?"
_DIVIDER = rf"{_SPACE}[-/.–‑]{_SPACE}"
_YEAR_MONTH_DAY = re.compile(
    rf"(?<![0-9])([0-9]{{4}})(?:{_DIVIDER}|{_SPACE}[年년]{_SPACE})"
    rf"([0-9]{{1,2}})(?:{_DIVIDER}|{_SPACE}[月월]{_SPACE})([0-9]{{1,2}})(?![0-9])"
)
_DAY_MONTH_YEAR = re.compile(
    rf"(?<![0-9])([0-9]{{1,2}})(?:{_DIVIDER})([0-9]{{1,2}})(?:{_DIVIDER})([0-9]{{4}})(?![0-9])"
)
_VIETNAMESE = re.compile(r"(?<![0-9])([0-9]{1,2}) tháng ([0-9]{1,2}) năm ([0-9]{4})(?![0-9])")
_DAY_WORD_YEAR = re.compile(r"(?<![0-9])([0-9]{1,2})([^0-9]{1,40})([0-9]{4})(?![0-9])")
_YEAR_WORD_DAY = re.compile(r"(?<![0-9])([0-9]{4})([^0-9]{1,40})([0-9]{1,2})(?![0-9])")
_HAN_DATE = re.compile(
    "([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号號]"
)
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_BEFORE = 32
_WORDS_OF_A_MONTH = 4
_LAST_GREGORIAN = 2_200
_LAST_SOLAR = 1_420
"""A year of four digits before the Gregorian ones is Solar Hijri up to this (2042), Hijri after it (since 2000)."""
_SPACES = re.compile(r"\s+")


def dates_in(text: str) -> frozenset[date]:
    """The days from 1800 to 2200 that ``text`` names with day, month and year.

    Digits of every script; ISO 8601; day, month and year in figures in any order that people write (where day and month
    can be exchanged, both days); months by name in many languages; Solar Hijri, Hijri, Ethiopian and Thai years.
    A day from the Hijri calendar may be off by one or two: see ``hijri_to_gregorian``.
    """
    plain = _FOREIGN_DIGIT.sub(lambda digit: str(int(digit[0])), _INVISIBLE.sub("", text))
    plain = _HAN_DATE.sub(lambda found: "-".join(map(_of_han, found.groups())), plain)
    return frozenset([*_in_figures(plain), *_in_words(plain)])


def _in_figures(text: str) -> Iterator[date]:
    for found in _YEAR_MONTH_DAY.finditer(text):
        year, month, day = map(int, found.groups())
        yield from _day(_calendar_of(year), year, month, day)
    for found in _DAY_MONTH_YEAR.finditer(text):
        day, month, year = map(int, found.groups())
        for first, second in {(day, month), (month, day)}:
            yield from _day(_calendar_of(year), year, second, first)
    for found in _VIETNAMESE.finditer(text):
        day, month, year = map(int, found.groups())
        yield from _day(Calendar.GREGORIAN, year, month, day)


def _in_words(text: str) -> Iterator[date]:
    for found in _DAY_WORD_YEAR.finditer(text):
        months = months_named(found[2])
        if not months and is_idle(found[2]):
            months = _month_before(text, found.start())
        yield from _days(months, int(found[3]), int(found[1]))
    for found in _YEAR_WORD_DAY.finditer(text):
        months = months_named(found[2])
        if not months and tells_year_first(found[2]):
            months = _month_after(text, found.end())
        yield from _days(months, int(found[1]), int(found[3]))


def _of_han(number: str) -> str:
    """二〇二六 is 2026, 十 is 10, 二十三 is 23."""
    if "十" not in number:
        return number.translate(_HAN_DIGITS)
    tens, _, units = number.partition("十")
    return f"{tens or '一'}{units or '〇'}".translate(_HAN_DIGITS)


def _month_before(text: str, end: int) -> tuple[Month, ...]:
    """The month that stands just before: in "on Dhu al-Hijjah 9" the longest run of last words that is one."""
    words = re.split(r"[\s,]+", text[max(0, end - _BEFORE) : end].rstrip())
    for count in range(_WORDS_OF_A_MONTH, 0, -1):
        if found := months_named(" ".join(words[-count:])):
            return found
    return ()


def _month_after(text: str, start: int) -> tuple[Month, ...]:
    words = _SPACES.split(text[start : start + _BEFORE].lstrip(" -"))
    return months_named(words[0].rstrip(".,;:"))


def _calendar_of(year: int) -> Calendar:
    """Which calendar a year in figures belongs to; see ``_LAST_SOLAR``."""
    if year > _LAST_SOLAR:
        return Calendar.HIJRI if year < 1_600 else Calendar.GREGORIAN
    return Calendar.SOLAR_HIJRI


def _days(months: tuple[Month, ...], year: int, day: int) -> Iterator[date]:
    for calendar, month in months:
        yield from _day(calendar, year, month, day)


def _day(calendar: Calendar, year: int, month: int, day: int) -> Iterator[date]:
    convert = _CONVERSIONS[calendar]
    if calendar is Calendar.GREGORIAN and year > _LAST_GREGORIAN:
        convert = buddhist_to_gregorian
    with suppress(ValueError):
        yield convert(year, month, day)


_CONVERSIONS = {
    Calendar.GREGORIAN: gregorian,
    Calendar.SOLAR_HIJRI: solar_hijri_to_gregorian,
    Calendar.HIJRI: hijri_to_gregorian,
    Calendar.ETHIOPIC: ethiopic_to_gregorian,
}
