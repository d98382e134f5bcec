"""What recipients answer to an alert, on the page that their mail leads to."""

from enum import StrEnum

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from tocsin_schemas.alerts import OpaqueId
from tocsin_schemas.dates import Instant
from tocsin_schemas.model import Model
from tocsin_schemas.vocabulary import Priority


class Answer(StrEnum):
    """What a person says of an alert."""

    ACKNOWLEDGED = "acknowledged"
    """I take it in hand."""
    HANDED_OVER = "handed_over"
    """Another person of the mandate takes it in hand."""
    NOT_MINE = "not_mine"
    """It is not for me: tell the next."""
    REVOKED = "revoked"
    """I take back that I have it in hand."""


class NotMineReason(StrEnum):
    """Why an alert is not for the person who was told."""

    OUTSIDE_MANDATE = "outside_mandate"
    AWAY = "away"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    LEFT_OFFICE = "left_office"
    OTHER = "other"


class AnswerGiven(Model):
    """A person who was told of an alert has answered. Written by the recipients' pages alone."""

    answer_id: OpaqueId
    alert_id: OpaqueId
    recipient: OpaqueId
    answer: Answer
    to: OpaqueId | None = None
    """Who takes it over; for ``handed_over`` alone."""
    reason: NotMineReason | None = None
    """For ``not_mine`` alone."""
    priority: Priority | None = None
    """How urgent the page said that it is: what has become more urgent since is not answered by this."""
    at: Instant

    @model_validator(mode="after")
    def _complete(self) -> "AnswerGiven":
        if (self.to is not None) != (self.answer is Answer.HANDED_OVER):
            raise PydanticCustomError("answer_incomplete", "say to whom it is handed over, and for that answer alone")
        if (self.reason is not None) != (self.answer is Answer.NOT_MINE):
            raise PydanticCustomError("answer_incomplete", "say why it is not for you, and for that answer alone")
        return self
