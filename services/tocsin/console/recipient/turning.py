"""Turning pages of what grows at its head, the newest first: a page begins at an instant, not at a number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

PATTERN = r"^(\d{1,16}-\d{1,4})?$"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)
_REACHES = [timedelta(days=days) for days in (4, 16, 64, 256)]


Span = tuple[datetime, datetime]
"""Since when, and until when without that itself."""


class Dated(Protocol):
    """at: by which it is ordered."""

    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page begins. passed: so many of the lines of that instant stand on the pages before."""

    at: datetime
    passed: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _INSTANT}-{self.passed}"


NEWEST = Mark(_LAST - _INSTANT, 0)


def begun(text: str) -> Mark:
    """As it stands in an address; text: of ``PATTERN``, and if it is empty the newest."""
    if not text:
        return NEWEST
    instants, passed = text.split("-")
    return Mark(_EPOCH + int(instants) * _INSTANT, int(passed))


def after(lines: Sequence[Dated], first: Mark) -> Mark:
    """Where the page after these lines begins; lines: those of the page that began at ``first``, at least one."""
    last = lines[-1].at
    shown = sum(line.at == last for line in lines)
    return Mark(last, shown + (first.passed if first.at == last else 0))


def spans(begun: Mark, now: datetime) -> Iterator[Span]:
    """From the newest on, ever longer, so that a page reads little."""
    until, reached = begun.at + _INSTANT, min(begun.at, now)
    for reach in _REACHES:
        reached -= reach
        yield reached, until
        until = reached
    yield _FIRST, until
