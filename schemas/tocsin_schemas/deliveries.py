"""What the mailer says of deliveries."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tocsin_schemas.alerts import OpaqueId
from tocsin_schemas.dates import Instant
from tocsin_schemas.model import Model
from tocsin_schemas.vocabulary import Priority


class Channel(StrEnum):
    """How a person is told."""

    EMAIL = "email"
    BACKUP_EMAIL = "backup_email"
    """A second address of the same person, for when the first does not deliver."""


class MailKind(StrEnum):
    """What a mail is for; each kind has a template of its own."""

    ALERT = "alert"
    UPDATE = "update"
    REMINDER = "reminder"
    """Those who were told and have not answered are asked once more before the time is over."""
    ESCALATION = "escalation"
    """Nobody answered: the same alert to the next in line."""
    WITHDRAWAL = "withdrawal"
    """What was told may no longer be kept; it says nothing of the case."""
    BUNDLE = "bundle"
    """Several alerts in one mail, where each by itself would be a flood."""
    DIGEST = "digest"
    """What is not urgent, once a day at the hour that the reader chose."""
    DRILL = "drill"
    """An exercise: no case is behind it."""


class DeliveryState(StrEnum):
    """The life of one mail to one person; ``domain.following.delivery`` orders the states."""

    REQUESTED = "requested"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    DROPPED = "dropped"
    COMPLAINED = "complained"
    CANCELLED = "cancelled"
    CARRIED = "carried"
    """Told within another mail, a bundle or a digest, whose own delivery says whether it arrived."""


class DeliveryCause(StrEnum):
    """Why a delivery changed: a closed list, also the label of the metric."""

    ALERT = "alert"
    PROVIDER_ACCEPTED = "provider_accepted"
    PROVIDER_REJECTED = "provider_rejected"
    PROVIDER_UNREACHABLE = "provider_unreachable"
    PROVIDER_THROTTLED = "provider_throttled"
    OUTCOME_UNKNOWN = "outcome_unknown"
    WEBHOOK = "webhook"
    PROVIDER_LOG = "provider_log"
    CONSENT = "consent"
    WITHDRAWN = "withdrawn"
    EXPIRED_CLAIM = "expired_claim"
    ANSWERED = "answered"
    """Somebody took the alert in hand before the next in line were told."""
    EARLIER_MAIL = "earlier_mail"
    """It is to call back a mail of which it is not known yet whether it leaves, or that never left."""
    BUNDLED = "bundled"
    """It is told together with others, in a bundle or in the daily digest."""
    QUIET_HOURS = "quiet_hours"
    """The reader is not at work, and it can wait until then."""
    UNDELIVERED = "undelivered"
    """The mail to the first address did not arrive, or not in time; this one goes to the second."""
    DRILL = "drill"
    """An exercise was ordered."""
    DELIVERY_STATUS = "delivery_status"
    """A mail server on the way has reported, by mail (RFC 3464)."""
    PROTECTED_CONTENT = "protected_content"
    """The mail was stopped before it left: it held what may not be said at its level."""
    UNWRITTEN = "unwritten"
    """Something is wrong with the writing of this mail, and of no other; it is tried again, and operators look."""
    OPERATOR = "operator"
    """A person has decided what became of a mail in doubt."""
    RECIPIENT_ALTERED = "recipient_altered"
    """The directory's entry was changed behind its seal, so nobody is written to."""


class DeliveryRequested(Model):
    """A mail to one person is to be sent."""

    delivery_id: OpaqueId
    alert_id: OpaqueId | None = None
    """Absent for a mail that tells of several alerts, or of none."""
    recipient: OpaqueId
    channel: Channel
    round: Annotated[int, Field(ge=0)]
    priority: Priority
    at: Instant


class DeliveryChanged(Model):
    """A mail moved to another state."""

    delivery_id: OpaqueId
    alert_id: OpaqueId | None = None
    recipient: OpaqueId
    state: DeliveryState
    cause: DeliveryCause
    attempt: Annotated[int, Field(ge=0)]
    possible_repeat: bool = False
    at: Instant
