"""Deliveries: one mail to one person. A claim is durable before anything leaves the host, and fenced.

Every change is recorded in ``delivery_history`` and announced on ``tocsin.deliveries.v1`` in the same transaction;
claims alone are not announced, for they say nothing to anyone outside the mailer.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select, update

from tocsin.domain.identifiers import Identities
from tocsin.store.database import insert_if_absent
from tocsin.store.mail.batches import at_once
from tocsin.store.mail.delivery_changes import (
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
from tocsin.store.streams import outbox
from tocsin.store.tables import deliveries, delivery_history, provider_events
from tocsin_schemas.alerts import EscalationCause, UpdateCause
from tocsin_schemas.deliveries import Channel, DeliveryCause, DeliveryRequested, DeliveryState, MailKind
from tocsin_schemas.topics import DELIVERIES
from tocsin_schemas.vocabulary import Priority

__all__ = ["Delivery", "Observation", "Wanted", "observe"]
URGENT = frozenset({Priority.P1.value, Priority.P2.value})
"""Priorities of mails that go by the second provider while the first fails."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mail that is asked for. ``reply_by`` is kept with the request, so that its thread keeps one subject.

    alert_id, case_id: None for a mail that tells of several alerts, or of none. not_before: when it may leave; by
    default at once.
    """

    delivery_id: str
    alert_id: str | None
    case_id: str | None
    recipient_id: str
    round: int
    kind: MailKind
    priority: Priority
    reply_by: datetime | None = None
    update_cause: UpdateCause | EscalationCause | None = None
    channel: Channel = Channel.EMAIL
    cause: DeliveryCause = DeliveryCause.ALERT
    not_before: datetime | None = None
    drill_id: str | None = None


def request(connection: Connection, identities: Identities, wanted: Wanted, now: datetime) -> bool:
    """Ask for a mail; the same delivery is asked for once, whatever is repeated."""
    inserted = insert_if_absent(
        connection,
        deliveries,
        delivery_id=wanted.delivery_id,
        alert_id=wanted.alert_id,
        case_id=wanted.case_id,
        recipient_id=wanted.recipient_id,
        channel=wanted.channel.value,
        round=wanted.round,
        kind=wanted.kind.value,
        update_cause=wanted.update_cause.value if wanted.update_cause else None,
        priority=wanted.priority.value,
        state=DeliveryState.REQUESTED.value,
        attempt=0,
        next_attempt_at=wanted.not_before or now,
        possible_repeat=False,
        drill_id=wanted.drill_id,
        requested_at=now,
        updated_at=now,
    )
    if not inserted:
        return False
    detail = wanted.reply_by.isoformat() if wanted.reply_by else ""
    record(connection, wanted.delivery_id, DeliveryState.REQUESTED, wanted.cause, 0, detail, now)
    body = DeliveryRequested(
        delivery_id=wanted.delivery_id,
        alert_id=wanted.alert_id,
        recipient=wanted.recipient_id,
        channel=wanted.channel,
        round=wanted.round,
        priority=wanted.priority,
        at=now,
    )
    event_id = identities.event("delivery.requested", wanted.delivery_id)
    event = outbox.new_event(event_id, "delivery.requested", body, now, subject=wanted.case_id)
    return outbox.enqueue(connection, DELIVERIES, wanted.delivery_id, event, now)


def anything_due(connection: Connection, now: datetime, only_urgent: bool = False) -> bool:
    """A cheap question, before a claim takes the writer's place."""
    return connection.execute(select(1).where(_due(now, only_urgent)).limit(1)).first() is not None


def claim_due(
    connection: Connection, limit: int, fence: str, now: datetime, only_urgent: bool = False
) -> list[Delivery]:
    """Claim the most urgent deliveries, the oldest first. Commit before sending: only ``fence`` may say what came.

    only_urgent: leave what can wait where it is.
    """
    query = (
        select(*COLUMNS)
        .where(_due(now, only_urgent))
        .order_by(deliveries.c.priority, _CARRIES, deliveries.c.next_attempt_at, deliveries.c.delivery_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = at_once(connection, [delivery_from(row) for row in connection.execute(query)])
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
    """Record what came of a claim; False if another holds the claim, or an event has told more already.

    That the provider took the mail is evidence, whoever saw it: it counts though the claim was given up meanwhile.
    """
    current, outcome = locked(connection, claimed.delivery_id), replace(outcome, attempt=claimed.attempt)
    if current is None:
        return False
    if current.fence != claimed.fence or claimed.fence is None:
        accepted = outcome.state is DeliveryState.ACCEPTED
        return accepted and observe_row(connection, identities, current, outcome, now)
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


def unknown_since(connection: Connection, before: datetime, limit: int = 1000) -> list[Delivery]:
    """Deliveries in doubt since before ``before``, the most urgent first."""
    query = (
        select(*COLUMNS)
        .where(deliveries.c.state == DeliveryState.UNKNOWN.value, deliveries.c.updated_at <= before)
        .order_by(deliveries.c.priority, deliveries.c.updated_at)
        .limit(limit)
    )
    return [delivery_from(row) for row in connection.execute(query)]


def is_in_doubt(connection: Connection, delivery_id: str) -> bool:
    """Whether its outcome is unknown; if so, it stays until the transaction ends."""
    current = locked(connection, delivery_id)
    return current is not None and current.state is DeliveryState.UNKNOWN


def request_again(
    connection: Connection,
    identities: Identities,
    doubtful: Delivery,
    now: datetime,
    cause: DeliveryCause = DeliveryCause.OUTCOME_UNKNOWN,
) -> bool:
    """Send a doubtful mail once more, marked as a possible repeat; False if an answer came in the meantime."""
    current = locked(connection, doubtful.delivery_id)
    if current is None or current.state is not DeliveryState.UNKNOWN or current.attempt != doubtful.attempt:
        return False
    again = Observation(DeliveryState.REQUESTED, cause, next_attempt_at=now)
    return move(connection, identities, current, again, now, possible_repeat=True)


def cancel_unsent(connection: Connection, identities: Identities, alert_id: str, now: datetime) -> int:
    """Cancel what no sender has taken up; returns how many. What calls earlier mails back is sent all the same."""
    query = (
        select(*COLUMNS)
        .where(deliveries.c.alert_id == alert_id, deliveries.c.state == DeliveryState.REQUESTED.value)
        .where(deliveries.c.kind != MailKind.WITHDRAWAL.value)
        .order_by(deliveries.c.delivery_id)  # whoever locks several does so in this order
        .with_for_update()
    )
    unsent = [delivery_from(row) for row in connection.execute(query)]
    withdrawn = Observation(DeliveryState.CANCELLED, DeliveryCause.WITHDRAWN)
    return sum(observe_row(connection, identities, delivery, withdrawn, now) for delivery in unsent)


def find(connection: Connection, delivery_id: str) -> Delivery | None:
    row = connection.execute(select(*COLUMNS).where(deliveries.c.delivery_id == delivery_id)).first()
    return None if row is None else delivery_from(row)


def channels_to(connection: Connection, alert_id: str, recipient_id: str) -> list[Channel]:
    """By which a person was written to about an alert, or is to be."""
    query = select(deliveries.c.channel).distinct()
    query = query.where(deliveries.c.alert_id == alert_id, deliveries.c.recipient_id == recipient_id)
    return [Channel(channel) for channel in connection.execute(query).scalars()]


def _load(connection: Connection, delivery_ids: Sequence[str]) -> list[Delivery]:
    found = {
        row.delivery_id: delivery_from(row) for row in connection.execute(select(*COLUMNS).where(_among(delivery_ids)))
    }
    return [found[delivery_id] for delivery_id in delivery_ids]


def _due(now: datetime, only_urgent: bool) -> ColumnElement[bool]:
    due = or_(deliveries.c.next_attempt_at.is_(None), deliveries.c.next_attempt_at <= now)
    asked = (deliveries.c.state == DeliveryState.REQUESTED.value) & due
    return asked & deliveries.c.priority.in_(sorted(URGENT)) if only_urgent else asked


def _among(delivery_ids: Iterable[str]) -> ColumnElement[bool]:
    return deliveries.c.delivery_id.in_(list(delivery_ids))


_CARRIES = deliveries.c.alert_id.is_(None)
"""Bundles come after the mails of single alerts."""
