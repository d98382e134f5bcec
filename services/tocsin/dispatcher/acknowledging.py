"""Somebody has taken an alert in hand: nobody else is told because of silence, and operators need not ask."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from tocsin.dispatcher import casefile
from tocsin.dispatcher.announcing import Announcements
from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.timetable import OF_ALERTS
from tocsin.domain.routing.chain import chain
from tocsin.domain.routing.directory import Directory, index
from tocsin.runtime import metrics
from tocsin.store.alerting import acknowledgements, alerts, due_times
from tocsin.store.alerting.alerts import Alert
from tocsin.store.auditing import audit
from tocsin.store.casework import cases
from tocsin.store.casework.locks import lock_found
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.matching import reviews
from tocsin.store.streams import outbox
from tocsin_schemas.topics import ALERTS


class Unentitled(PermissionError):
    """This person was not told of the alert, and stands in no line to be told."""


def acknowledge(
    connection: Connection, deployment: Deployment, alert_id: str, recipient_id: str, now: datetime
) -> list[str]:
    """Note that a person has taken an alert in hand; returns the mandates for which that is new.

    Raises LookupError if there is no such alert, Unentitled if the person may not.
    """
    alert = alerts.get(connection, alert_id)
    if alert is None:
        raise LookupError(alert_id)
    lock_found(connection, lambda: {alert.case_id, cases.current(connection, alert.case_id)})
    file = casefile.read(connection, cases.current(connection, alert.case_id))
    people = index(entries.load_recipients(connection, deployment, now))
    if not is_entitled(alert, recipient_id, people, now):
        raise Unentitled(alert_id)
    return take_in_hand(connection, deployment, file, alert, recipient_id, people, now)


def is_entitled(alert: Alert, recipient_id: str, people: Directory, now: datetime) -> bool:
    """Whether this person was told of the alert, or stands in its line now."""
    return recipient_id in alert.recipients or _is_in_line(alert.mandate, recipient_id, people, now)


def take_in_hand(
    connection: Connection,
    deployment: Deployment,
    file: CaseFile,
    alert: Alert,
    recipient_id: str,
    people: Directory,
    now: datetime,
    known: str | None = None,
) -> list[str]:
    """As ``acknowledge``, for who is entitled, with the case locked.

    It counts for every alert of the case that this person alone was to answer by the same mail.
    known: how urgent the person knows it to be; None: as it is.
    """
    same = [
        a
        for a in file.alerts
        if a.mandate == alert.mandate or (not a.recipients and _is_in_line(a.mandate, recipient_id, people, now))
    ]
    return _answer(connection, deployment, same, recipient_id, now, known)


def answer_by_acting(
    connection: Connection, deployment: Deployment, file: CaseFile, mechanism: str, now: datetime
) -> list[str]:
    """A mechanism that plans or takes an action has answered its alerts on the case; returns the mandates.

    mechanism: or the mandate, if the seat acts in its own name.
    """
    own = [alert for alert in file.alerts if mechanism in (alert.mechanism, alert.mandate)]
    return _answer(connection, deployment, own, None, now)


def _is_in_line(mandate: str, recipient_id: str, people: Directory, now: datetime) -> bool:
    return any(recipient_id in tier.recipients for tier in chain(mandate, people, now))


def _answer(
    connection: Connection,
    deployment: Deployment,
    asked: Iterable[Alert],
    recipient_id: str | None,
    now: datetime,
    known: str | None = None,
) -> list[str]:
    announce = Announcements(deployment.identities, now)
    answered = []
    for alert in asked:
        priority = max(alert.priority, known or alert.priority)  # of two, the less urgent
        earlier = acknowledgements.number(connection, alert.alert_id)
        is_new = alert.state == "raised" and acknowledgements.add(
            connection, alert.alert_id, priority, recipient_id, now
        )
        if is_new and priority == alert.priority:
            answered.append(alert)
            announce.acknowledged(alert, recipient_id, earlier)
            if earlier == 0:
                waited = now - alerts.raised_at(connection, alert.alert_id)
                metrics.acknowledged(alert.priority, waited.total_seconds())
    due_times.cancel(connection, [alert.alert_id for alert in answered], OF_ALERTS, now)
    for alert in answered:
        reviews.resolve_of(connection, "unanswered", alert.alert_id, "dispatcher", now)
    outbox.enqueue_all(connection, ALERTS, announce.made, now)
    for alert in answered:
        detail = {"by": recipient_id or alert.mechanism, "priority": alert.priority}
        audit.append(connection, "dispatcher", "alert-acknowledged", alert.alert_id, detail, now)
    return sorted({alert.mandate for alert in answered})
