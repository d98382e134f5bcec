"""How a delivery changes: each change is recorded in ``delivery_history`` and announced, in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from tocsin.domain.following.delivery import advance
from tocsin.domain.identifiers import Identities
from tocsin.store import outbox
from tocsin.store.tables import deliveries, delivery_history
from tocsin_schemas.alerts import UpdateCause
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
    update_cause: UpdateCause | None = None
    provider: str | None = None
    carried_by: str | None = None
    drill_id: str | None = None
    requested_at: datetime | None = None


COLUMNS = [deliveries.c[field] for field in Delivery.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Observation:
    """What became of a delivery, as the holder of a claim, an event or the provider's log tells it.

    next_attempt_at: when to try again, for a delivery that goes back to ``requested``.
    detail: the provider's code; never an address or content.
    """

    state: DeliveryState
    cause: DeliveryCause
    detail: str = ""
    provider: str | None = None
    provider_message_id: str | None = None
    next_attempt_at: datetime | None = None


def observe(connection: Connection, identities: Identities, delivery_id: str, seen: Observation, now: datetime) -> bool:
    """Record what the provider tells of a delivery, in whatever order it does; False if nothing changed by it."""
    current = locked(connection, delivery_id)
    return current is not None and observe_row(connection, identities, current, seen, now)


def observe_row(
    connection: Connection, identities: Identities, current: Delivery, seen: Observation, now: datetime
) -> bool:
    if advance(current.state, seen.state) is not current.state:
        return move(connection, identities, current, seen, now)
    if seen.provider_message_id is not None:  # an event was faster than the answer that names the message
        connection.execute(
            update(deliveries)
            .where(deliveries.c.delivery_id == current.delivery_id, deliveries.c.provider_message_id.is_(None))
            .values(provider_message_id=seen.provider_message_id)
        )
    return False


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
    if to.provider_message_id is not None:
        values["provider_message_id"] = to.provider_message_id
    if to.provider is not None:
        values["provider"] = to.provider
    if to.state is DeliveryState.REQUESTED:
        values |= {"fence": None, "claimed_at": None, "next_attempt_at": to.next_attempt_at or now}
    connection.execute(_UPDATE, values | {"_id": current.delivery_id})
    record(connection, current.delivery_id, to.state, to.cause, current.attempt, to.detail, now)
    _announce(connection, identities, current, to, repeat, now)
    return True


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
    cause = None if delivery.update_cause is None else UpdateCause(delivery.update_cause)
    return replace(delivery, state=DeliveryState(delivery.state), kind=MailKind(delivery.kind), update_cause=cause)


_RECORD = delivery_history.insert()
_LOCKED = select(*COLUMNS).where(deliveries.c.delivery_id == bindparam("_id")).with_for_update()
_UPDATE = update(deliveries).where(deliveries.c.delivery_id == bindparam("_id"))
