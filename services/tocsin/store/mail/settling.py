"""A person decides what became of a mail of which nobody knows whether it left."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from tocsin.domain.identifiers import Identities
from tocsin.store.mail import deliveries as mails
from tocsin.store.mail.deliveries import Observation
from tocsin.store.mail.delivery_changes import locked, move
from tocsin.store.matching import reviews
from tocsin.store.tables import deliveries
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState


class NotInDoubt(Exception):
    """It is known, or became known meanwhile, what became of the mail; the text says what."""


def settle(
    connection: Connection, identities: Identities, delivery_id: str, again: bool, by: str, now: datetime
) -> None:
    """Send a doubtful mail again, marked as a possible repeat, or note that it was sent. Raises NotInDoubt.

    by: who decides. What a person says was sent is not looked for any more if no event ever tells of it.
    """
    current = locked(connection, delivery_id)
    if current is None or current.state is not DeliveryState.UNKNOWN:
        raise NotInDoubt("absent" if current is None else current.state.value)
    if again:
        mails.request_again(connection, identities, current, now, DeliveryCause.OPERATOR)
    else:
        move(connection, identities, current, Observation(DeliveryState.ACCEPTED, DeliveryCause.OPERATOR), now)
        handled = update(deliveries).where(deliveries.c.delivery_id == delivery_id, deliveries.c.fallback_at.is_(None))
        connection.execute(handled.values(fallback_at=now))
    reviews.resolve_of(connection, "delivery_unknown", delivery_id, by, now)


def beginning_with(connection: Connection, prefix: str) -> list[str]:
    """Deliveries whose id begins so: one if the prefix is long enough. At most two are read."""
    wanted = deliveries.c.delivery_id.startswith(prefix.lower(), autoescape=True)
    query = select(deliveries.c.delivery_id).where(wanted).order_by(deliveries.c.delivery_id).limit(2)
    return list(connection.execute(query).scalars())
