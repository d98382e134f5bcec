"""Looking for a delivery in the provider's log, and noting what it tells, each copy for itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from tocsin.mailer.sender import CopiesLog, Sent
from tocsin.store.casework import cases
from tocsin.store.casework.locks import despite_deadlocks
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.mail import deliveries
from tocsin.store.mail.copies import SENDGRID
from tocsin.store.mail.deliveries import Delivery, Observation
from tocsin_schemas.deliveries import Channel, DeliveryCause


@dataclass(frozen=True, slots=True)
class Looking:
    """What the log of SendGrid knows of our mails. A mail that another provider took is in no log."""

    engine: Engine
    deployment: Deployment
    log: CopiesLog
    clock: Callable[[], datetime]

    def look(self, delivery: Delivery) -> list[Sent]:
        """Every copy that the log knows of; none if the address is gone. Raises LogUnavailable."""
        with reading(self.engine) as connection:
            reference = "" if delivery.case_id is None else cases.get(connection, delivery.case_id).reference
            channel = Channel(delivery.channel)
            try:
                address = entries.address_of(connection, self.deployment, delivery.recipient_id, channel)
            except (entries.Erased, entries.Altered):
                return []
        since = delivery.requested_at or delivery.claimed_at or delivery.updated_at
        return list(self.log.copies(delivery.delivery_id, address, reference, since))

    def note(self, delivery: Delivery, found: list[Sent]) -> bool:
        """Record what was found; tells whether anything changed by it."""
        return despite_deadlocks(lambda: self._note(delivery, found))

    def _note(self, delivery: Delivery, found: list[Sent]) -> bool:
        with unit_of_work(self.engine) as connection:
            changes = [
                deliveries.observe(
                    connection, self.deployment.identities, delivery.delivery_id, _told(sent), self.clock()
                )
                for sent in found
            ]
        return any(changes)


def _told(sent: Sent) -> Observation:
    return Observation(
        sent.state,
        DeliveryCause.PROVIDER_LOG,
        provider=SENDGRID,
        provider_message_id=sent.provider_message_id,
        attempt=sent.attempt,
    )
