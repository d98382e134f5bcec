"""Alerts: one for each case and mandate, raised once, held with a reason, updated when something material changes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from tocsin.store.tables import alerts, routing_decisions
from tocsin_schemas.alerts import HoldReason


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


class Decision(NamedTuple):
    mechanism: str
    mandate: str
    outcome: str
    rule: str
    detail: str


Held = tuple[Alert, datetime | None]
"""An alert, and when its embargo ends, if one holds it."""
_FIELDS = tuple(Alert.__dataclass_fields__)
_COLUMNS = [alerts.c[field] for field in _FIELDS]
_GET = select(*_COLUMNS).where(alerts.c.alert_id == bindparam("a"))
_RAISED_AT = select(alerts.c.raised_at).where(alerts.c.alert_id == bindparam("a"))
_ALL_RAISED_AT = select(alerts.c.alert_id, alerts.c.raised_at).where(
    alerts.c.alert_id.in_(bindparam("alerts", expanding=True))
)
_OF_CASE = select(*_COLUMNS).where(alerts.c.case_id == bindparam("c"))
_OF_CASES = select(*_COLUMNS).where(alerts.c.case_id.in_(bindparam("cases", expanding=True)))
_REPLACE = (
    update(alerts)
    .where(alerts.c.alert_id == bindparam("replaced"))
    .values({field: bindparam(field) for field in (*_FIELDS, "release_at", "updated_at")})
)
_DECISIONS = (
    select(*(routing_decisions.c[field] for field in ("case_revision", *Decision._fields)))
    .where(routing_decisions.c.case_id == bindparam("c"))
    .order_by(routing_decisions.c.id)
)


def get(connection: Connection, alert_id: str) -> Alert | None:
    row = connection.execute(_GET, {"a": alert_id}).first()
    return None if row is None else Alert(*row)


def raised_at(connection: Connection, alert_id: str) -> datetime:
    """When a known alert was first raised or held."""
    since: datetime = connection.execute(_RAISED_AT, {"a": alert_id}).scalar_one()
    return since


def all_raised_at(connection: Connection, alert_ids: Collection[str]) -> dict[str, datetime]:
    """As ``raised_at``, by alert."""
    return dict(connection.execute(_ALL_RAISED_AT, {"alerts": sorted(alert_ids)}).all())


def of_case(connection: Connection, case_id: str) -> dict[str, Alert]:
    """The alerts of a case by mandate."""
    found = [Alert(*row) for row in connection.execute(_OF_CASE, {"c": case_id})]
    return {alert.mandate: alert for alert in found}


def of_cases(connection: Connection, case_ids: Sequence[str]) -> list[Alert]:
    """The alerts of several cases."""
    if not case_ids:
        return []
    return [Alert(*row) for row in connection.execute(_OF_CASES, {"cases": list(case_ids)})]


def add(connection: Connection, alert: Alert, revision: int, now: datetime, release_at: datetime | None = None) -> None:
    add_all(connection, [(alert, release_at)], revision, now)


def add_all(connection: Connection, added: Sequence[Held], revision: int, now: datetime) -> None:
    rows = [_row(alert, release_at, now) | {"revision": revision, "raised_at": now} for alert, release_at in added]
    if rows:
        connection.execute(alerts.insert(), rows)


def replace_all(connection: Connection, replaced: Sequence[Held], now: datetime) -> None:
    """Write what changed of each alert."""
    rows = [_row(alert, release_at, now) | {"replaced": alert.alert_id} for alert, release_at in replaced]
    if rows:
        connection.execute(_REPLACE, rows)


def _row(alert: Alert, release_at: datetime | None, now: datetime) -> dict[str, Any]:
    return {field: getattr(alert, field) for field in _FIELDS} | {"release_at": release_at, "updated_at": now}


def latest_decisions(connection: Connection, case_id: str) -> dict[str, tuple[int, Decision]]:
    """What was last decided for each mandate of a case, and at which revision of it."""
    found = [(row[0], Decision(*row[1:])) for row in connection.execute(_DECISIONS, {"c": case_id})]
    return {decision.mandate: (revision, decision) for revision, decision in found}


def record_decisions(
    connection: Connection,
    case_id: str,
    case_revision: int,
    decisions: Sequence[Decision],
    knowledge_version: str,
    now: datetime,
) -> None:
    """Call it with the case locked, for what has changed: a mandate may be decided on again at one revision."""
    of_case = {
        "case_id": case_id,
        "case_revision": case_revision,
        "knowledge_version": knowledge_version,
        "decided_at": now,
    }
    if decisions:
        connection.execute(routing_decisions.insert(), [of_case | decision._asdict() for decision in decisions])


def held_for_want_of_a_recipient(connection: Connection, mandates: Collection[str]) -> list[str]:
    """Cases with an alert that one of these mandates would be told of, if anybody held it."""
    held = (alerts.c.state == "held") & (alerts.c.hold_reason == HoldReason.NO_RECIPIENT)
    query = select(alerts.c.case_id).where(held, alerts.c.mandate.in_(list(mandates))).distinct()
    return list(connection.execute(query.order_by(alerts.c.case_id)).scalars())
