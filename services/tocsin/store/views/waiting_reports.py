"""How much waits its turn, of whom and since when; and whether all of it is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from tocsin.store.mail.deliveries import URGENT
from tocsin.store.receiving.parking import CONSUMER, OF_FLOW, PARKED, WAITS, flows
from tocsin.store.tables import parked_reports, processed_messages
from tocsin_schemas.vocabulary import Priority

_t, _m = parked_reports.c, processed_messages.c
_SINCE = func.min(_t.parked_at, type_=_t.parked_at.type)
_OLDEST = select(_SINCE).where(*OF_FLOW)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits of one publisher. since: when the oldest came."""

    publisher_id: str
    reports: int
    urgent: int
    since: datetime


def by_publisher(connection: Connection) -> list[Waiting]:
    """Whose reports wait, the longest waiting first."""
    urgent = func.sum(case((_t.priority.in_(sorted(URGENT)), 1), else_=0))
    query = select(_t.publisher_id, func.count(), urgent, _SINCE).where(WAITS).group_by(_t.publisher_id)
    return [Waiting(*row) for row in connection.execute(query.order_by(_SINCE, _t.publisher_id))]


def overdue(connection: Connection, before: Mapping[Priority, datetime]) -> list[tuple[str, Priority]]:
    """Publishers and priorities of which something waits since before the given time."""
    found = []
    for publisher_id, priorities in flows(connection).items():
        for priority in sorted(priorities):
            oldest = connection.execute(_OLDEST, {"p": publisher_id, "of": priority.value}).scalar()
            if oldest is not None and oldest < before[priority]:
                found.append((publisher_id, priority))
    return found


def astray(connection: Connection, limit: int) -> list[str]:
    """Messages read as parked of which nothing waits, and rows that wait for a message with another outcome."""
    same = (_t.topic == _m.topic, _t.partition == _m.partition, _t.offset == _m.offset)
    waits = select(1).where(WAITS, *same).exists()
    lost = select(_m.topic, _m.partition, _m.offset).where(_m.consumer == CONSUMER, _m.outcome == PARKED, ~waits)
    parked = select(1).where(_m.consumer == CONSUMER, _m.outcome == PARKED, *same).exists()
    stray = select(_t.topic, _t.partition, _t.offset).where(WAITS, ~parked)
    rows = [row for query in (lost, stray) for row in connection.execute(query.limit(limit))]
    return sorted(f"{topic}-{partition}-{offset}" for topic, partition, offset in rows)[:limit]
