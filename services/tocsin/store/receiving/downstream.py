"""How far what follows a report is behind: a report that waits its turn is not let into a road that is full."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from tocsin.store.tables import deliveries, outbox, processed_messages
from tocsin_schemas.deliveries import DeliveryState
from tocsin_schemas.topics import ALERTS, CASES
from tocsin_schemas.vocabulary import Priority

_READERS = {CASES.name: "dispatcher", ALERTS.name: "mailer"}
_REMEMBERED = timedelta(minutes=1)
"""An event that nobody has read by then was put aside, or its reader is down, which newer ones tell as well."""
_FOLLOWED = (
    select(1)
    .where(processed_messages.c.consumer == bindparam("reader"), processed_messages.c.event_id == outbox.c.event_id)
    .exists()
)
_UNREAD = select(
    func.min(outbox.c.id).label("first"), func.min(outbox.c.created_at, type_=outbox.c.created_at.type).label("since")
).where(
    outbox.c.id > bindparam("after"),
    outbox.c.topic == bindparam("topic"),
    outbox.c.created_at > bindparam("from_then", type_=outbox.c.created_at.type),
    ~_FOLLOWED,
)
_NEWEST = select(func.max(outbox.c.id))
_TO_SEND = select(func.min(deliveries.c.next_attempt_at, type_=deliveries.c.next_attempt_at.type)).where(
    deliveries.c.state == DeliveryState.REQUESTED.value,
    deliveries.c.priority.in_([priority.value for priority in Priority]),
    deliveries.c.next_attempt_at <= bindparam("at", type_=deliveries.c.next_attempt_at.type),
)


@dataclass(slots=True)
class Downstream:
    """Events of cases that the dispatcher has to read, of alerts that the mailer has, and mails that are due.

    Remembers up to where all was read, so that each look is short.
    """

    _read: dict[str, int] = field(default_factory=dict)

    def behind(self, connection: Connection, now: datetime) -> timedelta:
        """The age of the oldest that waits; nothing if none does."""
        since = [self._unread(connection, topic, now) for topic in _READERS]
        oldest = [at for at in (*since, connection.execute(_TO_SEND, {"at": now}).scalar()) if at is not None]
        return max((now - at for at in oldest), default=timedelta())

    def _unread(self, connection: Connection, topic: str, now: datetime) -> datetime | None:
        newest = connection.execute(_NEWEST).scalar() or 0
        asked = {"topic": topic, "reader": _READERS[topic], "after": self._read.get(topic, 0)}
        row = connection.execute(_UNREAD, {**asked, "from_then": now - _REMEMBERED}).one()
        self._read[topic] = newest if row.first is None else row.first - 1
        since: datetime | None = row.since
        return since
