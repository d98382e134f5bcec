"""Figures of the whole deployment: counts and ages; never whose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from tocsin.domain.following.delivery import UNDER_WAY
from tocsin.store.matching.judgements import MATCHER
from tocsin.store.tables import acknowledgements, alerts, audit, deliveries, judgements, outbox, reports, reviews
from tocsin.store.tables.columns import Time
from tocsin_schemas.cases import Judgement
from tocsin_schemas.deliveries import DeliveryState
from tocsin_schemas.topics import DEAD_LETTERS

_IN_HAND = exists().where(
    acknowledgements.c.alert_id == alerts.c.alert_id,
    acknowledgements.c.priority <= alerts.c.priority,
    acknowledgements.c.revoked_at.is_(None),
)
_OPEN_STATES = [state.value for state in UNDER_WAY]
_REPLAYED = exists().where(
    audit.c.chain == "operators",
    audit.c.action == "dead-letter-replayed",
    audit.c.subject == func.substr(outbox.c.key, 1, 64),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many, and since when the oldest."""

    number: int
    since: datetime


def unacknowledged(connection: Connection) -> dict[str, Waiting]:
    """By priority: raised alerts that nobody has in hand as urgent as they are."""
    since = func.min(alerts.c.raised_at, type_=Time)
    query = select(alerts.c.priority, func.count(), since).where(alerts.c.state == "raised", ~_IN_HAND)
    return {priority: Waiting(*row) for priority, *row in connection.execute(query.group_by(alerts.c.priority))}


def oldest_reviews(connection: Connection) -> dict[str, datetime]:
    """By kind: since when the oldest open one waits."""
    return _by(connection, reviews.c.kind, func.min(reviews.c.created_at, type_=Time), reviews.c.resolved_at.is_(None))


def newest_reports(connection: Connection) -> dict[str, datetime]:
    """By publisher: when its newest report was accepted."""
    return _by(connection, reports.c.publisher, func.max(reports.c.accepted_at, type_=Time))


def oldest_deliveries(connection: Connection, now: datetime) -> dict[str, datetime]:
    """By state, of those that are not at an end and not put off: since when the oldest is in it."""
    not_yet = and_(deliveries.c.state == DeliveryState.REQUESTED.value, deliveries.c.next_attempt_at > now)
    here = and_(deliveries.c.state.in_(_OPEN_STATES), ~func.coalesce(not_yet, False))
    return _by(connection, deliveries.c.state, func.min(deliveries.c.updated_at, type_=Time), here)


def mails_per_person(connection: Connection, since: datetime) -> tuple[float, float]:
    """Median and most of the mails to one person asked for since ``since``, of those who had any; else zeros."""
    left = [DeliveryState.CARRIED.value, DeliveryState.CANCELLED.value]
    query = select(func.count()).where(deliveries.c.requested_at >= since, deliveries.c.state.not_in(left))
    counts = list(connection.execute(query.group_by(deliveries.c.recipient_id)).scalars())
    return (float(median(counts)), float(max(counts))) if counts else (0.0, 0.0)


def dead_letters(connection: Connection, since: datetime) -> Waiting | None:
    """Those put aside since ``since`` that nobody has given another try."""
    here = and_(outbox.c.topic == DEAD_LETTERS.name, outbox.c.created_at >= since, ~_REPLAYED)
    number, oldest = connection.execute(
        select(func.count(), func.min(outbox.c.created_at, type_=Time)).where(here)
    ).one()
    return Waiting(number, oldest) if number else None


def undone(connection: Connection) -> int:
    """Pairs of reports that the matcher held for one case, and a person has parted."""
    person, matcher = judgements.alias("person"), judgements.alias("matcher")
    pair = and_(
        matcher.c.left_report_id == person.c.left_report_id, matcher.c.right_report_id == person.c.right_report_id
    )
    joined = exists().where(pair, matcher.c.author == MATCHER, matcher.c.judgement == Judgement.POSITIVE.value)
    parted = and_(person.c.author != MATCHER, person.c.judgement == Judgement.NEGATIVE.value)
    query = select(func.count()).select_from(person).where(parted, person.c.deleted_at.is_(None), joined)
    return int(connection.execute(query).scalar_one())


def _by(
    connection: Connection, key: ColumnElement[str], moment: Any, where: ColumnElement[bool] | None = None
) -> dict[str, datetime]:
    query = select(key, moment).group_by(key)
    found: Mapping[str, datetime] = dict(connection.execute(query if where is None else query.where(where)).all())
    return dict(found)
