"""The words of mails: ``phrases/<language>.toml``. A language that is not there yet falls back to English."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from tocsin_schemas.dates import DateRange, Precision, parse_edtf

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's words, and how it writes dates. Times are UTC and say so."""

    words: dict[str, Any]

    def __getitem__(self, section: str) -> Any:
        return self.words[section]

    def day(self, day: date) -> str:
        number = self.words["first_day"] if day.day == 1 else str(day.day)
        return f"{number} {self.words['months'][day.month - 1]} {day.year}"

    def instant(self, at: datetime) -> str:
        utc = at.astimezone(UTC)
        return str(self.words["instant"].format(date=self.day(utc.date()), time=utc.strftime("%H:%M")))

    def edtf(self, value: str) -> str:
        """An EDTF date in words, with its precision and its uncertainty."""
        if "/" in value:
            start, _, end = value.partition("/")
            return str(self.words["interval"].format(start=self.edtf(start), end=self.edtf(end)))
        known = parse_edtf(value)
        if known.precision is Precision.DAY:
            text = self.day(known.earliest)
        elif known.precision is Precision.MONTH:
            text = f"{self.words['months'][known.earliest.month - 1]} {known.earliest.year}"
        else:
            text = str(known.earliest.year)
        return str(self.words["approximately"].format(date=text)) if known.uncertain else text

    def dates(self, values: Sequence[str]) -> str:
        """Several EDTF dates of one event; one that only repeats another less precisely is left out. None: empty."""
        if not values:
            return ""
        ranges = {value: parse_edtf(value) for value in values}
        kept = [v for v in ranges if not any(_narrower(other, ranges[v]) for other in ranges.values())]
        text = self.edtf(kept[0])
        for value in kept[1:]:
            text = str(self.words["list"].format(first=text, rest=self.edtf(value)))
        return text


def _narrower(one: DateRange, other: DateRange) -> bool:
    within = other.earliest <= one.earliest and one.latest <= other.latest
    return within and (one.latest - one.earliest) < (other.latest - other.earliest)


@cache
def phrases(language: str) -> Phrases:
    """The phrases of ``language``, or English."""
    folder = files("tocsin.mailer") / "phrases"
    found = folder / f"{language}.toml"
    if not (language.isalpha() and found.is_file()):
        found = folder / f"{FALLBACK}.toml"
    return Phrases(tomllib.loads(found.read_text(encoding="utf-8")))
