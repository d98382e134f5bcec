"""What the dispatcher says of alerts: who is competent, by which rule, and what holds an alert back."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from tocsin_schemas.cases import CaseId
from tocsin_schemas.dates import Instant
from tocsin_schemas.model import Model
from tocsin_schemas.text import Identifier
from tocsin_schemas.vocabulary import Priority

OpaqueId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class DisclosureLevel(StrEnum):
    """L0 "there is a case"; L1 coded facts; L2 full text, only encrypted to the recipient."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"


class HoldReason(StrEnum):
    """What holds an alert back."""

    EMBARGO = "embargo"
    CONSENT = "consent"
    CERTAINTY = "certainty"
    NO_RECIPIENT = "no_recipient"


class UpdateCause(StrEnum):
    """What changed of a case, for those who were told of it."""

    CORROBORATED = "corroborated"
    PRIORITY_RAISED = "priority_raised"
    CORRECTED = "corrected"
    LINKED = "linked"
    WITHDRAWN = "withdrawn"
    """What was told may no longer be kept: delete it."""
    ACTION_PLANNED = "action_planned"
    ACTION_TAKEN = "action_taken"
    STATE_REPLIED = "state_replied"
    REPLY_OVERDUE = "reply_overdue"
    RECOMMENDATION_OVERDUE = "recommendation_overdue"
    ESCALATED = "escalated"
    """Nobody had answered an alert in time: the next in line were told."""


class EscalationCause(StrEnum):
    """Why the next in line are told now."""

    UNANSWERED = "unanswered"
    HANDED_OVER = "handed_over"
    """Who was asked has named these persons."""
    DECLINED = "declined"
    """Who was asked has said that it is for others."""
    UNDELIVERED = "undelivered"
    """The mail to whom was asked did not arrive."""
    AWAY = "away"
    """The mailbox of whom was asked answers that nobody is there."""


class AlertChange(Model):
    """The part that every alert event shares."""

    alert_id: OpaqueId
    case_id: CaseId
    mechanism: Identifier
    mandate: Identifier
    priority: Priority
    rule: Identifier
    """The rule that made this mandate competent, or that decided the change."""
    at: Instant


class AlertRaised(AlertChange):
    """A mandate is competent and may be told: tell these persons."""

    level: DisclosureLevel
    recipients: Annotated[list[OpaqueId], Field(max_length=100)]
    """Persons to tell; one who is told through another mandate of the same case is left out here."""
    reply_by: Instant | None = None


class AlertUpdated(AlertChange):
    """The case of an alert changed."""

    level: DisclosureLevel
    recipients: Annotated[list[OpaqueId], Field(max_length=100)]
    round: Annotated[int, Field(ge=1)]
    notify: bool
    """False: the change shows on the case page and sends nothing."""
    cause: UpdateCause
    reply_by: Instant | None = None


class AlertHeld(AlertChange):
    """A mandate is competent, yet something forbids telling it now."""

    reason: HoldReason
    release_at: Instant | None = None


class AlertReleased(AlertRaised):
    """What held an alert back is over."""

    held_because: HoldReason


class AlertAcknowledged(AlertChange):
    """A recipient has taken the alert in hand, or the mechanism has acted on the case."""

    recipient: OpaqueId | None = None
    """Absent if it was the mechanism that acted."""


class AlertReopened(AlertChange):
    """Who had the alert in hand has taken that back or handed it over, and nobody else has it: it waits again."""

    recipient: OpaqueId
    reply_by: Instant | None = None


class AlertEscalated(AlertChange):
    """Nobody answered in time, or nobody will: tell the next in line."""

    step: Annotated[int, Field(ge=1)]
    cause: EscalationCause | None = None
    """Absent in events of earlier versions: nobody has answered."""
    level: DisclosureLevel
    round: Annotated[int, Field(ge=1)]
    recipients: Annotated[list[OpaqueId], Field(max_length=100)]
    reply_by: Instant | None = None


class AlertReminded(AlertChange):
    """Nobody has answered and the time is running out: ask those once more who were told."""

    level: DisclosureLevel
    round: Annotated[int, Field(ge=1)]
    recipients: Annotated[list[OpaqueId], Field(max_length=100)]
    reply_by: Instant | None = None


class AlertClosed(AlertChange):
    """Nothing more will be sent for this alert."""

    reason: Literal["report_withdrawn", "case_merged", "case_closed", "answered"]
