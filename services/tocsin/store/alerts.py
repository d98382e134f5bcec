"""Alerts: one for each case and mandate, raised once, held with a reason, updated when something material changes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from tocsin.store.database import insert_if_absent
from tocsin.store.tables import alerts, routing_decisions


@dataclass(frozen=True, slots=True)
class Alert:
    alert_id: str
    case_id: str
    mechanism: str
    mandate: str
    round: int
    state: str
    priority: str
    level: str
    rule: str
    detail: str
    recipients: list[str]
    hold_reason: str | None
    reply_by: datetime | None


_COLUMNS = [alerts.c[field] for field in Alert.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Decision:
    mechanism: str
    mandate: str
    outcome: str
    rule: str
    detail: str


def get(connection: Connection, alert_id: str) -> Alert | None:
    row = connection.execute(select(*_COLUMNS).where(alerts.c.alert_id == alert_id)).first()
    return None if row is None else Alert(*row)


def of_case(connection: Connection, case_id: str) -> dict[str, Alert]:
    """The alerts of a case by mandate."""
    rows = connection.execute(select(*_COLUMNS).where(alerts.c.case_id == case_id))
    return {row.mandate: Alert(*row) for row in rows}


def add(connection: Connection, alert: Alert, revision: int, now: datetime, release_at: datetime | None = None) -> None:
    row = {field: getattr(alert, field) for field in Alert.__dataclass_fields__}
    row |= {"revision": revision, "release_at": release_at, "raised_at": now, "updated_at": now}
    connection.execute(alerts.insert(), row)


def replace(connection: Connection, alert: Alert, now: datetime, release_at: datetime | None = None) -> None:
    """Write what changed of an alert."""
    values = {field: getattr(alert, field) for field in Alert.__dataclass_fields__ if field != "alert_id"}
    connection.execute(
        update(alerts)
        .where(alerts.c.alert_id == alert.alert_id)
        .values(**values, release_at=release_at, updated_at=now)
    )


def cases_due_for_release(connection: Connection, now: datetime, limit: int = 100) -> list[str]:
    """Cases with an alert whose embargo is over."""
    query = (
        select(alerts.c.case_id)
        .where(alerts.c.state == "held", alerts.c.release_at.is_not(None), alerts.c.release_at <= now)
        .distinct()
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def latest_decisions(connection: Connection, case_id: str) -> dict[str, Decision]:
    """What was last decided for each mandate of a case."""
    columns = [routing_decisions.c[field] for field in Decision.__dataclass_fields__]
    query = select(*columns).where(routing_decisions.c.case_id == case_id).order_by(routing_decisions.c.id)
    return {row.mandate: Decision(*row) for row in connection.execute(query)}


def record_decision(
    connection: Connection,
    case_id: str,
    case_revision: int,
    decision: Decision,
    knowledge_version: str,
    now: datetime,
) -> None:
    insert_if_absent(
        connection,
        routing_decisions,
        case_id=case_id,
        case_revision=case_revision,
        mechanism=decision.mechanism,
        mandate=decision.mandate,
        outcome=decision.outcome,
        rule=decision.rule,
        detail=decision.detail[:500],
        knowledge_version=knowledge_version,
        decided_at=now,
    )
