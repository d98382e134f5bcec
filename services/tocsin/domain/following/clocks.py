"""By when a State should have answered, and how long a letter is confidential: from the event, or from a clock."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from tocsin.domain.following.acting import LETTERS
from tocsin.domain.following.moments import midnight
from tocsin_schemas.knowledge import Clock, ClockKind, Mechanism
from tocsin_schemas.vocabulary import ActionType

_A_DAY = timedelta(days=1)
_UNITED_NATIONS = "UN"
_LETTERS_MADE_PUBLIC = frozenset({ActionType.URGENT_APPEAL, ActionType.ALLEGATION_LETTER, ActionType.OTHER_LETTER})
"""The communications of special procedures, where the clock names no actions itself."""


def reply_due(
    mechanism: str, action: ActionType, on: date, mechanisms: Mapping[str, Mechanism], clocks: Mapping[str, Clock]
) -> date | None:
    """The last day on which the State may answer in time; None if nothing says that it should.

    A mechanism goes by its own clock, or else by that of another of its family that names the action: a working group
    that signs a letter of the special procedures waits as long as they do.
    """
    own = mechanisms.get(mechanism)
    for clock in _reply_clocks([own] if own else [], clocks):
        if action in (clock.actions or LETTERS):
            return on + clock.duration
    family = [m for key, m in sorted(mechanisms.items()) if _family(key) == _family(mechanism)]
    return next((on + clock.duration for clock in _reply_clocks(family, clocks) if action in clock.actions), None)


def embargo_until(mechanism: str, action: ActionType, taken_on: date, clocks: Mapping[str, Clock]) -> datetime | None:
    """The moment at which a letter of the United Nations becomes public; None for anything else."""
    if _family(mechanism) != _UNITED_NATIONS:
        return None
    ends = (
        midnight(taken_on) + clock.duration
        for clock in clocks.values()
        if clock.kind is ClockKind.EMBARGO and action in (clock.actions or _LETTERS_MADE_PUBLIC)
    )
    return max(ends, default=None)


def of_kind(kind: ClockKind, clocks: Iterable[Clock]) -> timedelta | None:
    """The shortest clock of a kind that names neither priority nor action."""
    return min((c.duration for c in clocks if c.kind is kind and c.priority is None and not c.actions), default=None)


def overdue_at(last_day: date) -> datetime:
    """The first moment after the last day."""
    return midnight(last_day) + _A_DAY


def _reply_clocks(mechanisms: Iterable[Mechanism], clocks: Mapping[str, Clock]) -> list[Clock]:
    return [clocks[m.reply_clock] for m in mechanisms if m.reply_clock is not None and m.reply_clock in clocks]


def _family(mechanism: str) -> str:
    return mechanism.partition("-")[0]
