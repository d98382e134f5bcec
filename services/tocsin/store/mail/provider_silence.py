"""What the provider has not told: mails that it took, and of which no event says what became of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from tocsin.store.mail.copies import SENDGRID
from tocsin.store.mail.delivery_changes import COLUMNS, Delivery, delivery_from
from tocsin.store.tables import deliveries, provider_events
from tocsin_schemas.deliveries import DeliveryState

_AWAITED = and_(
    deliveries.c.state.in_([DeliveryState.ACCEPTED.value, DeliveryState.DEFERRED.value]),
    func.coalesce(deliveries.c.provider, SENDGRID) == SENDGRID,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pass over deliveries has come to."""

    requested_at: datetime
    delivery_id: str


def newest_event_at(connection: Connection) -> datetime | None:
    """When the last event came, about whatever mail."""
    newest = func.max(provider_events.c.received_at, type_=provider_events.c.received_at.type)
    found: datetime | None = connection.execute(select(newest)).scalar()
    return found


def unfinished(
    connection: Connection, since: datetime, taken_before: datetime, after: Place | None, limit: int
) -> list[Delivery]:
    """Mails asked for since ``since``, taken before ``taken_before`` and at no end yet; in the order of ``Place``."""
    query = select(*COLUMNS).where(_AWAITED, deliveries.c.requested_at >= since)
    query = query.where(deliveries.c.updated_at <= taken_before)
    if after is not None:
        query = query.where(_beyond(after))
    order = (deliveries.c.requested_at, deliveries.c.delivery_id)
    return [delivery_from(row) for row in connection.execute(query.order_by(*order).limit(limit))]


def without_event(connection: Connection, since: datetime, taken_before: datetime) -> int:
    """Mails asked for since ``since`` and taken before ``taken_before``, of which no event at all has come."""
    told = exists().where(provider_events.c.delivery_id == deliveries.c.delivery_id)
    query = select(func.count()).where(_AWAITED, deliveries.c.requested_at >= since, ~told)
    return int(connection.execute(query.where(deliveries.c.updated_at <= taken_before)).scalar_one())


def _beyond(place: Place) -> ColumnElement[bool]:
    same = and_(deliveries.c.requested_at == place.requested_at, deliveries.c.delivery_id > place.delivery_id)
    return or_(deliveries.c.requested_at > place.requested_at, same)
