"""What a question of the form is: where its answer stands in the report, and how it is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tocsin.store.publishing.drafts import Answers

COUNT = "#"
"""Ends the name under which a draft keeps how many there are of a part that may be repeated."""


class Kind(StrEnum):
    """How a question is asked, and how the answer is read (``reading``)."""

    LINE = "line"
    PROSE = "prose"
    LINES = "lines"
    """A list, one entry on each line."""
    NUMBER = "number"
    TICK = "tick"
    THREE = "three"
    """Yes, no, or nothing known."""
    ONE = "one"
    PICK = "pick"
    """One of a long list."""
    SEVERAL = "several"
    DATE = "date"
    """An EDTF date in three boxes, of which month and day may be left empty."""
    DAY = "day"
    """In three boxes, all of them."""
    START = "start"
    """A day that stands for the instant at which it begins (UTC)."""
    END = "end"
    """A day that stands for its last second (UTC)."""


BOXES = ("day", "month", "year")
ABOUT, AGE = "about", "age"
"""Beside the boxes of an EDTF date: it is not certain; and for a date of birth, the age in its place."""
_DAYS = frozenset({Kind.DATE, Kind.DAY, Kind.START, Kind.END})


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    at: where the answer stands in its part of the report, dotted. codes: of a closed list. words: where the words for
    the codes are (``words.choice``). rows: of a text. by_age: an age will do.
    """

    at: str
    kind: Kind = Kind.LINE
    codes: tuple[str, ...] = ()
    words: str = ""
    required: bool = False
    rows: int = 4
    by_age: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Questions under one heading.

    key: of the heading. at: where the part stands in the report; "" for the report itself. most: how often it may be
    repeated; 0: it stands once. folds: it may stay folded. parts: within it, all at the same place.
    """

    key: str
    questions: tuple[Question, ...] = ()
    at: str = ""
    most: int = 0
    folds: bool = False
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the form."""

    key: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands on the page. name: where its answer goes, with the numbers of what is repeated."""

    name: str
    question: Question

    @property
    def key(self) -> str:
        """Of its words: the name without numbers."""
        return ".".join(piece for piece in self.name.split(".") if not piece.isdigit())

    @property
    def is_day(self) -> bool:
        """Asked for in boxes."""
        return self.question.kind in _DAYS

    @property
    def is_further(self) -> bool:
        """Not the first of several that are asked for alike in one part."""
        return any(piece.isdigit() and piece != "0" for piece in self.question.at.split("."))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of its fields in HTML."""
        if not self.is_day:
            return (self.name,)
        more = (ABOUT,) * (self.question.kind is Kind.DATE) + (AGE,) * self.question.by_age
        return tuple(f"{self.name}.{box}" for box in (*BOXES, *more))

    @property
    def first(self) -> str:
        """The field to go to."""
        return self.inputs[0]


def place(part: Part, number: int) -> str:
    """Where the part stands, with its number if it is repeated."""
    return f"{part.at}.{number}" if part.most else part.at


def count(part: Part, answers: Answers) -> int:
    """How many there are of the part; at least one."""
    if not part.most:
        return 1
    kept = answers.get(part.at + COUNT, ["1"])[0]
    return max(1, min(int(kept) if kept.isdecimal() else 1, part.most))


def asked_in(part: Part, at: str) -> list[Asked]:
    """Its questions, and those of the parts within it."""
    own = [Asked(f"{at}.{question.at}" if at else question.at, question) for question in part.questions]
    return own + [asked for inner in part.parts for asked in asked_in(inner, at)]


def asked_on(step: Step, answers: Answers) -> Iterator[Asked]:
    """Every question of the page, in the order in which it is shown."""
    for part in step.parts:
        for number in range(count(part, answers)):
            yield from asked_in(part, place(part, number))
