"""Deliveries: one mail to one person. A claim is durable before anything leaves the host, and fenced.

Every change is recorded in ``delivery_history`` and announced on ``tocsin.deliveries.v1`` in the same transaction;
claims alone are not announced, for they say nothing to anyone outside the mailer.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from tocsin.domain.identifiers import Identities
from tocsin.store import outbox
from tocsin.store.database import insert_if_absent
from tocsin.store.delivery_changes import (
    COLUMNS,
    Delivery,
    Observation,
    delivery_from,
    locked,
    move,
    observe,
    observe_row,
    record,
)
from tocsin.store.tables import deliveries, delivery_history, provider_events
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.deliveries import Channel, DeliveryCause, DeliveryRequested, DeliveryState, MailKind
from tocsin_schemas.topics import DELIVERIES
from tocsin_schemas.vocabulary import Priority

__all__ = ["Delivery", "Observation", "Wanted", "observe"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mail that an alert asks for. ``reply_by`` is kept with the request, so that its thread keeps one subject."""

    delivery_id: str
    alert_id: str
    case_id: str
    recipient_id: str
    round: int
    kind: MailKind
    priority: Priority
    reply_by: datetime | None = None
    update_cause: UpdateCause | None = None


def request(connection: Connection, identities: Identities, wanted: Wanted, now: datetime) -> bool:
    """Ask for a mail; the same delivery is asked for once, whatever is repeated."""
    inserted = insert_if_absent(
        connection,
        deliveries,
        delivery_id=wanted.delivery_id,
        alert_id=wanted.alert_id,
        case_id=wanted.case_id,
        recipient_id=wanted.recipient_id,
        channel=Channel.EMAIL.value,
        round=wanted.round,
        kind=wanted.kind.value,
        update_cause=wanted.update_cause.value if wanted.update_cause else None,
        priority=wanted.priority.value,
        state=DeliveryState.REQUESTED.value,
        attempt=0,
        next_attempt_at=now,
        possible_repeat=False,
        requested_at=now,
        updated_at=now,
    )
    if not inserted:
        return False
    detail = wanted.reply_by.isoformat() if wanted.reply_by else ""
    record(connection, wanted.delivery_id, DeliveryState.REQUESTED, DeliveryCause.ALERT, 0, detail, now)
    body = DeliveryRequested(
        delivery_id=wanted.delivery_id,
        alert_id=wanted.alert_id,
        recipient=wanted.recipient_id,
        channel=Channel.EMAIL,
        round=wanted.round,
        priority=wanted.priority,
        at=now,
    )
    event_id = identities.event("delivery.requested", wanted.delivery_id)
    event = outbox.new_event(event_id, "delivery.requested", body, now, subject=wanted.case_id)
    return outbox.enqueue(connection, DELIVERIES, wanted.delivery_id, event, now)


def anything_due(connection: Connection, now: datetime) -> bool:
    """A cheap question, before a claim takes the writer's place."""
    return connection.execute(select(1).where(_due(now)).limit(1)).first() is not None


def claim_due(connection: Connection, limit: int, fence: str, now: datetime) -> list[Delivery]:
    """Claim the most urgent deliveries, the oldest first. Commit before sending: only ``fence`` may say what came."""
    query = (
        select(*COLUMNS)
        .where(_due(now))
        .order_by(deliveries.c.priority, deliveries.c.next_attempt_at, deliveries.c.delivery_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [delivery_from(row) for row in connection.execute(query)]
    if not found:
        return []
    claim = {
        "state": DeliveryState.CLAIMED.value,
        "fence": fence,
        "claimed_at": now,
        "updated_at": now,
        "attempt": deliveries.c.attempt + 1,
    }
    connection.execute(update(deliveries).where(_among(d.delivery_id for d in found)).values(**claim))
    connection.execute(
        delivery_history.insert(),
        [
            {
                "delivery_id": d.delivery_id,
                "state": DeliveryState.CLAIMED.value,
                "cause": DeliveryCause.ALERT.value,
                "attempt": d.attempt + 1,
                "detail": "",
                "at": now,
            }
            for d in found
        ],
    )
    return _load(connection, [d.delivery_id for d in found])


def record_outcome(
    connection: Connection, identities: Identities, claimed: Delivery, outcome: Observation, now: datetime
) -> bool:
    """Record what came of a claim; False if another holds the claim, or an event has told more already."""
    current = locked(connection, claimed.delivery_id)
    if current is None or current.fence != claimed.fence or claimed.fence is None:
        return False
    if outcome.state is DeliveryState.REQUESTED:  # nothing left the host, so the claim is given back
        return current.state is DeliveryState.CLAIMED and move(connection, identities, current, outcome, now)
    return observe_row(connection, identities, current, outcome, now)


def record_event(
    connection: Connection, provider_event_id: str, delivery_id: str, event: str, occurred_at: datetime, now: datetime
) -> bool:
    """Keep the provider's event; False if it was told before."""
    return insert_if_absent(
        connection,
        provider_events,
        provider_event_id=provider_event_id,
        delivery_id=delivery_id,
        event=event,
        occurred_at=occurred_at,
        received_at=now,
    )


def known(connection: Connection, delivery_ids: Collection[str]) -> set[str]:
    """Which of these are deliveries of ours."""
    return set(connection.execute(select(deliveries.c.delivery_id).where(_among(delivery_ids))).scalars())


def expire_claims(
    connection: Connection, identities: Identities, older_than: datetime, now: datetime, of_fence: str = ""
) -> int:
    """Claims whose sender has died become ``unknown``: the mail may or may not have left. Returns how many.

    of_fence: only claims whose fence begins so; a process that starts anew expires its predecessor's at once.
    """
    query = select(*COLUMNS).where(
        deliveries.c.state == DeliveryState.CLAIMED.value,
        deliveries.c.claimed_at <= older_than,
        deliveries.c.fence.startswith(of_fence, autoescape=True),
    )
    stale = [delivery_from(row) for row in connection.execute(query.with_for_update(skip_locked=True))]
    expired = Observation(DeliveryState.UNKNOWN, DeliveryCause.EXPIRED_CLAIM)
    return sum(observe_row(connection, identities, delivery, expired, now) for delivery in stale)


def unknown_since(connection: Connection, before: datetime, limit: int = 100) -> list[Delivery]:
    """Deliveries in doubt since before ``before``, the most urgent first."""
    query = (
        select(*COLUMNS)
        .where(deliveries.c.state == DeliveryState.UNKNOWN.value, deliveries.c.updated_at <= before)
        .order_by(deliveries.c.priority, deliveries.c.updated_at)
        .limit(limit)
    )
    return [delivery_from(row) for row in connection.execute(query)]


def request_again(connection: Connection, identities: Identities, doubtful: Delivery, now: datetime) -> bool:
    """Send a doubtful mail once more, marked as a possible repeat; False if an answer came in the meantime."""
    current = locked(connection, doubtful.delivery_id)
    if current is None or current.state is not DeliveryState.UNKNOWN or current.attempt != doubtful.attempt:
        return False
    again = Observation(DeliveryState.REQUESTED, DeliveryCause.OUTCOME_UNKNOWN, next_attempt_at=now)
    return move(connection, identities, current, again, now, possible_repeat=True)


def cancel_unsent(connection: Connection, identities: Identities, alert_id: str, now: datetime) -> int:
    """Cancel what no sender has taken up; returns how many. What calls earlier mails back is sent all the same."""
    query = (
        select(*COLUMNS)
        .where(deliveries.c.alert_id == alert_id, deliveries.c.state == DeliveryState.REQUESTED.value)
        .where(deliveries.c.kind != MailKind.WITHDRAWAL.value)
        .with_for_update()
    )
    unsent = [delivery_from(row) for row in connection.execute(query)]
    withdrawn = Observation(DeliveryState.CANCELLED, DeliveryCause.WITHDRAWN)
    return sum(observe_row(connection, identities, delivery, withdrawn, now) for delivery in unsent)


def find(connection: Connection, delivery_id: str) -> Delivery | None:
    row = connection.execute(select(*COLUMNS).where(deliveries.c.delivery_id == delivery_id)).first()
    return None if row is None else delivery_from(row)


def counts_by_state(connection: Connection) -> dict[str, int]:
    query = select(deliveries.c.state, func.count().label("total")).group_by(deliveries.c.state)
    return {row.state: row.total for row in connection.execute(query)}


def _load(connection: Connection, delivery_ids: Sequence[str]) -> list[Delivery]:
    found = {
        row.delivery_id: delivery_from(row) for row in connection.execute(select(*COLUMNS).where(_among(delivery_ids)))
    }
    return [found[delivery_id] for delivery_id in delivery_ids]


def _due(now: datetime) -> ColumnElement[bool]:
    due = or_(deliveries.c.next_attempt_at.is_(None), deliveries.c.next_attempt_at <= now)
    return (deliveries.c.state == DeliveryState.REQUESTED.value) & due


def _among(delivery_ids: Iterable[str]) -> ColumnElement[bool]:
    return deliveries.c.delivery_id.in_(list(delivery_ids))
