"""What a person, and the others of their mandates, have answered, and what was done on the cases that they know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, String, bindparam, cast, desc, exists, func, or_, select, union_all

from tocsin.store.alerting.alerts import Alert
from tocsin.store.tables import actions, alerts, cases, deliveries, given_answers

_ALERTS: BindParameter[str] = bindparam("alerts", expanding=True)
_WRITTEN = exists().where(deliveries.c.recipient_id == bindparam("r"), deliveries.c.alert_id == alerts.c.alert_id)
_TOLD = or_(alerts.c.mandate.in_(bindparam("mandates", expanding=True)), _WRITTEN)
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
_OWN = given_answers.alias("own")
_ANSWERED = exists().where(_OWN.c.recipient_id == bindparam("r"), _OWN.c.alert_id == alerts.c.alert_id)
_SAID_OF_ALL = (
    _SAID.join(alerts, alerts.c.alert_id == given_answers.c.alert_id)
    .where(given_answers.c.given_at >= bindparam("since"), given_answers.c.given_at < bindparam("until"))
    .where(or_(_TOLD, _ANSWERED))
    .order_by(desc(given_answers.c.given_at), given_answers.c.answer_id)
)
_PASSED_ON = (
    select(deliveries.c.alert_id, deliveries.c.requested_at)
    .where(deliveries.c.alert_id.in_(_ALERTS), deliveries.c.kind == "escalation")
    .distinct()
    .order_by(deliveries.c.requested_at)
)
_DONE = (
    select(
        actions.c.action_id,
        actions.c.recorded_at,
        actions.c.mechanism,
        cast(actions.c.signatories, String).label("signed"),
        func.coalesce(cases.c.redirects_to, cases.c.case_id).label("whole"),
    )
    .join(cases, cases.c.case_id == actions.c.case_id)
    .where(actions.c.recorded_at >= bindparam("since"), actions.c.recorded_at < bindparam("until"))
    .cte("done")
)
_PARTS = union_all(
    select(_DONE, _DONE.c.whole.label("part")),
    select(_DONE, cases.c.case_id).join(cases, cases.c.redirects_to == _DONE.c.whole),
).subquery("parts")
_BY = or_(
    _PARTS.c.mechanism.in_((alerts.c.mechanism, alerts.c.mandate)),
    *(_PARTS.c.signed.like('%"' + key + '"%') for key in (alerts.c.mechanism, alerts.c.mandate)),
)
_ACTS = (
    select(_PARTS.c.recorded_at, alerts.c.alert_id, _PARTS.c.action_id)
    .join(alerts, alerts.c.case_id == _PARTS.c.part)
    .where(_BY, _TOLD)
    .order_by(desc(_PARTS.c.recorded_at), alerts.c.alert_id, _PARTS.c.action_id)
)


@dataclass(frozen=True, slots=True)
class Whose:
    """mandates: those that the person is in line for now."""

    recipient_id: str
    mandates: Collection[str]


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


def said(connection: Connection, whose: Whose, since: datetime, until: datetime) -> list[SaidOf]:
    """Every answer to alerts of these mandates, to those that the person was written, and to those that they answered.

    The newest first. until: itself not included.
    """
    return [SaidOf(*row) for row in connection.execute(_SAID_OF_ALL, _asked(whose, since, until))]


def said_to(connection: Connection, alert_ids: Collection[str]) -> list[SaidOf]:
    """Every answer to these alerts, the earliest first."""
    return [SaidOf(*row) for row in connection.execute(_SAID_TO, {"alerts": sorted(alert_ids)})]


def passed_on(connection: Connection, alert_ids: Collection[str]) -> list[tuple[str, datetime]]:
    """When the next in line were told of these alerts, the earliest first."""
    return [(alert_id, at) for alert_id, at in connection.execute(_PASSED_ON, {"alerts": sorted(alert_ids)})]


def acts(connection: Connection, whose: Whose, since: datetime, until: datetime) -> list[ActOn]:
    """Actions that the mandate of an alert may have taken or signed, whoever may see them; the newest first.

    Of alerts of these mandates, and of those that the person was written. until: itself not included.
    """
    return [ActOn(*row) for row in connection.execute(_ACTS, _asked(whose, since, until))]


def _asked(whose: Whose, since: datetime, until: datetime) -> dict[str, object]:
    return {"r": whose.recipient_id, "mandates": sorted(whose.mandates), "since": since, "until": until}
