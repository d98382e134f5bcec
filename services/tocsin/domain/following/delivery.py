"""The order of delivery states. Observations of one mail come late, twice and in any order; the furthest one stands.

The order is total, so the furthest of two is a least upper bound: the final state depends on which observations were
made, never on their order or number. Only the sender that holds a claim may step back (claimed → requested), because
it alone knows that nothing left the host; that is no observation, and the store does it.
"""

from collections.abc import Iterable

from tocsin_schemas.deliveries import DeliveryState

_ORDER = (
    DeliveryState.REQUESTED,
    DeliveryState.CLAIMED,
    DeliveryState.CARRIED,
    DeliveryState.CANCELLED,  # before anything was sent; any trace of the mail outside outweighs it
    DeliveryState.UNKNOWN,
    DeliveryState.REJECTED,
    DeliveryState.ACCEPTED,
    DeliveryState.DEFERRED,
    DeliveryState.DELIVERED,
    DeliveryState.DROPPED,
    DeliveryState.BOUNCED,  # a bounce may follow a delivery
    DeliveryState.COMPLAINED,
)
_RANK = {state: rank for rank, state in enumerate(_ORDER)}

OPEN = frozenset({DeliveryState.REQUESTED, DeliveryState.CLAIMED, DeliveryState.UNKNOWN})
"""States in which we still owe an attempt or an answer."""

UNDER_WAY = OPEN | {DeliveryState.ACCEPTED, DeliveryState.DEFERRED}
"""States from which a mail may still arrive by itself."""

FAILED = frozenset(
    {
        DeliveryState.REJECTED,
        DeliveryState.BOUNCED,
        DeliveryState.DROPPED,
        DeliveryState.COMPLAINED,
    }
)
"""States in which the person was not reached by this mail, and will not be."""

OBSERVATION_OF_EVENT = {
    "processed": DeliveryState.ACCEPTED,
    "deferred": DeliveryState.DEFERRED,
    "delivered": DeliveryState.DELIVERED,
    "bounce": DeliveryState.BOUNCED,
    "blocked": DeliveryState.BOUNCED,
    "dropped": DeliveryState.DROPPED,
    "spamreport": DeliveryState.COMPLAINED,
}
"""The provider's words for what happened, in its events."""

OBSERVATION_OF_STATUS = {
    "processed": DeliveryState.ACCEPTED,
    "deferred": DeliveryState.DEFERRED,
    "delivered": DeliveryState.DELIVERED,
    "dropped": DeliveryState.DROPPED,
    "bounced": DeliveryState.BOUNCED,
    "blocked": DeliveryState.BOUNCED,
}
"""The provider's words for where a mail stands, in its log."""


def advance(current: DeliveryState, observed: DeliveryState) -> DeliveryState:
    """The state after an observation: whichever of the two is further."""
    return max(current, observed, key=_RANK.__getitem__)


def settle(observations: Iterable[DeliveryState]) -> DeliveryState:
    """The state after all ``observations`` of a requested delivery."""
    return max(observations, key=_RANK.__getitem__, default=DeliveryState.REQUESTED)
