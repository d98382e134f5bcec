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


class DeliveryRequested(Model):
    """A mail to one person for one alert is to be sent."""

    delivery_id: OpaqueId
    alert_id: OpaqueId
    recipient: OpaqueId
    channel: Channel
    round: Annotated[int, Field(ge=0)]
    priority: Priority
    at: Instant


class DeliveryChanged(Model):
    """A mail moved to another state."""

    delivery_id: OpaqueId
    alert_id: OpaqueId
    recipient: OpaqueId
    state: DeliveryState
    cause: DeliveryCause
    attempt: Annotated[int, Field(ge=0)]
    possible_repeat: bool = False
    at: Instant
