"""Stands in for the mailer: every mail that alerts ask for is sent, and what it tells is put on record."""

from sqlalchemy import select

from databases import NOW, a_message
from dispatching import Pipeline
from tocsin.domain.routing.consent import Granted, addressee, may
from tocsin.knowledge.load import load
from tocsin.mailer.requesting import Requesting
from tocsin.store import tables
from tocsin.store.alerting import alerts, disclosures
from tocsin.store.alerting.disclosures import Disclosure
from tocsin.store.casework import reports
from tocsin.store.database import unit_of_work
from tocsin_schemas.events import decode_event
from tocsin_schemas.topics import ALERTS
from tocsin_schemas.vocabulary import Purpose


def mail(pipeline: Pipeline) -> None:
    """Send what has been asked for and was not sent yet."""
    requesting = Requesting(pipeline.deployment)
    with unit_of_work(pipeline.engine) as connection:
        for row in connection.execute(select(tables.outbox).where(tables.outbox.c.topic == ALERTS.name)):
            headers = [(name, value.encode()) for name, value in row.headers]
            event = decode_event(headers, row.body, NOW)
            requesting(connection, event, a_message(row.body), NOW)
        sent: set[str] = set()
        known = set(connection.execute(select(tables.disclosures.c.delivery_id)).scalars())
        for row in connection.execute(select(tables.deliveries).where(tables.deliveries.c.alert_id.is_not(None))):
            if row.kind != "withdrawal" and row.delivery_id not in known:
                sent.add(row.carried_by or row.delivery_id)
                alert = alerts.get(connection, row.alert_id)
                claims = reports.claims_of(connection, row.case_id)
                towards = addressee(load().mechanisms[alert.mechanism], alert.mandate)
                disclosures.record(
                    connection,
                    [
                        Disclosure(
                            row.delivery_id,
                            1,
                            claim.report_id,
                            row.alert_id,
                            row.case_id,
                            row.recipient_id,
                            "L1",
                            ["country"] if isinstance(may(claim, towards, Purpose.SHARE, NOW), Granted) else [],
                            NOW,
                        )
                        for claim in claims
                        if isinstance(may(claim, towards, Purpose.ALERT, NOW), Granted)
                    ],
                )
        for delivery_id in sent:
            trace = {"delivery_id": delivery_id, "state": "delivered", "cause": "webhook", "attempt": 1, "detail": ""}
            connection.execute(tables.delivery_history.insert(), trace | {"at": NOW})
