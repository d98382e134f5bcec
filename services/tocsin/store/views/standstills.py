"""What does not move: mails in doubt, reviews by age, due times that have not fired. Ids, codes and times alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from tocsin.store.tables import deliveries, due_times, reviews
from tocsin.store.views import alert_lists
from tocsin.store.views.alert_lists import RaisedLine
from tocsin_schemas.deliveries import DeliveryState

MOST = 50
"""Alerts that are named."""
OVERDUE = timedelta(minutes=2)
"""How late a due time may fire."""
_DOUBT = select(func.count(), func.min(deliveries.c.updated_at, type_=deliveries.c.updated_at.type)).where(
    deliveries.c.state == DeliveryState.UNKNOWN
)
_REVIEWS = (
    select(reviews.c.kind, func.count(), func.min(reviews.c.created_at, type_=reviews.c.created_at.type))
    .where(reviews.c.resolved_at.is_(None))
    .group_by(reviews.c.kind)
)


@dataclass(frozen=True, slots=True)
class Heap:
    """So many of a kind, the oldest since then."""

    kind: str
    number: int
    oldest: datetime | None


def mails_in_doubt(connection: Connection) -> Heap:
    """Of which nobody knows whether they left."""
    number, oldest = connection.execute(_DOUBT).one()
    return Heap("delivery_unknown", number, oldest)


def reviews_by_age(connection: Connection) -> list[Heap]:
    """What waits for a person, by kind, the longest waiting first."""
    found = [Heap(*row) for row in connection.execute(_REVIEWS)]
    return sorted(found, key=lambda heap: (str(heap.oldest), heap.kind))


def due_times_late(connection: Connection, now: datetime) -> Heap:
    """Due times that should have fired."""
    waiting = due_times.c.fired_at.is_(None) & due_times.c.cancelled_at.is_(None)
    query = select(func.count(), func.min(due_times.c.due_at, type_=due_times.c.due_at.type))
    number, oldest = connection.execute(query.where(waiting, due_times.c.due_at < now - OVERDUE)).one()
    return Heap("due_overdue", number, oldest)


def unanswered(connection: Connection, now: datetime) -> list[RaisedLine]:
    """Raised alerts that nobody took in hand although the time to answer is over: the most urgent ``MOST``."""
    return alert_lists.unanswered(connection, now, MOST)
