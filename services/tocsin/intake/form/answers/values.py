"""What an answer is in the report: from texts of a form to values of JSON. What cannot be read is for the check."""

import unicodedata
from datetime import date
from typing import Any

from tocsin.intake.form.questions import ABOUT, AGE, BOXES, Asked, Kind
from tocsin.store.publishing.drafts import Answers

MOST_LINES = 200
UNREADABLE = "unreadable"
"""In place of a date that is none: the report's own check refuses it at the right place."""


def value_of(asked: Asked, answers: Answers, today: date) -> Any:
    """None: nothing was said. today: what an age is counted from."""
    kind, typed = asked.question.kind, answers.get(asked.name, [])
    if kind is Kind.DATE:
        return _date(asked.name, answers, today)
    if asked.is_day:
        day = day_of(asked.name, answers)
        return None if day is None else day + _TIMES.get(kind, "")
    if kind is Kind.SEVERAL:
        return typed or None
    text = typed[0].strip() if typed else ""
    return _VALUES.get(kind, str)(text) if text else None


def day_of(name: str, answers: Answers) -> str | None:
    """A whole day, as ``2026-03-09``; None if all boxes are empty."""
    day, month, year = (_box(name, box, answers) for box in BOXES)
    if day and month and year:
        return "-".join((year.zfill(4), month.zfill(2), day.zfill(2)))
    return UNREADABLE if day or month or year else None


def boxes_of(name: str, day: date) -> Answers:
    """The answers that give this day."""
    return {f"{name}.{box}": [str(number)] for box, number in zip(BOXES, (day.day, day.month, day.year), strict=True)}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()][:MOST_LINES]


def _number(text: str) -> int | str:
    plain = _digits(text.replace(" ", "").replace("\u202f", "").replace("\u00a0", ""))
    return int(plain) if plain.isdecimal() and len(plain) <= 12 else text


def _date(name: str, answers: Answers, today: date) -> str | None:
    day, month, year, age = (_box(name, box, answers) for box in (*BOXES, AGE))
    mark = "~" if answers.get(f"{name}.{ABOUT}") else ""
    if not (year or month or day):
        return _born(age, today)
    parts = [year.zfill(4), *(part.zfill(2) for part in (month, day) if part)]
    is_whole = bool(year) and (bool(month) or not day) and all(part.isdecimal() for part in parts)
    return "-".join(parts) + mark if is_whole else UNREADABLE


def _born(age: str, today: date) -> str | None:
    """Somebody who is 42 was born in one of two years."""
    if not age:
        return None
    if not age.isdecimal() or len(age) > 3:
        return UNREADABLE
    return f"{today.year - int(age) - 1}/{today.year - int(age)}"


def _box(name: str, box: str, answers: Answers) -> str:
    return _digits(answers.get(f"{name}.{box}", [""])[0].strip())


def _digits(text: str) -> str:
    """Digits of whichever script as those of ASCII; anything else stays."""
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


_VALUES: dict[Kind, Any] = {
    Kind.TICK: lambda _: True,
    Kind.THREE: {"yes": True, "no": False}.get,
    Kind.LINES: _lines,
    Kind.NUMBER: _number,
}
_TIMES = {Kind.START: "T00:00:00Z", Kind.END: "T23:59:59Z"}
