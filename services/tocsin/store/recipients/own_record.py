"""What a person, and the others of their mandates, have answered, and what was done on the cases that they know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    Connection,
    String,
    bindparam,
    cast,
    desc,
    or_,
    select,
    union,
    union_all,
)

from tocsin.store.alerting.alerts import Alert
from tocsin.store.database import plan_for_values
from tocsin.store.recipients.beyond import BEYOND, MANDATES
from tocsin.store.tables import actions, alerts, cases, deliveries, given_answers

_ALERTS: BindParameter[str] = bindparam("alerts", expanding=True)
_KNOWN = select(*(alerts.c[name] for name in Alert.__dataclass_fields__)).where(alerts.c.alert_id.in_(_ALERTS))
_SAID = select(
    given_answers.c.given_at,
    given_answers.c.alert_id,
    given_answers.c.recipient_id,
    given_answers.c.answer,
    given_answers.c.to_recipient,
    given_answers.c.reason,
    given_answers.c.answer_id,
)
_SAID_TO = _SAID.where(given_answers.c.alert_id.in_(_ALERTS)).order_by(
    given_answers.c.given_at, given_answers.c.answer_id
)
_SAID_IN_TIME = _SAID.where(
    given_answers.c.given_at >= bindparam("since"), given_answers.c.given_at < bindparam("until")
)
_OF_ANSWER = alerts.c.alert_id == given_answers.c.alert_id
_SAID_OF_OWN = (
    _SAID_IN_TIME.join(alerts, _OF_ANSWER).where(alerts.c.mandate.in_(MANDATES)),
    _SAID_IN_TIME.where(given_answers.c.recipient_id == bindparam("r")),
)
_SAID_BEYOND = [_SAID_IN_TIME.join(BEYOND, BEYOND.c.alert_id == given_answers.c.alert_id)]
_SAID_OF = {
    is_beyond: union(*_SAID_OF_OWN, *(_SAID_BEYOND if is_beyond else [])).order_by(desc("given_at"), "answer_id")
    for is_beyond in (False, True)
}
"""By whether anything is beyond the person's mandates."""
_PASSED_ON = (
    select(deliveries.c.alert_id, deliveries.c.requested_at)
    .where(deliveries.c.alert_id.in_(_ALERTS), deliveries.c.kind == "escalation")
    .distinct()
    .order_by(deliveries.c.requested_at)
)
_ONE, _OTHER = cases.alias("one"), cases.alias("other")
_KIN = union(
    select(_ONE.c.case_id.label("one"), _ONE.c.redirects_to.label("other")).where(_ONE.c.redirects_to.is_not(None)),
    select(_ONE.c.redirects_to, _ONE.c.case_id).where(_ONE.c.redirects_to.is_not(None)),
    select(_ONE.c.case_id, _OTHER.c.case_id)
    .join(_OTHER, _OTHER.c.redirects_to == _ONE.c.redirects_to)
    .where(_ONE.c.redirects_to.is_not(None), _OTHER.c.redirects_to.is_not(None), _OTHER.c.case_id != _ONE.c.case_id),
).cte("kin")
"""Pairs of cases that are one now: few, and looked up only for what was done on one of them."""
_SIGNED = cast(actions.c.signatories, String)
_ACTED = select(actions.c.recorded_at, alerts.c.alert_id, actions.c.action_id).where(
    actions.c.recorded_at >= bindparam("since"),
    actions.c.recorded_at < bindparam("until"),
    or_(
        actions.c.mechanism.in_((alerts.c.mechanism, alerts.c.mandate)),
        *(_SIGNED.like('%"' + key + '"%') for key in (alerts.c.mechanism, alerts.c.mandate)),
    ),
)
_HERE = _ACTED.join(alerts, alerts.c.case_id == actions.c.case_id)
_ON_KIN = _ACTED.join(_KIN, _KIN.c.one == actions.c.case_id).join(alerts, alerts.c.case_id == _KIN.c.other)
_ACTED_OF_OWN = [query.where(alerts.c.mandate.in_(MANDATES)) for query in (_HERE, _ON_KIN)]
_ACTED_BEYOND = [query.join(BEYOND, BEYOND.c.alert_id == alerts.c.alert_id) for query in (_HERE, _ON_KIN)]
_ACTED_ON = {
    is_beyond: union_all(*_ACTED_OF_OWN, *(_ACTED_BEYOND if is_beyond else [])).order_by(
        desc("recorded_at"), "alert_id", "action_id"
    )
    for is_beyond in (False, True)
}
"""By whether anything is beyond the person's mandates."""


@dataclass(frozen=True, slots=True)
class Whose:
    """mandates: those that the person is in line for now. is_beyond: whether they were written of anything else."""

    recipient_id: str
    mandates: Sequence[str]
    is_beyond: bool


@dataclass(frozen=True, slots=True)
class SaidOf:
    """One answer to an alert, by whom."""

    at: datetime
    alert_id: str
    recipient_id: str
    answer: str
    to_recipient: str | None
    reason: str | None
    answer_id: str


@dataclass(frozen=True, slots=True)
class ActOn:
    """An action on the case of an alert, or on one that is one case with it now."""

    at: datetime
    alert_id: str
    action_id: str


def whose(connection: Connection, recipient_id: str, mandates: Collection[str]) -> Whose:
    plan_for_values(connection)
    held = sorted(mandates)
    beyond = connection.execute(select(BEYOND.c.alert_id).limit(1), {"r": recipient_id, "mandates": held})
    return Whose(recipient_id, held, beyond.first() is not None)


def known(connection: Connection, alert_ids: Collection[str]) -> dict[str, Alert]:
    """These alerts, by id, in whatever state."""
    rows = connection.execute(_KNOWN, {"alerts": sorted(alert_ids)})
    return {alert.alert_id: alert for alert in (Alert(*row) for row in rows)}


def said(connection: Connection, whose: Whose, since: datetime, until: datetime) -> list[SaidOf]:
    """Every answer to alerts of these mandates or to those that the person was written, and every one of their own.

    The newest first. until: itself not included.
    """
    return [SaidOf(*row) for row in connection.execute(_SAID_OF[whose.is_beyond], _asked(whose, since, until))]


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
    return [ActOn(*row) for row in connection.execute(_ACTED_ON[whose.is_beyond], _asked(whose, since, until))]


def _asked(whose: Whose, since: datetime, until: datetime) -> dict[str, object]:
    return {"r": whose.recipient_id, "mandates": whose.mandates, "since": since, "until": until}
