"""What a person, and the others of their mandates, have answered, and what was done on the cases that they know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, String, bindparam, cast, desc, func, or_, select, union, union_all

from tocsin.store.alerting.alerts import Alert
from tocsin.store.tables import actions, alerts, cases, deliveries, given_answers

_ALERTS: BindParameter[str] = bindparam("alerts", expanding=True)
_OF_MANDATES = select(alerts.c.alert_id).where(alerts.c.mandate.in_(bindparam("mandates", expanding=True)))
_WRITTEN = select(deliveries.c.alert_id).where(deliveries.c.recipient_id == bindparam("r"))
_ANSWERED = select(given_answers.c.alert_id).where(given_answers.c.recipient_id == bindparam("r"))
_TOLD = union(_OF_MANDATES, _WRITTEN).cte("told")
_CONCERNED = union(_OF_MANDATES, _WRITTEN, _ANSWERED).cte("concerned")
_KNOWN = select(*(alerts.c[name] for name in Alert.__dataclass_fields__)).where(alerts.c.alert_id.in_(_ALERTS))
_SAID = select(
    given_answers.c.given_at,
    given_answers.c.alert_id,
    given_answers.c.recipient_id,
    given_answers.c.answer,
    given_answers.c.to_recipient,
    given_answers.c.reason,
)
_SAID_TO = _SAID.where(given_answers.c.alert_id.in_(_ALERTS)).order_by(
    given_answers.c.given_at, given_answers.c.answer_id
)
_SAID_OF_ALL = _SAID.join(_CONCERNED, _CONCERNED.c.alert_id == given_answers.c.alert_id).order_by(
    desc(given_answers.c.given_at), given_answers.c.answer_id
)
_PASSED_ON = (
    select(deliveries.c.alert_id, deliveries.c.requested_at)
    .where(deliveries.c.alert_id.in_(_ALERTS), deliveries.c.kind == "escalation")
    .distinct()
    .order_by(deliveries.c.requested_at)
)
_WHOLE = (
    select(
        alerts.c.alert_id,
        alerts.c.mechanism,
        alerts.c.mandate,
        func.coalesce(cases.c.redirects_to, cases.c.case_id).label("case_id"),
    )
    .join(_TOLD, _TOLD.c.alert_id == alerts.c.alert_id)
    .join(cases, cases.c.case_id == alerts.c.case_id)
    .cte("whole")
)
_PARTY = (_WHOLE.c.alert_id, _WHOLE.c.mechanism, _WHOLE.c.mandate)
_PARTS = union_all(
    select(*_PARTY, _WHOLE.c.case_id.label("part")),
    select(*_PARTY, cases.c.case_id).join(cases, cases.c.redirects_to == _WHOLE.c.case_id),
).subquery("parts")
_SIGNED = cast(actions.c.signatories, String)
_BY = or_(
    actions.c.mechanism.in_((_PARTS.c.mechanism, _PARTS.c.mandate)),
    *(_SIGNED.like('%"' + key + '"%') for key in (_PARTS.c.mechanism, _PARTS.c.mandate)),
)
_ACTS = (
    select(actions.c.recorded_at, _PARTS.c.alert_id, actions.c.action_id)
    .join(_PARTS, _PARTS.c.part == actions.c.case_id)
    .where(_BY)
    .order_by(desc(actions.c.recorded_at), _PARTS.c.alert_id, actions.c.action_id)
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
    """An action on the case of an alert, or on one that is one case with it now."""

    at: datetime
    alert_id: str
    action_id: str


def known(connection: Connection, alert_ids: Collection[str]) -> dict[str, Alert]:
    """These alerts, by id, in whatever state."""
    rows = connection.execute(_KNOWN, {"alerts": sorted(alert_ids)})
    return {alert.alert_id: alert for alert in (Alert(*row) for row in rows)}


def said(connection: Connection, recipient_id: str, mandates: Collection[str]) -> list[SaidOf]:
    """Every answer to alerts of these mandates, to those that the person was written, and to those that they answered.

    The newest first.
    """
    rows = connection.execute(_SAID_OF_ALL, {"r": recipient_id, "mandates": sorted(mandates)})
    return [SaidOf(*row) for row in rows]


def said_to(connection: Connection, alert_ids: Collection[str]) -> list[SaidOf]:
    """Every answer to these alerts, the earliest first."""
    return [SaidOf(*row) for row in connection.execute(_SAID_TO, {"alerts": sorted(alert_ids)})]


def passed_on(connection: Connection, alert_ids: Collection[str]) -> list[tuple[str, datetime]]:
    """When the next in line were told of these alerts, the earliest first."""
    return [(alert_id, at) for alert_id, at in connection.execute(_PASSED_ON, {"alerts": sorted(alert_ids)})]


def acts(connection: Connection, recipient_id: str, mandates: Collection[str]) -> list[ActOn]:
    """Actions that the mandate of an alert may have taken or signed, whoever may see them; the newest first.

    Of alerts of these mandates, and of those that the person was written.
    """
    rows = connection.execute(_ACTS, {"r": recipient_id, "mandates": sorted(mandates)})
    return [ActOn(*row) for row in rows]
