"""How far a drill of the canary has come, read from what each service has written of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select

from tocsin.domain.canary import CANARY
from tocsin.domain.identifiers import Identities
from tocsin.store.tables import deliveries, delivery_history, outbox, provider_events, sent_copies
from tocsin.store.tables.mail import drills
from tocsin_schemas.deliveries import DeliveryState

_TAKEN = (DeliveryState.ACCEPTED.value, DeliveryState.DELIVERED.value)


@dataclass(frozen=True, slots=True)
class Passage:
    """When each thing was done; None: not yet. accepted_at: by the mail provider (its 202)."""

    resolved_at: datetime | None = None
    resolved_told_at: datetime | None = None
    """When the broker had the event that says so, as of ``dispatched_told_at``."""
    dispatched_at: datetime | None = None
    dispatched_told_at: datetime | None = None
    requested_at: datetime | None = None
    accepted_at: datetime | None = None
    delivered_at: datetime | None = None

    @property
    def suspect(self) -> str | None:
        """The component that has the drill now; None once it was delivered."""
        return next((component for component, done in self._steps() if done is None), None)

    def _steps(self) -> Iterator[tuple[str, datetime | None]]:
        yield "resolver", self.resolved_at
        yield "relay", self.resolved_told_at
        yield "dispatcher", self.dispatched_at
        yield "relay", self.dispatched_told_at
        yield "mailer", self.requested_at
        yield "provider", self.accepted_at
        yield "webhook", self.delivered_at


def resolved_id(identities: Identities, drill_id: str) -> str:
    """The id of the event by which the resolver passes a drill on."""
    return identities.event("drill.resolved", drill_id)


def dispatched_id(identities: Identities, drill_id: str) -> str:
    """The same of the dispatcher."""
    return identities.event("drill.dispatched", drill_id)


def passage(connection: Connection, identities: Identities, drill_id: str) -> Passage:
    """How far the drill has come; of several mailboxes, the first to have it counts."""
    resolved, resolved_told = _told(connection, resolved_id(identities, drill_id))
    dispatched, dispatched_told = _told(connection, dispatched_id(identities, drill_id))
    of_drill = select(deliveries.c.delivery_id).where(deliveries.c.drill_id == drill_id)
    query = (
        select(delivery_history.c.state, func.min(delivery_history.c.at).label("at"))
        .where(delivery_history.c.delivery_id.in_(of_drill))
        .group_by(delivery_history.c.state)
    )
    first = {row.state: row.at for row in connection.execute(query)}
    delivered = first.get(DeliveryState.DELIVERED.value)
    accepted = min((first[state] for state in _TAKEN if state in first), default=None)
    requested = first.get(DeliveryState.REQUESTED.value)
    return Passage(resolved, resolved_told, dispatched, dispatched_told, requested, accepted, delivered)


@dataclass(frozen=True, slots=True)
class Drilled:
    drill_id: str
    published_at: datetime


def latest(connection: Connection, limit: int) -> list[Drilled]:
    """The last drills of the canary that came as far as the mailer, the latest first."""
    query = select(drills.c.drill_id, drills.c.started_at).where(drills.c.started_by == CANARY)
    query = query.order_by(drills.c.started_at.desc(), drills.c.drill_id).limit(limit)
    return [Drilled(*row) for row in connection.execute(query)]


def forget(connection: Connection, before: datetime) -> None:
    """Leave nothing of the canary's drills that were published before."""
    old = select(drills.c.drill_id).where(drills.c.started_by == CANARY, drills.c.started_at < before)
    mails = select(deliveries.c.delivery_id).where(deliveries.c.drill_id.in_(old))
    for table in (delivery_history, provider_events, sent_copies):
        connection.execute(delete(table).where(table.c.delivery_id.in_(mails)))
    connection.execute(delete(deliveries).where(deliveries.c.drill_id.in_(old)))
    connection.execute(delete(drills).where(drills.c.started_by == CANARY, drills.c.started_at < before))


def of_canary() -> ColumnElement[bool]:
    """For whatever counts mails: the condition on ``deliveries`` that finds the canary's, which are told to nobody."""
    return deliveries.c.drill_id.in_(select(drills.c.drill_id).where(drills.c.started_by == CANARY))


def _told(connection: Connection, event_id: str) -> tuple[datetime | None, datetime | None]:
    query = select(outbox.c.created_at, outbox.c.published_at).where(outbox.c.event_id == event_id)
    row = connection.execute(query).first()
    return (None, None) if row is None else (row.created_at, row.published_at)
