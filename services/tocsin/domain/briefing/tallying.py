"""What a brief is composed of: how many cases, letters, visits and recommendations of a period fall where.

A case counts as ``weighing`` says; of actions, those that every mechanism which is told of the case may know: nothing
under embargo, and no quiet diplomacy.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.domain.following.acting import Action, is_visible_to
from tocsin_schemas.vocabulary import ReplyQuality

BANDS: Mapping[str, int] = {"days_2": 2, "days_7": 7, "days_30": 30}
"""How soon somebody acted: at most so many days after the case was opened."""
LATER = "days_more"
JOINT, ALONE = "joint", "alone"
AFTER_IMPUNITY, NOT_AFTER_IMPUNITY = "after_impunity", "not_after_impunity"
ANSWERS: Mapping[ReplyQuality, str] = {
    ReplyQuality.SUBSTANTIVE: "substantive",
    ReplyQuality.INCOMPLETE: "incomplete",
    ReplyQuality.REJECTS: "rejects",
}
"""Replies that are told apart, the best first."""
OVERDUE, AWAITED = "overdue", "awaited"
FOLLOWED, OPEN = "followed", "open"
_NOBODY = ""
"""A mechanism that signed nothing: what it may see of an action, any that is told of the case may."""


@dataclass(slots=True)
class Tallies:
    """Each by code. first_acts: by who acted first and how soon. reprisals: by kind, and whether an earlier attack on
    the same person had led to nothing. marks: by all the marks of a case. replies, visits: by mechanism, of each letter
    what came of it. unweighed: cases that are in none of it, for it is not known yet what of them counts.
    """

    months: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    reporters: Counter[str] = field(default_factory=Counter)
    first_acts: Counter[tuple[str, str]] = field(default_factory=Counter)
    reprisals: Counter[tuple[str, str]] = field(default_factory=Counter)
    marks: Counter[frozenset[str]] = field(default_factory=Counter)
    replies: Counter[tuple[str, str]] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    visits: Counter[str] = field(default_factory=Counter)
    recommendations: Counter[tuple[str, str]] = field(default_factory=Counter)
    unweighed: int = 0

    @property
    def cases(self) -> int:
        return self.states.total()

    @property
    def unacted(self) -> int:
        return self.cases - self.first_acts.total()


def counts(action: Action, now: datetime) -> bool:
    """Whether an action was taken, and every mechanism that is told of the case may know of it."""
    return not action.is_plan and is_visible_to(action, _NOBODY, now)


def what_came(reply: ReplyQuality | None, is_overdue: bool) -> str:
    """Of a letter. reply: the best there was. is_overdue: the last day for one is over."""
    if reply is not None and reply in ANSWERS:
        return ANSWERS[reply]
    return OVERDUE if is_overdue else AWAITED


def how_it_stands(is_followed: bool, is_overdue: bool) -> str:
    """Of a recommendation."""
    if is_followed:
        return FOLLOWED
    return OVERDUE if is_overdue else OPEN
