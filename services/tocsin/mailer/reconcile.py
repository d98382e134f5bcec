"""Settling doubt: a mail that may or may not have been accepted is looked for before it is ever sent again.

The provider's events answer by themselves (see ``webhook``). Where none came, its log is asked; and only a mail that
is not there either goes out once more, marked as a possible repeat: a lost alert is worse than one told twice.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from tocsin.mailer.sender import LogUnavailable, Sent, SentLog
from tocsin.store import cases, deliveries, directory
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deliveries import Delivery, Observation
from tocsin.store.deployment import Deployment
from tocsin_schemas.deliveries import DeliveryCause
from tocsin_schemas.vocabulary import Priority

_URGENT = {Priority.P1.value, Priority.P2.value}
_PATIENCE = 6
"""How many times longer to wait where the mail is not urgent, or where the log cannot be asked."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Settles unknown outcomes.

    doubt: how long to wait for the provider's events first.
    """

    engine: Engine
    deployment: Deployment
    sent_log: SentLog
    doubt: timedelta
    clock: Callable[[], datetime]

    def settle(self) -> int:
        """Look at every delivery in doubt for long enough; returns how many were settled."""
        with reading(self.engine) as connection:
            doubtful = deliveries.unknown_since(connection, self.clock() - self.doubt)
        return sum(self._settle(delivery) for delivery in doubtful)

    def _settle(self, delivery: Delivery) -> bool:
        try:
            sent = self._look(delivery)
        except LogUnavailable:
            log.warning("provider log unavailable", extra={"delivery_id": delivery.delivery_id})
            return self._waited(delivery, _PATIENCE) and delivery.priority in _URGENT and self._send_again(delivery)
        if sent is not None:
            return self._found(delivery, sent)
        return (delivery.priority in _URGENT or self._waited(delivery, _PATIENCE)) and self._send_again(delivery)

    def _look(self, delivery: Delivery) -> Sent | None:
        with reading(self.engine) as connection:
            reference = "" if delivery.case_id is None else cases.get(connection, delivery.case_id).reference
            try:
                address = directory.address_of(connection, self.deployment, delivery.recipient_id)
            except (directory.Erased, directory.Altered):
                return None
        since = delivery.claimed_at or delivery.updated_at
        return self.sent_log.find(delivery.delivery_id, address, reference, since)

    def _found(self, delivery: Delivery, sent: Sent) -> bool:
        seen = Observation(sent.state, DeliveryCause.PROVIDER_LOG, provider_message_id=sent.provider_message_id)
        with unit_of_work(self.engine) as connection:
            return deliveries.observe(connection, self.deployment.identities, delivery.delivery_id, seen, self.clock())

    def _send_again(self, delivery: Delivery) -> bool:
        log.warning("sending again", extra={"delivery_id": delivery.delivery_id, "attempt": delivery.attempt + 1})
        with unit_of_work(self.engine) as connection:
            return deliveries.request_again(connection, self.deployment.identities, delivery, self.clock())

    def _waited(self, delivery: Delivery, times: int) -> bool:
        return self.clock() - delivery.updated_at >= self.doubt * times
