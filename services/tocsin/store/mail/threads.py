"""The mails to one person about one alert: the terms of the first, and whether any of them may have left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, or_, select

from tocsin.store.alerting.disclosures import LEFT, TOLD_BY
from tocsin.store.mail.delivery_changes import Delivery
from tocsin.store.tables import deliveries, delivery_history, disclosures
from tocsin_schemas.deliveries import DeliveryState, MailKind


@dataclass(frozen=True, slots=True)
class Terms:
    """The priority of a mail, when it was asked for, and by when it asks for an answer."""

    priority: str
    requested_at: datetime
    reply_by: datetime | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A mail among those before it.

    root: terms of the first mail, so that later ones carry its subject. left: an earlier mail may have left the host.
    awaited: a sender holds an earlier one, and it is not known yet whether it leaves.
    """

    terms: Terms
    root: Terms
    left: bool
    awaited: bool


_ASKED = (
    select(delivery_history.c.detail)
    .where(delivery_history.c.delivery_id == deliveries.c.delivery_id)
    .order_by(delivery_history.c.id)
    .limit(1)
    .scalar_subquery()
)
"""What a request keeps with itself: by when an answer is due."""
_LEFT = exists().where(
    delivery_history.c.delivery_id == TOLD_BY,
    delivery_history.c.state.in_([state.value for state in LEFT]),
    or_(
        deliveries.c.carried_by.is_(None),  # what carries it may have gone without it
        exists()
        .where(disclosures.c.delivery_id == deliveries.c.delivery_id)
        .where(disclosures.c.attempt == delivery_history.c.attempt)
        .correlate(deliveries, delivery_history),
    ),
)
_CARRIER = deliveries.alias("carrier")
_HELD = exists().where(_CARRIER.c.delivery_id == TOLD_BY, _CARRIER.c.state == DeliveryState.CLAIMED.value)
_THREAD = (
    select(
        deliveries.c.delivery_id,
        deliveries.c.kind,
        _HELD.label("held"),
        deliveries.c.priority,
        deliveries.c.requested_at,
        _ASKED.label("reply_by"),
        _LEFT.label("left"),
    )
    .where(
        deliveries.c.alert_id == bindparam("alert"),
        deliveries.c.recipient_id == bindparam("person"),
        deliveries.c.channel == bindparam("channel"),
        deliveries.c.round <= bindparam("upto"),
    )
    .order_by(deliveries.c.round)
)
_ASKED_SINCE = select(func.min(deliveries.c.requested_at)).where(
    deliveries.c.alert_id == bindparam("alert"), deliveries.c.kind == MailKind.ALERT.value
)


def thread_of(connection: Connection, delivery: Delivery) -> Thread:
    """The thread up to ``delivery``, which must have been requested."""
    where = {"alert": delivery.alert_id, "person": delivery.recipient_id, "channel": delivery.channel}
    rows = connection.execute(_THREAD, where | {"upto": delivery.round}).all()
    earlier = [row for row in rows if row.delivery_id != delivery.delivery_id and row.kind != MailKind.WITHDRAWAL]
    own = next(_terms(row) for row in rows if row.delivery_id == delivery.delivery_id)
    return Thread(
        terms=own,
        root=_terms(rows[0]),
        left=any(row.left for row in earlier),
        awaited=any(row.held for row in earlier),
    )


def asked_since(connection: Connection, alert_id: str) -> datetime | None:
    """When the first person was asked to answer an alert."""
    since: datetime | None = connection.execute(_ASKED_SINCE, {"alert": alert_id}).scalar()
    return since


def _terms(row: Row[Any]) -> Terms:
    reply_by = datetime.fromisoformat(row.reply_by) if row.reply_by else None
    return Terms(row.priority, row.requested_at, reply_by)
