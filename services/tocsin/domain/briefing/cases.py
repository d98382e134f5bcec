"""What a brief is counted from: cases, letters, visits and recommendations of a period, as far as they may be counted.

A claim counts if its own consent lets some mechanism be told of it, it is credible, and no embargo holds it back; and
of it count the coded facts (level 1) that its publisher did not withhold. A case without such a claim does not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tocsin.domain.briefing.weighing import Weighed, weigh
from tocsin.domain.claims import Claim
from tocsin.domain.following.acting import Action, is_visible_to
from tocsin.domain.routing.consent import Addressee
from tocsin.domain.routing.disclosure import Shown
from tocsin_schemas.vocabulary import ReplyQuality

NOBODY = ""
"""A mechanism that signed nothing: what it may see of an action, any that is told of the case may."""


@dataclass(frozen=True, slots=True)
class Period:
    """From a first day to a last, both included. It is whole quarters of a year.

    Periods that differ by days alone would tell, by subtraction, what happened on those days.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        """Raises ValueError if the period is not made of whole quarters."""
        after = date.fromordinal(self.last.toordinal() + 1)
        if self.last < self.first or any(day.day != 1 or day.month % 3 != 1 for day in (self.first, after)):
            raise ValueError("a period is made of whole quarters: from a first day of one to a last day of one")

    def months(self) -> list[date]:
        """The first day of each month."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        numbers = range(self.first.month - 1, self.first.month - 1 + count)
        return [date(self.first.year + n // 12, n % 12 + 1, 1) for n in numbers]

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case. claims: that stand in it. earlier: of other cases of the same person. actions: on it."""

    opened_on: date
    claims: Sequence[Claim]
    earlier: Sequence[Claim] = ()
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action, with the last day for a reply to it and the best reply that came."""

    action: Action
    reply_due: date | None = None
    reply: ReplyQuality | None = None


@dataclass(frozen=True, slots=True)
class RecommendationRow:
    """due_on: the last day to follow it, if there is one."""

    mechanism: str
    due_on: date | None
    is_followed: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts of a case. reporters: how many mechanisms reported it. follows_impunity: an earlier attack on the
    same person had led to nothing. acted: by mechanism, when it first acted.
    """

    opened_on: date
    facts: Sequence[Shown]
    reporters: int
    follows_impunity: bool
    acted: Sequence[tuple[date, str]] = field(default=())


def counted(row: CaseRow, mechanisms: Iterable[Addressee], now: datetime) -> Counted | None:
    """What counts of a case; None if nothing does. mechanisms: all that may be told of cases."""
    known = list(mechanisms)
    acted = sorted((a.on, a.mechanism) for a in row.actions if a.on and not a.is_plan and may_count(a, now))
    return counted_of(row.opened_on, weigh(row.claims, known, now), [weigh(row.earlier, known, now)], acted)


def counted_of(
    opened_on: date, weighed: Weighed, earlier: Iterable[Weighed], acted: Sequence[tuple[date, str]]
) -> Counted | None:
    """The same of a case that was weighed before. earlier: other cases of the same person."""
    if not weighed.facts:
        return None
    follows = any(weighed.follows(other) for other in earlier)
    return Counted(opened_on, weighed.facts, weighed.reporters, follows, acted)


def may_count(action: Action, now: datetime) -> bool:
    """Whether every mechanism that is told of the case may know of the action: no letter under embargo is counted."""
    return is_visible_to(action, NOBODY, now)
