"""What is asked of the database to know that nothing was lost. Each answer is short (``LIMIT``)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, String, and_, cast, distinct, exists, func, or_, select

from tocsin.domain.following.subscribing import OPTIONAL
from tocsin.store.database import insert_if_absent
from tocsin.store.mail import undelivered
from tocsin.store.mail.deliveries import URGENT
from tocsin.store.matching.reviews import open_of
from tocsin.store.tables import (
    alerts,
    cases,
    deliveries,
    due_times,
    outbox,
    processed_messages,
    reports,
    rereads,
    reviews,
    watermarks,
)
from tocsin_schemas.deliveries import DeliveryState
from tocsin_schemas.topics import DEAD_LETTERS

_IS_ASKED = func.coalesce(deliveries.c.update_cause, "").not_in(sorted(OPTIONAL))
"""Not what somebody is told for following the case."""
LIMIT = 50
"""Most things of one kind that are named; more would only repeat the alarm."""
_MOST_ASKED = 5000
"""Most mails that may wait for a person's decision before one that nobody was asked about could be missed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a consumer has come in one partition.

    next_offset: one above the highest committed. missing: offsets below it that are not committed.
    """

    consumer: str
    topic: str
    partition: int
    start: int
    next_offset: int
    missing: int

    @property
    def place(self) -> str:
        return f"{self.consumer}:{self.topic}-{self.partition}"


def progress(connection: Connection) -> list[Progress]:
    """Every (consumer, topic, partition) that has a watermark."""
    seen = processed_messages
    same = and_(
        seen.c.consumer == watermarks.c.consumer,
        seen.c.topic == watermarks.c.topic,
        seen.c.partition == watermarks.c.partition,
        seen.c.offset >= watermarks.c.next_offset,
    )
    place = (watermarks.c.consumer, watermarks.c.topic, watermarks.c.partition, watermarks.c.next_offset)
    query = (
        select(*place, func.count(seen.c.offset).label("number"), func.max(seen.c.offset).label("highest"))
        .select_from(watermarks.outerjoin(seen, same))
        .group_by(*place)
        .order_by(*place)
    )
    return [
        Progress(
            c, t, p, start, reached := max(start, (highest or 0) + 1 if number else start), reached - start - number
        )
        for c, t, p, start, number, highest in connection.execute(query)
    ]


def first_hole(connection: Connection, at: Progress) -> int:
    """The first offset at or above the start that is not committed."""
    seen, following = processed_messages.alias(), processed_messages.alias()
    here = and_(seen.c.consumer == at.consumer, seen.c.topic == at.topic, seen.c.partition == at.partition)
    if connection.execute(select(1).where(here, seen.c.offset == at.start)).first() is None:
        return at.start
    successor = exists().where(
        following.c.consumer == seen.c.consumer,
        following.c.topic == seen.c.topic,
        following.c.partition == seen.c.partition,
        following.c.offset == seen.c.offset + 1,
    )
    query = select(func.min(seen.c.offset)).where(here, seen.c.offset >= at.start, ~successor)
    return int(connection.execute(query).scalar_one()) + 1


def reports_without_case(connection: Connection) -> list[str]:
    query = select(reports.c.report_id).where(~exists().where(cases.c.case_id == reports.c.case_id)).limit(LIMIT)
    return list(connection.execute(query).scalars())


def silent_reports(connection: Connection, before: datetime) -> list[str]:
    """Reports accepted before ``before`` whose case told nobody, holds nothing and waits for nobody."""
    announced = exists().where(alerts.c.case_id == cases.c.case_id, alerts.c.state.in_(("raised", "held")))
    parked = exists().where(
        reviews.c.case_id == cases.c.case_id,
        or_(reviews.c.resolved_at.is_(None), reviews.c.resolved_by != "dispatcher"),
    )
    query = (
        select(reports.c.report_id)
        .join(cases, cases.c.case_id == reports.c.case_id)
        .where(reports.c.withdrawn_at.is_(None), reports.c.accepted_at < before)
        .where(cases.c.state == "open", cases.c.redirects_to.is_(None), ~announced, ~parked)
        .order_by(reports.c.accepted_at)
        .limit(LIMIT)
    )
    return list(connection.execute(query).scalars())


def alerts_without_deliveries(connection: Connection, before: datetime) -> list[str]:
    """Raised alerts with fewer deliveries than recipients."""
    made = (
        select(func.count(distinct(deliveries.c.recipient_id)))
        .where(deliveries.c.alert_id == alerts.c.alert_id, _IS_ASKED)
        .scalar_subquery()
    )
    query = (
        select(alerts.c.alert_id)
        .where(alerts.c.state == "raised", alerts.c.updated_at < before)
        .where(made < func.json_array_length(alerts.c.recipients))
        .limit(LIMIT)
    )
    return list(connection.execute(query).scalars())


def deliveries_of_unknown_state(connection: Connection) -> list[str]:
    return _deliveries(connection, deliveries.c.state.not_in([state.value for state in DeliveryState]))


def deliveries_claimed(connection: Connection, before: datetime) -> list[str]:
    """Claimed before ``before``, and no outcome since."""
    since = func.coalesce(deliveries.c.claimed_at, deliveries.c.updated_at, type_=deliveries.c.updated_at.type)
    return _deliveries(connection, and_(deliveries.c.state == DeliveryState.CLAIMED, since < before))


def deliveries_overdue(connection: Connection, before: datetime) -> list[str]:
    """To be sent, and due since before ``before``."""
    due = func.coalesce(deliveries.c.next_attempt_at, deliveries.c.requested_at, type_=deliveries.c.updated_at.type)
    return _deliveries(connection, and_(deliveries.c.state == DeliveryState.REQUESTED, due < before))


def deliveries_in_doubt(connection: Connection, before: datetime, routine_before: datetime) -> list[str]:
    """Of unknown outcome since before ``before``, or ``routine_before`` if they are not urgent and nobody was asked."""
    unknown, since = deliveries.c.state == DeliveryState.UNKNOWN, deliveries.c.updated_at
    query = select(deliveries.c.delivery_id).where(unknown).order_by(since)
    of_urgent = query.where(deliveries.c.priority.in_(URGENT), since < before).limit(LIMIT)
    of_others = query.where(deliveries.c.priority.not_in(URGENT), since < routine_before).limit(_MOST_ASKED)
    urgent, others = (list(connection.execute(one).scalars()) for one in (of_urgent, of_others))
    asked = open_of(connection, "delivery_unknown", others)
    return [*urgent, *(one for one in others if one not in asked)][:LIMIT]


def deliveries_uncarried(connection: Connection) -> list[str]:
    """Said to be told within another mail, which does not exist."""
    carrier = deliveries.alias()
    exists_there = exists().where(carrier.c.delivery_id == deliveries.c.carried_by)
    return _deliveries(connection, and_(deliveries.c.state == DeliveryState.CARRIED, ~exists_there))


def deliveries_overlooked(connection: Connection, before: datetime) -> list[str]:
    """Urgent, asked for before ``before`` and not delivered, and nobody else was turned to."""
    return undelivered.overlooked(connection, before, LIMIT)


def dead_letters_without_message(connection: Connection) -> list[str]:
    """Places that a consumer has put aside without a dead letter in the outbox."""
    seen = processed_messages.c
    place = seen.topic + "-" + cast(seen.partition, String) + "-" + cast(seen.offset, String)
    aside = set(connection.execute(select(place).where(seen.outcome == "dead-letter")).scalars())
    written = set(connection.execute(select(outbox.c.key).where(outbox.c.topic == DEAD_LETTERS.name)).scalars())
    return sorted(aside - written)[:LIMIT]


def events_waiting(connection: Connection, topic: str) -> int:
    """Events of ``topic`` committed and not yet published."""
    waiting = select(func.count()).where(outbox.c.published_at.is_(None), outbox.c.topic == topic)
    return int(connection.execute(waiting).scalar_one())


def last_reread(connection: Connection, consumer: str, topic: str, partition: int, offset: int) -> datetime | None:
    """When the consumer was last asked to read this hole again."""
    query = select(func.max(rereads.c.requested_at)).where(
        rereads.c.consumer == consumer,
        rereads.c.topic == topic,
        rereads.c.partition == partition,
        rereads.c.offset == offset,
    )
    latest: datetime | None = connection.execute(query).scalar()
    return latest


def fill_hole(connection: Connection, at: Progress, offset: int, now: datetime) -> None:
    """Record that the topic holds no record here: the marker of a publisher's transaction takes an offset."""
    insert_if_absent(
        connection,
        processed_messages,
        consumer=at.consumer,
        topic=at.topic,
        partition=at.partition,
        offset=offset,
        event_id=None,
        outcome="no-record",
        processed_at=now,
    )


def _deliveries(connection: Connection, condition: ColumnElement[bool]) -> list[str]:
    query = select(deliveries.c.delivery_id).where(condition).order_by(deliveries.c.updated_at).limit(LIMIT)
    return list(connection.execute(query).scalars())


def due_times_overdue(connection: Connection, before: datetime) -> list[str]:
    """Due times that should have fired before ``before``, and do not rest after a failure."""
    waiting = due_times.c.fired_at.is_(None) & due_times.c.cancelled_at.is_(None) & (due_times.c.attempts == 0)
    query = select(due_times.c.due_id).where(waiting, due_times.c.due_at < before).order_by(due_times.c.due_at)
    return list(connection.execute(query.limit(LIMIT)).scalars())
