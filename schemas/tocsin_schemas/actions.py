"""What mechanisms did or plan to do, and what the State answered."""

from typing import Annotated

from pydantic import Field

from tocsin_schemas.dates import Day, Instant
from tocsin_schemas.model import Model
from tocsin_schemas.reports import Reference
from tocsin_schemas.text import Country, Identifier, Line
from tocsin_schemas.vocabulary import ActionType, ReplyQuality, Topic


class ActionPlanned(Model):
    """A mechanism means to act, so that others can join."""

    mechanism: Identifier
    action: ActionType
    case: Line
    """The case reference (``HRD-…``), or the publisher's own reference of a report in it."""
    planned_for: Day | None = None
    joint_with: Annotated[list[Identifier], Field(max_length=50)] = []
    recorded_at: Instant


class ActionTaken(Model):
    """A mechanism acted: a letter, a statement, a visit, a measure."""

    mechanism: Identifier
    action: ActionType
    case: Line
    taken_on: Day
    signatories: Annotated[list[Identifier], Field(max_length=50)] = []
    states: Annotated[list[Country], Field(max_length=20)] = []
    references: Annotated[list[Reference], Field(max_length=10)] = []
    reply_due: Day | None = None
    embargo_until: Instant | None = None
    recorded_at: Instant


class StateReplied(Model):
    """A State answered a mechanism."""

    country: Country
    case: Line
    in_reply_to: Reference
    replied_on: Day
    quality: ReplyQuality
    recorded_at: Instant


class RecommendationMade(Model):
    """A mechanism recommended something to a State, for example after a visit."""

    mechanism: Identifier
    country: Country
    case: Line | None = None
    recommendation: Line
    themes: Annotated[list[Topic], Field(max_length=20)] = []
    made_on: Day
    due_on: Day | None = None
    recorded_at: Instant


class FollowUpDue(Model):
    """A reply or a recommendation is due for follow-up."""

    mechanism: Identifier
    case: Line | None = None
    """Absent for a recommendation that concerns no case."""
    due_on: Day
    reason: Identifier
    recorded_at: Instant
