"""Who may see that a mechanism means to act, or has acted, and who should hear of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tocsin_schemas.vocabulary import ActionType

LETTERS = frozenset(
    {
        ActionType.URGENT_APPEAL,
        ActionType.ALLEGATION_LETTER,
        ActionType.OTHER_LETTER,
        ActionType.WGAD_URGENT_ACTION,
        ActionType.LETTER_OF_APPEAL,
    }
)
"""What is sent to a State and confidential until it is published (annual report of ProtectDefenders.eu, 2020)."""
PUBLIC = frozenset({ActionType.PRESS_STATEMENT, ActionType.PUBLIC_APPEAL, ActionType.RESOLUTION, ActionType.ALERT})
VISITS = frozenset({ActionType.COUNTRY_VISIT, ActionType.PRISON_VISIT, ActionType.TRIAL_OBSERVATION})
_CONFIDENTIAL = LETTERS | {ActionType.QUIET_DIPLOMACY}
"""A plan of these tells what may not be told of the act itself."""


class ActionState(StrEnum):
    """Where an action stands."""

    PLANNED = "planned"
    DONE = "done"
    """A plan that was carried out."""
    TAKEN = "taken"
    ANSWERED = "answered"
    FOLLOWED_UP = "followed_up"
    """Answered in part, or the answer rejects it: it is still followed."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a mechanism planned or did, as coded facts.

    signatories: who signed it, or, of a plan, who joins, as far as whoever says so may speak for them. named: others
    who are said to; it is not their act until they say so themselves.
    """

    action_id: str
    state: ActionState
    mechanism: str
    action: ActionType
    signatories: tuple[str, ...]
    states: tuple[str, ...]
    on: date | None
    """The day on which it was taken, or is planned for."""
    embargo_until: datetime | None
    recorded_at: datetime
    named: tuple[str, ...] = ()

    @property
    def is_plan(self) -> bool:
        return self.state in (ActionState.PLANNED, ActionState.DONE)

    def is_by(self, mechanism: str, mandate: str | None = None) -> bool:
        """Whether the mechanism, or a seat within it, is a party: many seats sign in their own name."""
        parties = (self.mechanism, *self.signatories)
        return mechanism in parties or mandate in parties

    def names(self, mechanism: str, mandate: str | None = None) -> bool:
        """Whether the mechanism, or a seat within it, is said to be a party."""
        return mechanism in self.named or mandate in self.named


@dataclass(frozen=True, slots=True)
class Acted:
    """One line of "who has already acted". replied: a State has answered it."""

    mechanism: str
    action: ActionType
    planned: bool
    on: date | None
    states: tuple[str, ...]
    replied: bool
    signatories: tuple[str, ...] = ()


def visible_actions(
    actions: Iterable[Action], mechanism: str, now: datetime, mandate: str | None = None
) -> list[Action]:
    """What this mechanism, which is cleared for the case, may see of the actions on it; the earliest first.

    A letter under embargo is visible to those alone who signed it, or are named as such, and so are its reply and the
    plan of it. A plan
    that was carried out has made way for the act.
    """
    shown = (a for a in actions if a.state is not ActionState.DONE and is_visible_to(a, mechanism, now, mandate))
    return sorted(shown, key=lambda a: (a.on or a.recorded_at.date(), a.recorded_at, a.action_id))


def is_visible_to(action: Action, mechanism: str, now: datetime, mandate: str | None = None) -> bool:
    """Whether ``mechanism``, if it is cleared for the case, may know of the action. mandate: its seat that asks."""
    if action.is_by(mechanism, mandate) or action.names(mechanism, mandate):
        return True
    if action.action is ActionType.QUIET_DIPLOMACY:
        return False
    if action.is_plan:
        return action.action not in _CONFIDENTIAL
    return action.embargo_until is None or now >= action.embargo_until


def told_of_plan(action: Action) -> bool:
    """Whether the others hear of a plan at once, so that what several mechanisms say does not contradict."""
    return action.state is ActionState.PLANNED and action.action in PUBLIC | VISITS


def told_of_act(action: Action) -> bool:
    """Whether the others hear of an act by mail; of any other they read on the page of the case."""
    return not action.is_plan and action.action in PUBLIC


def acted(action: Action) -> Acted:
    """The line that is shown of an action."""
    replied = action.state in (ActionState.ANSWERED, ActionState.FOLLOWED_UP)
    return Acted(action.mechanism, action.action, action.is_plan, action.on, action.states, replied, action.signatories)
