"""Calling back what was told and may no longer be: a notice to those who were told, once, and a trace of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.changes import Changes
from tocsin.domain.following.recall import Telling, taken_back
from tocsin.domain.routing.consent import Addressee, addressee
from tocsin.store.alerting import alerts, recalls
from tocsin.store.alerting.alerts import Alert
from tocsin.store.auditing import audit
from tocsin.store.casework import cases
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.knowledge import Knowledge

CONCERNED = "concerned-no-more"


def recall(
    connection: Connection, file: CaseFile, routed: set[str], knowledge: Knowledge, changes: Changes
) -> Mapping[str, list[Telling]]:
    """Find what may no longer be told to those who were, and tell them; returns it by alert.

    Alerts of other cases, for which a report of this one was told before it came here, are left to those cases.
    routed: the mandates that may be told of the case as it stands.
    """
    standing = recalls.standing(connection, file.family)
    if not standing.tellings:
        return {}
    ours = {alert.alert_id: alert for alert in file.alerts}
    known = ours | {a.alert_id: a for a in _of_others(connection, standing, ours)}
    towards = {alert_id: to for alert_id, alert in known.items() if (to := _addressee(alert, knowledge)) is not None}
    found: dict[str, list[Telling]] = defaultdict(list)
    for telling in taken_back(standing.tellings, standing.claims, towards, changes.announce.now):
        found[telling.alert_id].append(telling)
    for alert_id, tellings in sorted(found.items()):
        if alert_id in ours:
            _call_back(ours[alert_id], tellings, routed, changes)
        else:
            case_id = cases.current(connection, standing.case_of[alert_id])
            changes.timetable.route_again(case_id, changes.announce.now, alert_id)
    own = {alert_id: tellings for alert_id, tellings in found.items() if alert_id in ours}
    recalls.record(connection, [t for tellings in own.values() for t in tellings], changes.announce.now)
    return own


def trace(connection: Connection, recalled: Mapping[str, Sequence[Telling]], changes: Changes) -> None:
    """Put on record who was asked to delete what. Call it last."""
    for alert_id, tellings in sorted(recalled.items()):
        detail = {
            "reports": sorted({t.report_id for t in tellings}),
            "recipients": sorted({t.recipient_id for t in tellings}),
        }
        audit.append(connection, "dispatcher", "disclosure-recalled", alert_id, detail, changes.announce.now)


def _call_back(alert: Alert, tellings: Sequence[Telling], routed: set[str], changes: Changes) -> None:
    """After the alert itself was held or closed, so that nothing unsent goes out behind the notice."""
    told = sorted({t.recipient_id for t in tellings})
    latest = changes.latest(alert)
    if latest.state == "raised" and latest.mandate not in routed:
        latest = replace(latest, state="closed", rule=CONCERNED, round=latest.round + 1)
        changes.announce.closed(latest, "report_withdrawn")
        changes.timetable.ask_no_more(latest)
    kept = latest.recipients if latest.state == "raised" else [p for p in latest.recipients if p not in told]
    notice = replace(latest, round=latest.round + 1, recipients=kept)
    changes.amend(notice)
    changes.announce.updated(notice, UpdateCause.WITHDRAWN, told)


def _of_others(connection: Connection, standing: recalls.Standing, ours: Mapping[str, Alert]) -> list[Alert]:
    others = {standing.case_of[t.alert_id] for t in standing.tellings if t.alert_id not in ours}
    return alerts.of_cases(connection, sorted(others))


def _addressee(alert: Alert, knowledge: Knowledge) -> Addressee | None:
    mechanism = knowledge.mechanisms.get(alert.mechanism)
    return None if mechanism is None else addressee(mechanism, alert.mandate)
