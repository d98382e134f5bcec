"""The tallies of a brief, made of rows one by one: an independent statement of what the store counts at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tocsin.domain.briefing.tallying import (
    AFTER_IMPUNITY,
    ALONE,
    BANDS,
    JOINT,
    LATER,
    NOT_AFTER_IMPUNITY,
    Tallies,
    counts,
    how_it_stands,
    what_came,
)
from tocsin.domain.briefing.weighing import weigh
from tocsin.domain.claims import Claim
from tocsin.domain.following.acting import LETTERS, VISITS, Action
from tocsin.domain.routing.consent import Addressee
from tocsin_schemas.vocabulary import ReplyQuality


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case. claims: that stand in it. earlier: of each other case of the same person. actions: on it."""

    opened_on: date
    claims: Sequence[Claim]
    earlier: Sequence[Sequence[Claim]] = ()
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


def tallied(
    cases: Iterable[CaseRow],
    actions: Iterable[ActionRow],
    recommendations: Iterable[RecommendationRow],
    mechanisms: Sequence[Addressee],
    now: datetime,
) -> Tallies:
    """cases: opened in the period. actions: taken in it. recommendations: made in it."""
    found, today = Tallies(), now.date()
    for row in cases:
        _add_case(found, row, mechanisms, now)
    for one in actions:
        if counts(one.action, now):
            _add_act(found, one, today)
    for made in recommendations:
        is_overdue = made.due_on is not None and made.due_on < today
        found.recommendations[made.mechanism, how_it_stands(made.is_followed, is_overdue)] += 1
    return found


def _add_case(found: Tallies, row: CaseRow, mechanisms: Sequence[Addressee], now: datetime) -> None:
    weighed = weigh(row.claims, mechanisms, now)
    if weighed.state is None:
        return
    follows = any(weighed.follows(weigh(claims, mechanisms, now)) for claims in row.earlier)
    found.months[f"{row.opened_on:%Y-%m-01}"] += 1
    found.states[weighed.state] += 1
    found.reporters[weighed.reporters] += 1
    found.marks[weighed.marks] += 1
    found.reprisals[weighed.reprisal, AFTER_IMPUNITY if follows else NOT_AFTER_IMPUNITY] += 1
    acted = sorted((act.on, act.mechanism) for act in row.actions if act.on and counts(act, now))
    if acted:
        day, mechanism = acted[0]
        days = (day - row.opened_on).days
        found.first_acts[mechanism, next((band for band, most in BANDS.items() if days <= most), LATER)] += 1


def _add_act(found: Tallies, one: ActionRow, today: date) -> None:
    act = one.action
    if act.action in LETTERS:
        is_overdue = one.reply_due is not None and one.reply_due < today
        found.letters[JOINT if act.signatories else ALONE] += 1
        found.replies[act.mechanism, what_came(one.reply, is_overdue)] += 1
    elif act.action in VISITS:
        found.visits[act.mechanism] += 1
