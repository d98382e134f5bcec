"""A drill of the canary asks for one mail, to the canary mailbox and to nobody else, whatever its event names."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from tocsin.domain import canary
from tocsin.store.auditing import passages
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.mail import deliveries, drills
from tocsin.store.mail.deliveries import Wanted
from tocsin.store.mail.drills import Drill
from tocsin_schemas.deliveries import DeliveryCause, MailKind
from tocsin_schemas.drills import DrillDispatched
from tocsin_schemas.vocabulary import Priority

_LIFE = timedelta(minutes=15)
"""A mail that has not left by then would measure nothing."""
_KEPT = timedelta(days=30)


def request(connection: Connection, deployment: Deployment, drill: DrillDispatched, now: datetime) -> str:
    """Look again, in the directory of now, whether each recipient is a canary mailbox; others are left out."""
    known = entries.load_recipients(connection, deployment, now)
    mailboxes = {seat.recipient_id for seat in known if canary.is_canary_mailbox(seat)}
    recipients = [each for each in drill.recipients if each in mailboxes]
    if not recipients or drills.get(connection, drill.drill_id) is not None:
        return "noted"
    passages.forget(connection, now - _KEPT)
    by = canary.CANARY
    drills.add(connection, Drill(drill.drill_id, None, by, drill.published_at, drill.published_at + _LIFE))
    for recipient_id in recipients:
        wanted = Wanted(
            delivery_id=deployment.identities.carrier(MailKind.DRILL.value, recipient_id, drill.drill_id),
            alert_id=None,
            case_id=None,
            recipient_id=recipient_id,
            round=0,
            kind=MailKind.DRILL,
            priority=Priority.P4,
            cause=DeliveryCause.DRILL,
            drill_id=drill.drill_id,
        )
        deliveries.request(connection, deployment.identities, wanted, now)
    return "requested"
