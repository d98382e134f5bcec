"""Mails that did not arrive, or not in time. What is told within another mail goes by how that one fares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    update,
)

from tocsin.domain.following.delivery import FAILED, UNDER_WAY
from tocsin.store.mail.delivery_changes import COLUMNS, Delivery, delivery_from
from tocsin.store.tables import deliveries, delivery_history
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState, MailKind
from tocsin_schemas.vocabulary import Priority

URGENT = (Priority.P1.value, Priority.P2.value)
TELLING = tuple(kind.value for kind in (MailKind.ALERT, MailKind.UPDATE, MailKind.REMINDER, MailKind.ESCALATION))
"""Kinds of mail by which somebody learns of an alert, so that somebody else must if they do not arrive."""
_NO_EVENTS = "smtp"
"""The provider that may never tell of a delivery: that it took the mail is the best evidence there is."""
_PUT_OFF = tuple(cause.value for cause in (DeliveryCause.QUIET_HOURS, DeliveryCause.BUNDLED))
_LIMIT = 200
_ASIDE = (DeliveryState.CARRIED.value, *(state.value for state in FAILED | UNDER_WAY))
_ID = deliveries.c.delivery_id
_CARRIER = deliveries.alias("carrier")
_IS_CARRIED = deliveries.c.state == DeliveryState.CARRIED.value
_STATE = case((_IS_CARRIED, _CARRIER.c.state), else_=deliveries.c.state)
_PROVIDER = case((_IS_CARRIED, _CARRIER.c.provider), else_=deliveries.c.provider)
_DUE_AT = case((_IS_CARRIED, _CARRIER.c.next_attempt_at), else_=deliveries.c.next_attempt_at)
_OWN = func.coalesce(deliveries.c.carried_by, deliveries.c.delivery_id)
_WITH_CARRIER = deliveries.outerjoin(_CARRIER, _CARRIER.c.delivery_id == deliveries.c.carried_by)
_HAS_FAILED = _STATE.in_([state.value for state in FAILED])
_IS_UNDER_WAY = _STATE.in_([state.value for state in UNDER_WAY])
_BEST_EVIDENCE = and_(_STATE.in_([DeliveryState.ACCEPTED.value]), func.coalesce(_PROVIDER, "") == _NO_EVENTS)
_HAS_ARRIVED = or_(_STATE.in_([DeliveryState.DELIVERED.value]), _BEST_EVIDENCE)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A delivery, and the state that shows that it did not arrive: its own, or that of the mail which carries it."""

    delivery: Delivery
    state: DeliveryState


@dataclass(frozen=True, slots=True)
class Others:
    """The other mails about an alert. reached: one has arrived. awaited: one may still do so in time."""

    reached: bool
    awaited: bool


def urgent(connection: Connection, asked_before: datetime) -> list[Undelivered]:
    """Urgent mails that failed, or were asked for before ``asked_before`` and are not delivered; nobody turned to yet.

    What was put off on purpose counts from when it was taken up.
    """
    late = and_(_IS_UNDER_WAY, deliveries.c.requested_at <= asked_before, ~_BEST_EVIDENCE, _not_put_off(asked_before))
    query = _found(deliveries.c.priority.in_(URGENT), or_(_HAS_FAILED, late))
    return _read(connection, query.where(deliveries.c.kind.in_(TELLING)))


def routine(connection: Connection, asked_before: datetime, now: datetime) -> list[Undelivered]:
    """The other mails that should have arrived by now: those that are not urgent, and those that tell of no alert."""
    due = func.coalesce(deliveries.c.next_attempt_at, deliveries.c.requested_at, type_=deliveries.c.requested_at.type)
    waits = deliveries.c.state == DeliveryState.REQUESTED.value
    late = and_(_IS_UNDER_WAY, ~_BEST_EVIDENCE, or_(and_(waits, due <= now), and_(~waits, due <= asked_before)))
    other = or_(deliveries.c.priority.not_in(URGENT), deliveries.c.kind.not_in(TELLING))
    query = _found(other, or_(_HAS_FAILED, late), deliveries.c.requested_at <= asked_before)
    return _read(connection, query.where(~_IS_CARRIED, _not_put_off(asked_before)))


def overlooked(connection: Connection, asked_before: datetime, limit: int) -> list[str]:
    """Urgent mails for which somebody else should have been turned to since."""
    query = _found(deliveries.c.priority.in_(URGENT), _IS_UNDER_WAY, ~_BEST_EVIDENCE, _not_put_off(asked_before))
    late = query.where(deliveries.c.kind.in_(TELLING), deliveries.c.requested_at <= asked_before)
    return [found.delivery.delivery_id for found in _read(connection, late.limit(limit))]


def mark(connection: Connection, found: Undelivered, now: datetime) -> bool:
    """Note that something else is done about it; False if it was, or if it fares otherwise meanwhile.

    The mail that carries it stays as it is until the transaction ends.
    """
    of = found.delivery
    if of.carried_by is not None and _still(connection, of.carried_by, found.state) is None:
        return False
    here = and_(deliveries.c.delivery_id == of.delivery_id, deliveries.c.fallback_at.is_(None))
    marked = update(deliveries).where(here, deliveries.c.state == of.state.value).values(fallback_at=now)
    return connection.execute(marked.execution_options(preserve_rowcount=True)).rowcount == 1


def mark_carried(connection: Connection, carrier: Delivery, now: datetime) -> list[Delivery]:
    """As ``mark``, of what ``carrier`` told in vain, as far as nothing else is done about it yet; returns this."""
    here = and_(deliveries.c.carried_by == carrier.delivery_id, _IS_CARRIED, deliveries.c.fallback_at.is_(None))
    found = [delivery_from(row) for row in connection.execute(select(*COLUMNS).where(here).order_by(_ID))]
    connection.execute(update(deliveries).where(_ID.in_([one.delivery_id for one in found])).values(fallback_at=now))
    return found


def others(connection: Connection, of: Delivery, asked_before: datetime) -> Others:
    """How the other mails about the alert of ``of`` fare: to others, and to the same person by another address."""
    in_time = and_(_IS_UNDER_WAY, deliveries.c.requested_at > asked_before)
    query = (
        select(
            func.coalesce(func.sum(case((_HAS_ARRIVED, 1), else_=0)), 0).label("reached"),
            func.coalesce(func.sum(case((in_time, 1), else_=0)), 0).label("awaited"),
        )
        .select_from(_WITH_CARRIER)
        .where(deliveries.c.alert_id == of.alert_id, deliveries.c.delivery_id != of.delivery_id)
        .where(deliveries.c.kind.in_(TELLING))
        .where(or_(deliveries.c.recipient_id != of.recipient_id, deliveries.c.round == of.round))
    )
    row = connection.execute(query).one()
    return Others(row.reached > 0, row.awaited > 0)


def _found(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(*COLUMNS, _STATE.label("shown"))
        .select_from(_WITH_CARRIER)
        .where(deliveries.c.fallback_at.is_(None), deliveries.c.state.in_(_ASIDE), *conditions)
        .order_by(deliveries.c.priority, deliveries.c.requested_at)
        .limit(_LIMIT)
    )


def _not_put_off(taken_up_before: datetime) -> ColumnElement[bool]:
    """It was not put off until the reader is at work, or until others go with it; or that is over long enough.

    Either it was taken up by then, or it should have been.
    """
    history, later, last = delivery_history.alias(), delivery_history.alias(), delivery_history.alias()
    put_off = history.c.state == DeliveryState.REQUESTED.value, history.c.cause.in_(_PUT_OFF)
    last_put_off = (
        select(func.max(last.c.id))
        .where(last.c.delivery_id == later.c.delivery_id, last.c.cause.in_(_PUT_OFF))
        .correlate(later)
        .scalar_subquery()
    )
    taken_up = exists().where(
        later.c.delivery_id == _OWN,
        later.c.state == DeliveryState.CLAIMED.value,
        later.c.id > last_put_off,
        later.c.at <= taken_up_before,
    )
    is_due = func.coalesce(_DUE_AT, deliveries.c.requested_at, type_=_DUE_AT.type) <= taken_up_before
    return or_(~exists().where(history.c.delivery_id == _OWN, *put_off), taken_up, is_due)


def _still(connection: Connection, delivery_id: str, state: DeliveryState) -> str | None:
    query = select(deliveries.c.delivery_id).where(deliveries.c.delivery_id == delivery_id)
    held: str | None = connection.execute(query.where(deliveries.c.state == state.value).with_for_update()).scalar()
    return held


def _read(connection: Connection, query: Select[Any]) -> list[Undelivered]:
    return [Undelivered(delivery_from(row[:-1]), DeliveryState(row[-1])) for row in connection.execute(query)]
