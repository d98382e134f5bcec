"""How a delivery changes: each change is recorded in ``delivery_history`` and announced, in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from tocsin.domain.following.delivery import advance
from tocsin.domain.identifiers import Identities
from tocsin.store.mail import copies, delivery_times
from tocsin.store.mail.copies import Copy
from tocsin.store.matching import reviews
from tocsin.store.streams import outbox
from tocsin.store.tables import deliveries, delivery_history
from tocsin_schemas.alerts import EscalationCause, UpdateCause
from tocsin_schemas.deliveries import DeliveryCause, DeliveryChanged, DeliveryState, MailKind
from tocsin_schemas.topics import DELIVERIES


@dataclass(frozen=True, slots=True)
class Delivery:
    """alert_id, case_id: None for a mail that tells of several alerts, or of none."""

    delivery_id: str
    alert_id: str | None
    case_id: str | None
    recipient_id: str
    channel: str
    round: int
    kind: MailKind
    priority: str
    state: DeliveryState
    attempt: int
    fence: str | None
    claimed_at: datetime | None
    possible_repeat: bool
    updated_at: datetime
    update_cause: UpdateCause | EscalationCause | None = None
    provider: str | None = None
    carried_by: str | None = None
    drill_id: str | None = None
    requested_at: datetime | None = None
    fallback_at: datetime | None = None


COLUMNS = [deliveries.c[field] for field in Delivery.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Observation:
    """What became of a delivery, as the holder of a claim, an event or the provider's log tells it.

    next_attempt_at: when to try again, for a delivery that goes back to ``requested``.
    detail: the provider's code; never an address or content.
    attempt: the one that is told of, if it is known; else the last.
    """

    state: DeliveryState
    cause: DeliveryCause
    detail: str = ""
    provider: str | None = None
    provider_message_id: str | None = None
    next_attempt_at: datetime | None = None
    attempt: int | None = None


def observe(connection: Connection, identities: Identities, delivery_id: str, seen: Observation, now: datetime) -> bool:
    """Record what the provider tells of a delivery, in whatever order it does; False if nothing changed by it."""
    current = locked(connection, delivery_id)
    return current is not None and observe_row(connection, identities, current, seen, now)


def observe_row(
    connection: Connection, identities: Identities, current: Delivery, seen: Observation, now: datetime
) -> bool:
    """As ``observe``, of a delivery that is locked. A copy at a provider is noted even if the state is told already."""
    changed = advance(current.state, seen.state) is not current.state
    if changed:
        move(connection, identities, current, seen, now)
    if (copy := _copy(current, seen)) is not None:
        if not changed:  # an event was faster than the answer that names the message
            connection.execute(_NAME, {"_id": current.delivery_id, "_name": copy.provider_message_id})
        copies.record(connection, copy, now)
    return changed


def move(
    connection: Connection,
    identities: Identities,
    current: Delivery,
    to: Observation,
    now: datetime,
    possible_repeat: bool | None = None,
) -> bool:
    repeat = current.possible_repeat if possible_repeat is None else possible_repeat
    values: dict[str, object] = {"state": to.state.value, "possible_repeat": repeat, "updated_at": now}
    if (copy := _copy(current, to)) is not None:
        values["provider_message_id"] = copy.provider_message_id
    if to.provider is not None and (current.provider is None or to.cause not in _EVIDENCE):
        values["provider"] = to.provider
    if to.state is DeliveryState.REQUESTED:
        values |= {"fence": None, "claimed_at": None, "next_attempt_at": to.next_attempt_at or now}
    connection.execute(_UPDATE, values | {"_id": current.delivery_id})
    _measure(connection, current, to.state, now)
    record(connection, current.delivery_id, to.state, to.cause, current.attempt, to.detail, now)
    _answer_reviews(connection, current, to.state, now)
    _announce(connection, identities, current, to, repeat, now)
    return True


def _measure(connection: Connection, was: Delivery, state: DeliveryState, now: datetime) -> None:
    of = (was.delivery_id, was.kind, was.priority, was.requested_at, (was.state, state))
    delivery_times.measure(connection, *of, now)


def _copy(current: Delivery, seen: Observation) -> Copy | None:
    """The copy at a provider that is told of, if one is."""
    provider = seen.provider or copies.SENDGRID
    attempt = seen.attempt or current.attempt
    if seen.provider_message_id:
        name = copies.copy_id(provider, seen.provider_message_id)
    elif seen.cause is DeliveryCause.PROVIDER_ACCEPTED and provider != copies.SENDGRID:
        name = f"{current.delivery_id}.{attempt}"  # it was taken, under a name that nobody told us
    else:
        return None
    return Copy(name, provider, current.delivery_id, attempt)


def _answer_reviews(connection: Connection, was: Delivery, state: DeliveryState, now: datetime) -> None:
    """What operators were asked, and is known now; and let the watch look anew at what arrived and then did not."""
    if was.state is DeliveryState.UNKNOWN:
        reviews.resolve_of(connection, "delivery_unknown", was.delivery_id, copies.CHAIN, now)
    if state is DeliveryState.DELIVERED:
        for delivery_id in _turned_from(connection, was):
            reviews.resolve_of(connection, "undelivered", delivery_id, copies.CHAIN, now)
    elif was.state is DeliveryState.DELIVERED:
        turned_from = deliveries.c.delivery_id.in_(_turned_from(connection, was))
        connection.execute(update(deliveries).where(turned_from).values(fallback_at=None))


def _turned_from(connection: Connection, delivery: Delivery) -> list[str]:
    """This delivery, and those that it carries, as far as something else was done because they did not arrive."""
    own = [delivery.delivery_id] if delivery.fallback_at is not None else []
    if delivery.kind not in {MailKind.BUNDLE, MailKind.DIGEST}:
        return own
    return own + list(connection.execute(_CARRIED, {"_id": delivery.delivery_id}).scalars())


def _announce(
    connection: Connection, identities: Identities, of: Delivery, to: Observation, repeat: bool, now: datetime
) -> None:
    body = DeliveryChanged(
        delivery_id=of.delivery_id,
        alert_id=of.alert_id,
        recipient=of.recipient_id,
        state=to.state,
        cause=to.cause,
        attempt=of.attempt,
        possible_repeat=repeat,
        at=now,
    )
    event_id = identities.event("delivery.changed", of.delivery_id, str(of.attempt), to.state, to.cause)
    event = outbox.new_event(event_id, "delivery.changed", body, now, subject=of.case_id)
    outbox.enqueue(connection, DELIVERIES, of.delivery_id, event, now)


def record(
    connection: Connection,
    delivery_id: str,
    state: DeliveryState,
    cause: DeliveryCause,
    attempt: int,
    detail: str,
    now: datetime,
) -> None:
    row = {"delivery_id": delivery_id, "state": state.value, "cause": cause.value, "attempt": attempt}
    connection.execute(_RECORD, row | {"detail": detail[:300], "at": now})


def locked(connection: Connection, delivery_id: str) -> Delivery | None:
    row = connection.execute(_LOCKED, {"_id": delivery_id}).first()
    return None if row is None else delivery_from(row)


def delivery_from(row: Sequence[object]) -> Delivery:
    delivery = Delivery(*row)  # type: ignore[arg-type]  # the columns are in the order of the fields
    causes = EscalationCause if delivery.kind == MailKind.ESCALATION else UpdateCause
    cause = None if delivery.update_cause is None else causes(delivery.update_cause)
    return replace(delivery, state=DeliveryState(delivery.state), kind=MailKind(delivery.kind), update_cause=cause)


_RECORD = delivery_history.insert()
_LOCKED = select(*COLUMNS).where(deliveries.c.delivery_id == bindparam("_id")).with_for_update()
_UPDATE = update(deliveries).where(deliveries.c.delivery_id == bindparam("_id"))
_NAME = _UPDATE.where(deliveries.c.provider_message_id.is_(None)).values(provider_message_id=bindparam("_name"))
_CARRIED = select(deliveries.c.delivery_id).where(
    deliveries.c.carried_by == bindparam("_id"), deliveries.c.fallback_at.is_not(None)
)
_EVIDENCE = (DeliveryCause.WEBHOOK, DeliveryCause.PROVIDER_LOG, DeliveryCause.DELIVERY_STATUS)
"""Causes that tell of any copy, not only of the last that was handed over."""
