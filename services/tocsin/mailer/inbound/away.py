"""A mailbox answers that nobody is there: the next in line are told now, not when the time to answer is over.

It is never taken for an answer. Whoever forges one, having seen the mail, makes more people look, never fewer: it can
bring an escalation forward, once for each person and alert, and nothing else.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain import asking
from tocsin.domain.following.escalation import is_asked_after
from tocsin.domain.routing.chain import chain, is_absent
from tocsin.domain.routing.directory import index
from tocsin.store.alerting import acknowledgements, due_times
from tocsin.store.alerting.due_times import Kind
from tocsin.store.auditing import audit
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.mail import inbound
from tocsin.store.mail.deliveries import Delivery
from tocsin.store.matching import reviews
from tocsin.store.recipients import heard_answers
from tocsin_schemas.alerts import EscalationCause
from tocsin_schemas.directory import Recipient

AWAY = "recipient_away"
"""The kind of review that asks operators to enter the absence."""


@dataclass(frozen=True, slots=True)
class Absence:
    """before: by alert, who was known to be away before this mail."""

    delivery: Delivery
    before: dict[str, set[str]]


def known(connection: Connection, delivery: Delivery) -> Absence:
    """To be asked before the mail is kept, with the cases locked."""
    alerts = inbound.alerts_of(connection, delivery.delivery_id)
    return Absence(delivery, {alert_id: inbound.away(connection, alert_id) for alert_id in alerts})


def delegate(connection: Connection, deployment: Deployment, absence: Absence, now: datetime) -> list[str]:
    """Bring forward what waits for this person; returns the alerts. Operators are asked to enter the absence."""
    person = absence.delivery.recipient_id
    people = entries.load_recipients(connection, deployment, now)
    moved = [
        alert_id
        for alert_id, away in absence.before.items()
        if person not in away and _bring_forward(connection, alert_id, away | {person}, people, person, now)
    ]
    if not any(p.recipient_id == person and is_absent(p, now) for p in people):
        reason = asking.MAILBOX_AWAY(person=person)
        reviews.request_of(connection, AWAY, person, reason, now, absence.delivery.case_id)
    for alert_id in moved:
        audit.append(connection, "mailer", "escalation-brought-forward", alert_id, {"recipient": person}, now)
    return moved


def _bring_forward(
    connection: Connection, alert_id: str, away: set[str], people: list[Recipient], person: str, now: datetime
) -> bool:
    alert = acknowledgements.awaited(connection, alert_id)
    if alert is None or person not in alert.recipients:  # who merely follows the case was not asked
        return False
    present = set(alert.recipients) - away - heard_answers.stood_aside(connection, alert_id)
    if is_asked_after(chain(alert.mandate, index(people), now), person, present, inclusive=True):
        return False
    if not due_times.bring_forward(connection, alert_id, Kind.ESCALATION, now, EscalationCause.AWAY):
        reason = asking.UNANSWERED(why="nobody-left", mandate=alert.mandate)
        reviews.request_of(connection, "unanswered", alert_id, reason, now, alert.case_id)
        return False
    return True
