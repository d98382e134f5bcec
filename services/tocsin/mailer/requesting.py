"""What an alert asks of the mailer: one delivery to each person, in the transaction that consumes the alert."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from tocsin.domain.identifiers import Identities
from tocsin.runtime.stream import Message
from tocsin.store import deliveries
from tocsin.store.deliveries import Wanted
from tocsin_schemas.alerts import AlertChange, AlertClosed, AlertRaised, AlertUpdated
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model


@dataclass(frozen=True, slots=True)
class Requesting:
    """The ``work`` of the mailer's consumer.

    identities: make the delivery's id from alert, recipient, channel and round, so that a repeat asks for nothing new.
    """

    identities: Identities

    def __call__(self, connection: Connection, event: Event[Model], _message: Message, now: datetime) -> str:
        change = event.data
        assert isinstance(change, AlertChange)
        if isinstance(change, AlertClosed):
            cancelled = deliveries.cancel_unsent(connection, self.identities, change.alert_id, now)
            return "cancelled" if cancelled else "noted"
        if isinstance(change, AlertRaised):  # a released alert is one too
            return self._request(connection, change, change.recipients, 0, "alert", change.reply_by, now)
        if isinstance(change, AlertUpdated) and change.notify:
            return self._request(connection, change, change.recipients, change.round, "update", change.reply_by, now)
        return "noted"

    def _request(
        self,
        connection: Connection,
        change: AlertChange,
        recipients: list[str],
        round_: int,
        kind: str,
        reply_by: datetime | None,
        now: datetime,
    ) -> str:
        for recipient_id in recipients:
            delivery_id = self.identities.delivery(change.alert_id, recipient_id, Channel.EMAIL.value, round_)
            wanted = Wanted(
                delivery_id, change.alert_id, change.case_id, recipient_id, round_, kind, change.priority, reply_by
            )
            deliveries.request(connection, self.identities, wanted, now)
        return "requested" if recipients else "noted"


Read = TypeVar("Read")


def waking(handle: Callable[[Read], None], wake: Callable[[], None]) -> Callable[[Read], None]:
    """``handle``, then ``wake`` once it has committed: the first mail need not wait for the next look."""

    def handle_and_wake(read: Read) -> None:
        handle(read)
        wake()

    return handle_and_wake
