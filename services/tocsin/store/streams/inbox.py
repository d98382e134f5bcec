"""Consuming each message once: the database, not the broker, remembers what was read."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, and_, bindparam, exists, select, update

from tocsin.store.database import insert_if_absent, reading, unit_of_work
from tocsin.store.tables import failures, processed_messages, rereads, watermarks
from tocsin_schemas.topics import Topic

Place = tuple[str, int, int]
"""Topic, partition, offset."""
DEATHS_BEFORE_ISOLATION = 3
_OUTCOME = (
    update(processed_messages)
    .where(
        processed_messages.c.consumer == bindparam("c"),
        processed_messages.c.topic == bindparam("t"),
        processed_messages.c.partition == bindparam("p"),
        processed_messages.c.offset == bindparam("o"),
    )
    .values(outcome=bindparam("outcome"))
)


def consume(
    engine: Engine, consumer: str, place: Place, event_id: str | None, now: datetime, work: Callable[[Connection], str]
) -> str:
    """Do ``work`` for one message in one transaction, unless it was done before; returns the outcome.

    event_id: an id that tells repeats of our own events; None where the work itself recognises them.
    work: makes every state change and outbox row, and returns a word for what it did.
    """
    with unit_of_work(engine) as connection:
        return consume_within(connection, consumer, place, event_id, now, work)


def consume_within(
    connection: Connection,
    consumer: str,
    place: Place,
    event_id: str | None,
    now: datetime,
    work: Callable[[Connection], str],
) -> str:
    """As ``consume``, within the caller's transaction."""
    row = {"consumer": consumer, "topic": place[0], "partition": place[1], "offset": place[2], "processed_at": now}
    if insert_if_absent(connection, processed_messages, **row, event_id=event_id, outcome="begun"):
        outcome = work(connection)
        connection.execute(_OUTCOME, {"c": consumer, "t": place[0], "p": place[1], "o": place[2], "outcome": outcome})
        return outcome
    if insert_if_absent(connection, processed_messages, **row, event_id=None, outcome="repeat"):
        return "repeat"
    return "already-processed"


def ensure_watermarks(engine: Engine, consumer: str, topics: Iterable[Topic]) -> None:
    """Say from where this consumer reads each partition. Without a row the broker's offset would win unseen."""
    with unit_of_work(engine) as connection:
        for topic in topics:
            for partition in range(topic.partitions):
                insert_if_absent(
                    connection, watermarks, consumer=consumer, topic=topic.name, partition=partition, next_offset=0
                )


def positions(engine: Engine, consumer: str, wanted: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], int]:
    """The first offset of each partition that is not in the database; everything below is marked as done."""
    with unit_of_work(engine) as connection:
        return {pair: _advance(connection, consumer, *pair) for pair in wanted}


def _advance(connection: Connection, consumer: str, topic: str, partition: int) -> int:
    mark = and_(watermarks.c.consumer == consumer, watermarks.c.topic == topic, watermarks.c.partition == partition)
    start = connection.execute(select(watermarks.c.next_offset).where(mark)).scalar() or 0
    first_hole = _first_hole(connection, consumer, topic, partition, start)
    connection.execute(update(watermarks).where(mark).values(next_offset=first_hole))
    return first_hole


def _first_hole(connection: Connection, consumer: str, topic: str, partition: int, start: int) -> int:
    seen, following = processed_messages.alias(), processed_messages.alias()
    if connection.execute(select(1).where(_is(seen, consumer, (topic, partition, start)))).first() is None:
        return start
    successor = exists().where(
        following.c.consumer == seen.c.consumer,
        following.c.topic == seen.c.topic,
        following.c.partition == seen.c.partition,
        following.c.offset == seen.c.offset + 1,
    )
    of_partition = and_(seen.c.consumer == consumer, seen.c.topic == topic, seen.c.partition == partition)
    query = (
        select(seen.c.offset + 1)
        .where(of_partition, seen.c.offset >= start, ~successor)
        .order_by(seen.c.offset)
        .limit(1)
    )
    return int(connection.execute(query).scalar_one())


def record_failure(engine: Engine, consumer: str, place: Place, reason: str, now: datetime) -> None:
    """Count one process that this message has ended. ``reason``: the kind of the error, never its text."""
    with unit_of_work(engine) as connection:
        row = {"consumer": consumer, "topic": place[0], "partition": place[1], "offset": place[2]}
        if not insert_if_absent(connection, failures, **row, deaths=1, reason=reason, last_at=now):
            grown = {"deaths": failures.c.deaths + 1, "reason": reason, "last_at": now}
            connection.execute(update(failures).where(_is(failures, consumer, place)).values(**grown))


def deadly_messages(engine: Engine, consumer: str) -> dict[Place, str]:
    """Messages that have ended too many processes, with the kind of the last error."""
    query = select(failures).where(failures.c.consumer == consumer, failures.c.deaths >= DEATHS_BEFORE_ISOLATION)
    with reading(engine) as connection:
        return {(r.topic, r.partition, r.offset): r.reason for r in connection.execute(query)}


def request_reread(connection: Connection, consumer: str, place: Place, now: datetime) -> None:
    """Ask the consumer to read again from a hole that the auditor found; the same hole is asked for once at a time."""
    open_request = and_(_is(rereads, consumer, place), rereads.c.done_at.is_(None))
    if connection.execute(select(1).where(open_request)).first() is None:
        row = {"consumer": consumer, "topic": place[0], "partition": place[1], "offset": place[2]}
        connection.execute(rereads.insert().values(**row, requested_at=now))


def reread_requested(engine: Engine, consumer: str) -> bool:
    query = select(1).where(rereads.c.consumer == consumer, rereads.c.done_at.is_(None)).limit(1)
    with reading(engine) as connection:
        return connection.execute(query).first() is not None


def close_rereads(engine: Engine, consumer: str, now: datetime) -> None:
    """The consumer starts again, at the first hole: what was asked for is being done."""
    open_requests = and_(rereads.c.consumer == consumer, rereads.c.done_at.is_(None))
    with unit_of_work(engine) as connection:
        connection.execute(update(rereads).where(open_requests).values(done_at=now))


def _is(table: FromClause, consumer: str, place: Place) -> ColumnElement[bool]:
    return and_(
        table.c.consumer == consumer,
        table.c.topic == place[0],
        table.c.partition == place[1],
        table.c.offset == place[2],
    )
