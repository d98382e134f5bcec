"""Routing a case, and what is kept of the decision: each changed one with its rule, and what people must look at."""

from datetime import datetime

from sqlalchemy import Connection

from tocsin.dispatcher.casefile import CaseFile
from tocsin.domain.routing.routes import Routing
from tocsin.domain.routing.standing import Standing, suggests_emblematic
from tocsin.store.alerting import alerts
from tocsin.store.alerting.alerts import Decision
from tocsin.store.casework.cases import Case
from tocsin.store.matching import reviews


def record(connection: Connection, case: Case, routing: Routing, version: str, now: datetime) -> None:
    """Keep each decision that is new or has changed, with the rule that made it. version: of the knowledge."""
    earlier = alerts.latest_decisions(connection, case.case_id)
    found = [Decision(r.mechanism, r.mandate, "route", r.rule, r.detail[:500]) for r in routing.routes]
    found += [Decision(r.mechanism, r.mandate, "refusal", r.rule, r.detail[:500]) for r in routing.refusals]
    changed = [d for d in found if earlier.get(d.mandate, (0, None))[1] != d]
    alerts.record_decisions(connection, case.case_id, case.revision, changed, version, now)


def queue_for_people(
    connection: Connection, file: CaseFile, routing: Routing, standing: Standing, now: datetime
) -> None:
    """Silence is a bug: a case of which nobody is told, or will be, waits for a person."""
    case_id = file.case.case_id
    if routing.needs_review:
        reviews.request(connection, "certainty", routing.triage_rule, now, case_id)
    if not standing.emblematic and (reasons := suggests_emblematic(file.claims, standing, now)):
        reviews.request(connection, "emblematic_suggested", ", ".join(reasons), now, case_id)
    if routing.routes or any(r.release_at is not None for r in routing.refusals):
        reviews.resolve(connection, "unrouted", case_id, "dispatcher", now)
        return
    silent = ", ".join(sorted({r.rule for r in routing.refusals})) or "no-competent-mandate"
    reviews.request(connection, "unrouted", silent, now, case_id)


def tally(revision: int, routing: Routing, standing: Standing) -> dict[str, object]:
    """What the audit log keeps of a decision."""
    lowered = standing.lowered
    return {
        "revision": revision,
        "priority": str(routing.priority),
        "reasons": list(routing.reasons),
        "routes": [r.mandate for r in routing.routes],
        "refusals": {r.mandate: r.rule for r in routing.refusals},
    } | ({"lowered_by": lowered.by} if lowered else {})
