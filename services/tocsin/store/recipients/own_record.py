"""What a person, and the others of their mandates, have answered, and what was done on the cases that they know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, func, or_, select

from tocsin.store.alerting.alerts import Alert
from tocsin.store.tables import actions, alerts, cases, deliveries, given_answers

_ALERTS: BindParameter[str] = bindparam("alerts", expanding=True)
_COLUMNS = tuple(alerts.c[name] for name in Alert.__dataclass_fields__)
_WRITTEN = select(deliveries.c.alert_id).where(deliveries.c.recipient_id == bindparam("r"))
_ANSWERED = select(given_answers.c.alert_id).where(given_answers.c.recipient_id == bindparam("r"))
_CONCERNED = select(*_COLUMNS).where(
    or_(
        alerts.c.mandate.in_(bindparam("mandates", expanding=True)),
        alerts.c.alert_id.in_(_WRITTEN),
        alerts.c.alert_id.in_(_ANSWERED),
    )
)
_SAID = (
    select(
        given_answers.c.given_at,
        given_answers.c.alert_id,
        given_answers.c.recipient_id,
        given_answers.c.answer,
        given_answers.c.to_recipient,
        given_answers.c.reason,
    )
    .where(given_answers.c.alert_id.in_(_ALERTS))
    .order_by(given_answers.c.given_at, given_answers.c.answer_id)
)
_PASSED_ON = (
    select(deliveries.c.alert_id, deliveries.c.requested_at)
    .where(deliveries.c.alert_id.in_(_ALERTS), deliveries.c.kind == "escalation")
    .distinct()
    .order_by(deliveries.c.requested_at)
)


_HOME, _ASKED = cases.alias("home"), cases.alias("asked")
_ACTS = (
    select(actions.c.recorded_at, _ASKED.c.case_id, actions.c.action_id)
    .join(_HOME, _HOME.c.case_id == actions.c.case_id)
    .join(
        _ASKED,
        func.coalesce(_ASKED.c.redirects_to, _ASKED.c.case_id) == func.coalesce(_HOME.c.redirects_to, _HOME.c.case_id),
    )
    .where(_ASKED.c.case_id.in_(bindparam("cases", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class SaidOf:
    """One answer to an alert, by whom."""

    at: datetime
    alert_id: str
    recipient_id: str
    answer: str
    to_recipient: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ActOn:
    """An action on a case, or on one that is one case with it now."""

    at: datetime
    case_id: str
    action_id: str


def concerned(connection: Connection, recipient_id: str, mandates: Collection[str]) -> list[Alert]:
    """Alerts of these mandates, those by which the person was written to, and those they answered; in any state."""
    rows = connection.execute(_CONCERNED, {"r": recipient_id, "mandates": sorted(mandates)})
    return [Alert(*row) for row in rows]


def said(connection: Connection, alert_ids: Collection[str]) -> list[SaidOf]:
    """Every answer to these alerts, the earliest first."""
    return [SaidOf(*row) for row in connection.execute(_SAID, {"alerts": sorted(alert_ids)})]


def passed_on(connection: Connection, alert_ids: Collection[str]) -> list[tuple[str, datetime]]:
    """When the next in line were told of these alerts, the earliest first."""
    return [(alert_id, at) for alert_id, at in connection.execute(_PASSED_ON, {"alerts": sorted(alert_ids)})]


def acts(connection: Connection, case_ids: Collection[str]) -> list[ActOn]:
    """Every action on these cases, whoever took it and whoever may see it."""
    return [ActOn(*row) for row in connection.execute(_ACTS, {"cases": sorted(case_ids)})]
