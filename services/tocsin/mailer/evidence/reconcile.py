"""Settling doubt: a mail that may or may not have been accepted is looked for before it is ever sent again.

The provider's events answer by themselves (see ``webhook``). Where none came, its log is asked. Only an urgent mail
that is not there either goes out once more, marked as a possible repeat: a lost alert is worse than one told twice.
What is not urgent waits for a person.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import Engine

from tocsin.domain import asking
from tocsin.mailer.evidence.looking import Looking
from tocsin.mailer.sender import CopiesLog, LogUnavailable
from tocsin.store.casework.locks import despite_deadlocks
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import URGENT, Delivery
from tocsin.store.matching import reviews

_PROVIDER_WITHOUT_LOG = "smtp"
_WITHOUT_LOG = 2
"""How many times longer an urgent mail waits while the log cannot be asked."""
_ROUTINE = 10
"""How many times longer to wait before a person is asked about a mail that is not urgent."""
_MOST_TIMES = 60
"""The log is asked about one mail ever less often, at last after so many times the doubt."""
_LOOKS_AT_ONCE = 100
"""So that what is urgent never waits long for the others' turn."""
log = logging.getLogger(__name__)


class _Looked(Enum):
    """What a look into the log gave. LATER: none was taken."""

    FOUND, ABSENT, UNAVAILABLE, LATER = range(4)


@dataclass(slots=True)
class Reconciliation:
    """Settles unknown outcomes.

    doubt: how long to wait for the provider's events first.
    """

    engine: Engine
    deployment: Deployment
    sent_log: CopiesLog
    doubt: timedelta
    clock: Callable[[], datetime]
    _look_at: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)
    """When a delivery is looked for next, and how long after that."""
    _log_rests_until: datetime | None = None
    _looks_left: int = 0

    def settle(self) -> int:
        """Look at every delivery in doubt for long enough; returns how many were settled."""
        now, self._looks_left = self.clock(), _LOOKS_AT_ONCE
        with reading(self.engine) as connection:
            doubtful = deliveries.unknown_since(connection, now - self.doubt)
        self._look_at = {d.delivery_id: self._look_at.get(d.delivery_id, (now, self.doubt)) for d in doubtful}
        return sum(self._settle(delivery) for delivery in doubtful)

    def _settle(self, delivery: Delivery) -> bool:
        looked = self._look(delivery)
        if looked is _Looked.FOUND:
            return True
        if delivery.priority in URGENT:
            waits = _WITHOUT_LOG if looked is _Looked.UNAVAILABLE else 1
            return looked is not _Looked.LATER and self._waited(delivery, waits) and self._send_again(delivery)
        if self._waited(delivery, _ROUTINE):
            self._ask_a_person(delivery)
        return False

    def _look(self, delivery: Delivery) -> "_Looked":
        """Ask the log, if there is one and it is time to."""
        if delivery.provider == _PROVIDER_WITHOUT_LOG:
            return _Looked.ABSENT
        now = self.clock()
        at, pause = self._look_at[delivery.delivery_id]
        if now < at or self._looks_left == 0:
            return _Looked.LATER
        if self._log_rests_until is not None and now < self._log_rests_until:
            return _Looked.UNAVAILABLE
        self._looks_left -= 1
        looking = Looking(self.engine, self.deployment, self.sent_log, self.clock)
        try:
            sent = looking.look(delivery)
        except LogUnavailable:
            log.warning("provider log unavailable", extra={"delivery_id": delivery.delivery_id})
            self._log_rests_until = now + self.doubt / 10
            return _Looked.UNAVAILABLE
        self._look_at[delivery.delivery_id] = (now + pause, min(pause * 2, self.doubt * _MOST_TIMES))
        if not sent:
            return _Looked.ABSENT
        looking.note(delivery, sent)
        return _Looked.FOUND

    def _send_again(self, delivery: Delivery) -> bool:
        log.warning("sending again", extra={"delivery_id": delivery.delivery_id, "attempt": delivery.attempt + 1})
        with unit_of_work(self.engine) as connection:
            return deliveries.request_again(connection, self.deployment.identities, delivery, self.clock())

    def _ask_a_person(self, delivery: Delivery) -> None:
        with reading(self.engine) as connection:
            if reviews.open_of(connection, "delivery_unknown", [delivery.delivery_id]):
                return
        despite_deadlocks(lambda: self._ask(delivery))

    def _ask(self, delivery: Delivery) -> None:
        now = self.clock()
        with unit_of_work(self.engine) as connection:
            if deliveries.is_in_doubt(connection, delivery.delivery_id):
                told = {"mail": delivery.kind, "delivery": delivery.delivery_id, "attempt": delivery.attempt}
                reason = asking.IN_DOUBT(**told)
                of = (delivery.delivery_id, reason, now, delivery.case_id)
                reviews.request_of(connection, "delivery_unknown", *of)

    def _waited(self, delivery: Delivery, times: int) -> bool:
        return self.clock() - delivery.updated_at >= self.doubt * times
