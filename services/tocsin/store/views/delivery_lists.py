"""Mails as operators see them: by state and case, each with its whole history and the provider's events; no address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from tocsin.store.tables import alerts, cases, deliveries, delivery_history, provider_events

PAGE = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A mail. reference: of its case, if it is of one alone. mandate: that it tells, if it is one alone."""

    delivery_id: str
    kind: str
    priority: str
    state: str
    channel: str
    attempt: int
    possible_repeat: bool
    provider: str | None
    recipient_id: str
    carried_by: str | None
    drill_id: str | None
    next_attempt_at: datetime | None
    requested_at: datetime
    updated_at: datetime
    reference: str | None
    mandate: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a mail, and by whose word. detail: the provider's code."""

    at: datetime
    state: str
    cause: str
    attempt: int
    detail: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the provider's, and when it reached us."""

    occurred_at: datetime
    received_at: datetime
    event: str


_OWN = [deliveries.c[name] for name in Line.__dataclass_fields__ if name not in ("reference", "mandate")]
_LINES: Select[Any] = (
    select(*_OWN, cases.c.reference, alerts.c.mandate)
    .select_from(
        deliveries.outerjoin(cases, cases.c.case_id == deliveries.c.case_id).outerjoin(
            alerts, alerts.c.alert_id == deliveries.c.alert_id
        )
    )
    .order_by(deliveries.c.updated_at.desc(), deliveries.c.delivery_id)
)


def listed(connection: Connection, state: str = "", reference: str = "", page: int = 1) -> list[Line]:
    """A page of the mails, what changed last first. state, reference: of these alone, unless empty."""
    wanted = select(deliveries.c.delivery_id).order_by(deliveries.c.updated_at.desc(), deliveries.c.delivery_id)
    if state:
        wanted = wanted.where(deliveries.c.state == state)
    if reference:
        known = select(cases.c.case_id).where(cases.c.reference == reference.strip().upper())
        wanted = wanted.where(deliveries.c.case_id == known.scalar_subquery())
    of_page = wanted.limit(PAGE).offset((page - 1) * PAGE).subquery()
    query = _LINES.join(of_page, of_page.c.delivery_id == deliveries.c.delivery_id)
    return [Line(*row) for row in connection.execute(query)]


def one(connection: Connection, delivery_id: str) -> Line | None:
    row = connection.execute(_LINES.where(deliveries.c.delivery_id == delivery_id)).first()
    return None if row is None else Line(*row)


def history(connection: Connection, delivery_id: str) -> list[Step]:
    """Everything that became of a mail, in the order in which it was recorded."""
    columns = [delivery_history.c[name] for name in Step.__dataclass_fields__]
    query = select(*columns).where(delivery_history.c.delivery_id == delivery_id).order_by(delivery_history.c.id)
    return [Step(*row) for row in connection.execute(query)]


def events(connection: Connection, delivery_id: str) -> list[Told]:
    """What the provider has told of a mail, in the order in which it happened."""
    columns = [provider_events.c[name] for name in Told.__dataclass_fields__]
    query = select(*columns).where(provider_events.c.delivery_id == delivery_id)
    order = (provider_events.c.occurred_at, provider_events.c.provider_event_id)
    return [Told(*row) for row in connection.execute(query.order_by(*order))]


def carried(connection: Connection, delivery_id: str) -> list[Line]:
    """The mails that this one tells, or that tells this one."""
    own = select(deliveries.c.carried_by).where(deliveries.c.delivery_id == delivery_id).scalar_subquery()
    query = _LINES.where(or_(deliveries.c.carried_by == delivery_id, deliveries.c.delivery_id == own))
    return [Line(*row) for row in connection.execute(query.limit(PAGE))]
