"""A drill: routed as any case is, with the directory and the knowledge of now, and then sent to the canary mailbox."""

from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain import canary
from tocsin.domain.claims import claim_from
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.chain import chain
from tocsin.domain.routing.directory import Directory
from tocsin.domain.routing.routes import route
from tocsin.store.auditing import passages
from tocsin.store.deployment import Deployment
from tocsin.store.streams import outbox
from tocsin_schemas.drills import DrillDispatched, DrillResolved
from tocsin_schemas.knowledge import Knowledge
from tocsin_schemas.topics import ALERTS


def send_on(
    connection: Connection,
    deployment: Deployment,
    drill: DrillResolved,
    people: Directory,
    knowledge: Knowledge,
    now: datetime,
) -> str:
    """Whom a real case would be told to is worked out and left: only who holds the canary's mandate is named."""
    report = canary.drill_report(drill.drill_id, drill.published_at)
    claim = claim_from(report, report_id(report.publisher, report.publisher_reference))
    found = route([claim], people, knowledge, now)
    mailbox = chain(canary.MANDATE, people, now)
    if not mailbox or not (found.routes or found.refusals):
        return "drill-unrouted"
    dispatched = DrillDispatched(
        drill_id=drill.drill_id, published_at=drill.published_at, at=now, recipients=list(mailbox[0].recipients)
    )
    event_id = passages.dispatched_id(deployment.identities, drill.drill_id)
    event = outbox.new_event(event_id, "drill.dispatched", dispatched, now)
    outbox.enqueue(connection, ALERTS, drill.drill_id, event, now)
    return "drill-dispatched"
