"""A text in which numbers are looked for, with what stands around each of them."""

import re
from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from tocsin.domain.matching.citations.issuers import Issuer, mentions_in
from tocsin.domain.matching.citations.typography import plain
from tocsin_schemas.vocabulary import ReferenceScheme

REACH = 150
"""How many characters away the name of an issuer may stand from the number that it explains."""
_LONGEST_MENTION = 60
_DETOUR = 40
"""By how many characters a mention after the number, or in another sentence, is further away."""


class Passage:
    """One text, plain and in capitals.

    scheme: the scheme that the sender named, if this is a field for a number; such a field explains itself.
    state: the State responsible, which completes a number that names none.
    """

    def __init__(self, text: str, scheme: ReferenceScheme | None = None, state: str | None = None) -> None:
        self.written = plain(text)
        self.text = self.written.upper()
        self.scheme = scheme
        self.state = state

    @cached_property
    def _mentions(self) -> list[tuple[int, int, Issuer]]:
        return mentions_in(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _, _ in self._mentions]

    def nearest(self, match: re.Match[str], *among: Issuer) -> Issuer | None:
        """Which of these issuers is named nearest to the number, within ``REACH``; None if none is.

        One that stands before the number, or in its sentence, counts as nearer.
        """
        start, end = match.span()
        first = bisect_left(self._starts, start - REACH - _LONGEST_MENTION)
        last = bisect_left(self._starts, end + REACH)
        near = [(self._distance(s, e, start, end), i) for s, e, i in self._mentions[first:last] if i in among]
        return min(near, key=lambda n: n[0])[1] if near else None

    def _distance(self, from_: int, to: int, start: int, end: int) -> int:
        left, right = (to, start) if to <= start else (end, from_)
        away = _DETOUR * (left == end) + _DETOUR * (". " in self.text[left:right])
        return right - left + away if right > left else 0

    def before(self, match: re.Match[str], length: int) -> str:
        return self.text[max(0, match.start() - length) : match.start()]

    def is_shouted(self, match: re.Match[str], group: str) -> bool:
        """Whether the sender wrote this part in capitals: ``AU`` is an abbreviation, ``au`` a French word."""
        return self.written[slice(*match.span(group))].isupper()


class Citation(NamedTuple):
    """A number as read. The fields are those of ``CaseNumber``."""

    scheme: ReferenceScheme
    key: str
    update: int | None = None
    identifies: bool = True


class Form(NamedTuple):
    """One way to write a number. ``read`` answers None if what looks like the number is something else."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], Passage], Citation | None]


NUMBER = r"(?:N(?:OS?|R[OS]?|UM(?:BERS?|EROS?)?)?[. ]{0,2}(?:O ?)?|# ?)?"
"""``No.``, ``n°``, ``n.º``, ``núm.``, ``#``, or nothing."""
YEAR = r"(?:19|20)[0-9]{2}"
ANY_YEAR = f"(?P<year>{YEAR}|[0-9]{{2}})"
START = r"(?<![A-Z0-9])"
END = r"(?![0-9A-Z]|[./-][0-9])"
_FIRST_YEAR, _LAST_YEAR = 1970, 2069


def form(pattern: str, read: Callable[[re.Match[str], Passage], Citation | None]) -> Form:
    """A form whose pattern starts and ends where a word and a number do."""
    return Form(re.compile(START + pattern + END), read)


def year_of(digits: str) -> int | None:
    """The year, of two or four digits; None outside 1970 to 2069, since none of these procedures is older."""
    year = int(digits) if len(digits) == 4 else 2000 + int(digits)
    if len(digits) == 2 and year > _LAST_YEAR:
        year -= 100
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None
