"""What mechanisms did or plan to do, and what the State answered."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from tocsin_schemas.model import Model
from tocsin_schemas.reports import Reference
from tocsin_schemas.text import Country, Identifier, Line
from tocsin_schemas.vocabulary import ActionType, ReplyQuality


class ActionPlanned(Model):
    mechanism: Identifier
    action: ActionType
    case: Line
    """The case reference (``HRD-…``), or the publisher's own reference of a report in it."""
    planned_for: date | None = None
    joint_with: Annotated[list[Identifier], Field(max_length=50)] = []
    recorded_at: AwareDatetime


class ActionTaken(Model):
    mechanism: Identifier
    action: ActionType
    case: Line
    taken_on: date
    signatories: Annotated[list[Identifier], Field(max_length=50)] = []
    states: Annotated[list[Country], Field(max_length=20)] = []
    references: Annotated[list[Reference], Field(max_length=10)] = []
    reply_due: date | None = None
    embargo_until: AwareDatetime | None = None
    recorded_at: AwareDatetime


class StateReplied(Model):
    country: Country
    case: Line
    in_reply_to: Reference
    replied_on: date
    quality: ReplyQuality
    recorded_at: AwareDatetime


class RecommendationMade(Model):
    mechanism: Identifier
    country: Country
    case: Line | None = None
    recommendation: Line
    made_on: date
    due_on: date | None = None
    recorded_at: AwareDatetime


class FollowUpDue(Model):
    mechanism: Identifier
    case: Line
    due_on: date
    reason: Identifier
    recorded_at: AwareDatetime
