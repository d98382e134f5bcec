"""Finding in a text what must not stand in it, however it is spelled, wrapped or cut.

Both sides are folded to bare letters and digits, in words. A value is found as a row of words; a long one also as a
row of letters, wherever the words are cut. Of a long text, such as a narrative, any five words in a row are found.

**What does not count.** Our mails are made of words of our own: catalogues, labels, names of mandates and States. A
value that stands in them as it is (a place called like a State, a family name such as "May" or "Case") would stop
mails that tell nothing of anybody, so it does not count; neither does a single word of fewer than four letters, nor
digits that may be a date, nor five words in a row that are all our own. Whatever else a mail holds comes from the case.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

RUN = 5
"""Words in a row that show where a text comes from."""
_SHORT = 4
_LONG = 10
"""Letters of a value that is found though its words are cut or run together."""
_LONG_NUMBER = 7
_TAIL = 8
"""Digits of a longer number that say which it is: a telephone number has its country before it, or has not."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Scripts that put no space between words: each letter counts as one."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_NUMBER = re.compile(r"\d(?:[\s().+/-]{0,3}\d)+")


@cache
def _dropped() -> dict[int, None]:
    """Marks above and below letters, and characters that cannot be seen."""
    return dict.fromkeys(c for c in range(0x20000) if unicodedata.category(chr(c)) in {"Mn", "Cf"})


def folded(text: str) -> str:
    """Compatibility forms, case, marks and what cannot be seen make no difference."""
    whole = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return whole if whole.isascii() else whole.translate(_dropped())


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(_WORD.findall(folded(text)))


@dataclass(frozen=True, slots=True, repr=False)
class Own:
    """Words of our own, and how they follow one another."""

    words: frozenset[str]
    text: str

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Own":
        rows = [words_of(text) for text in texts]
        return cls(frozenset(word for row in rows for word in row), "|".join(map(_as_text, rows)))

    def __or__(self, other: "Own") -> "Own":
        return Own(self.words | other.words, f"{self.text}|{other.text}")

    def has(self, row: Sequence[str]) -> bool:
        return _as_text(row) in self.text


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """What is looked for, prepared once. rows: of words. runs: of words, from long texts. numbers: their digits.

    exact: folded, and compared as they stand, whatever our own words are.
    """

    rows: frozenset[tuple[str, ...]] = frozenset()
    runs: frozenset[tuple[str, ...]] = frozenset()
    numbers: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()

    @classmethod
    def of_all(cls, parts: Iterable["Wanted"]) -> "Wanted":
        """Everything that each looks for."""
        found = list(parts)
        return cls(*(frozenset[Any]().union(*(getattr(part, name) for part in found)) for name in cls.__slots__))


@dataclass(frozen=True, slots=True, repr=False)
class Searched:
    """A mail, or anything else, ready to be searched."""

    rows: Sequence[Sequence[str]]
    spaced: str
    joined: str
    raw: str
    numbers: frozenset[str]

    @classmethod
    def of(cls, texts: Collection[str]) -> "Searched":
        """texts: each is searched by itself; nothing is found across two of them."""
        raw = [folded(text) for text in texts]
        rows = [_WORD.findall(text) for text in raw]
        return cls(
            rows,
            "|".join(map(_as_text, rows)),
            "|".join(map("".join, rows)),
            "\n".join(raw),
            numbers_in("\n".join(raw)),
        )

    def holds(self, wanted: Wanted, own: Own) -> bool:
        """Whether anything of ``wanted`` is in it. own: what would stand in it in any case."""
        return (
            any(value in self.raw for value in wanted.exact)
            or any(number[-_TAIL:] in found for number in wanted.numbers for found in self.numbers)
            or any(self._has(row) and _counts(row, own) for row in wanted.rows)
            or any(run in wanted.runs and _tells(run, own) for row in self.rows for run in runs_of(row))
        )

    def _has(self, row: Sequence[str]) -> bool:
        letters = "".join(row)
        return _as_text(row) in self.spaced or (len(letters) >= _LONG and letters in self.joined)


def runs_of(row: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Every five words in a row."""
    return zip(*(row[start:] for start in range(RUN)), strict=False)


def numbers_in(text: str) -> frozenset[str]:
    """Digits of whatever may be a telephone number or the number of a document."""
    found = ("".join(filter(str.isdigit, match)) for match in _NUMBER.findall(text))
    return frozenset(digits for digits in found if len(digits) >= _LONG_NUMBER)


def _as_text(row: Sequence[str]) -> str:
    return f" {' '.join(row)} "


def _counts(row: Sequence[str], own: Own) -> bool:
    if own.has(row) or all(word.isdigit() for word in row):
        return False
    return len(row) > 1 or len(row[0]) >= _SHORT


def _tells(run: Sequence[str], own: Own) -> bool:
    return any(word not in own.words and not word.isdigit() for word in run)
