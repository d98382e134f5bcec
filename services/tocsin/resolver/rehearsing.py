"""A drill report: looked for as any report is, and passed on. It stands in no case, and is compared with nobody."""

from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain import canary
from tocsin.domain.identifiers import report_id
from tocsin.resolver import finding
from tocsin.resolver.finding import Sought
from tocsin.resolver.outcome import Outcome
from tocsin.store.auditing import passages
from tocsin.store.database import lock_keys
from tocsin.store.deployment import Deployment
from tocsin.store.streams import outbox
from tocsin_schemas.drills import DrillResolved
from tocsin_schemas.reports import Report
from tocsin_schemas.topics import CASES


def pass_on(
    connection: Connection, deployment: Deployment, report: Report, keys: Sought, published_at: datetime, now: datetime
) -> Outcome:
    """Take the locks, read the index of candidates, and tell the dispatcher; a repeat tells nothing new."""
    lock_keys(connection, keys.hashed)
    identity, drill_id = (
        report_id(report.publisher, report.publisher_reference),
        canary.drill_id(report.publisher_reference),
    )
    candidates = finding.find(connection, keys, identity)
    resolved = DrillResolved(drill_id=drill_id, published_at=published_at, at=now)
    event_id = passages.resolved_id(deployment.identities, drill_id)
    outbox.enqueue(connection, CASES, drill_id, outbox.new_event(event_id, "drill.resolved", resolved, now), now)
    return Outcome("drill", identity, "", candidates=len(candidates))
