"""A hole in the offsets: the worker reads it again, unless the topic itself holds no record there."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from kafka import TopicPartition
from sqlalchemy import Engine

from tocsin.runtime import kafka
from tocsin.runtime.kafka_access import Access
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.streams import inbox
from tocsin.store.views import conservation
from tocsin.store.views.conservation import Progress

REPEAT_AFTER = timedelta(minutes=1)
"""A worker that was asked restarts and reads; it is not asked again at once."""

MOST_FILLED = 1000

FirstRecord = Callable[[str, int, int], int | None]
"""Topic, partition, offset -> the first offset from there on that holds or may yet hold a record; None: unknown."""

log = logging.getLogger(__name__)


def repair(engine: Engine, first_record: FirstRecord, now: datetime, standing: Collection[str]) -> int:
    """Deal with the first hole of each partition in which nothing moves, or with its tail; returns the rereads asked.

    standing: places (``Progress.place``) whose first hole, or whose tail, does not move.
    """
    with reading(engine) as connection:
        reached = [at for at in conservation.progress(connection) if at.place in standing]
        firsts = [conservation.first_hole(connection, at) if at.missing else at.next_offset for at in reached]
    return sum(_close(engine, at, first, first_record, now) for at, first in zip(reached, firsts, strict=True))


def _close(engine: Engine, at: Progress, hole: int, first_record: FirstRecord, now: datetime) -> bool:
    found = first_record(at.topic, at.partition, hole)
    if found is not None and found > hole:
        _fill(engine, at, range(hole, min(found, hole + MOST_FILLED)), now)
        return False
    if found is None and hole == at.next_offset:
        return False
    return _ask(engine, at, hole, now)


def _ask(engine: Engine, at: Progress, hole: int, now: datetime) -> bool:
    with unit_of_work(engine) as connection:
        asked = conservation.last_reread(connection, at.consumer, at.topic, at.partition, hole)
        if asked is not None and now - asked < REPEAT_AFTER:
            return False
        inbox.request_reread(connection, at.consumer, (at.topic, at.partition, hole), now)
        detail = {"topic": at.topic, "partition": at.partition, "offset": hole}
        audit.append(connection, "auditor", "reread-requested", at.consumer, detail, now)
    log.error("hole in the offsets: read again", extra={"consumer": at.consumer, **detail})
    return True


def _fill(engine: Engine, at: Progress, offsets: range, now: datetime) -> None:
    with unit_of_work(engine) as connection:
        for offset in offsets:
            conservation.fill_hole(connection, at, offset, now)
        detail = {"topic": at.topic, "partition": at.partition, "offset": offsets.start, "count": len(offsets)}
        audit.append(connection, "auditor", "no-record-there", at.consumer, detail, now)
    log.warning("the topic holds no record at these offsets", extra={"consumer": at.consumer, **detail})


def first_record_on(broker: str | Access) -> FirstRecord:
    """Asks the broker, with a consumer of its own that joins no group."""

    def first_record(topic: str, partition: int, offset: int) -> int | None:
        place = TopicPartition(topic, partition)
        consumer = kafka.reader(broker, max_poll_records=1)
        try:
            consumer.assign([place])
            consumer.seek(place, offset)
            records = consumer.poll(timeout_ms=3000).get(place, [])
            beyond = int(records[0].offset if records else consumer.position(place))
            return beyond if records or beyond > offset else None
        finally:
            consumer.close()

    return first_record
