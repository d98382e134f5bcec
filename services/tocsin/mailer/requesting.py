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
from tocsin_schemas.alerts import AlertClosed, AlertEscalated, AlertRaised, AlertUpdated, UpdateCause
from tocsin_schemas.deliveries import Channel, MailKind
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model

_Telling = AlertRaised | AlertUpdated | AlertEscalated


@dataclass(frozen=True, slots=True)
class Requesting:
    """The ``work`` of the mailer's consumer.

    identities: make the delivery's id from alert, recipient, channel and round, so that a repeat asks for nothing new.
    """

    identities: Identities

    def __call__(self, connection: Connection, event: Event[Model], _message: Message, now: datetime) -> str:
        change = event.data
        if isinstance(change, AlertClosed):
            cancelled = deliveries.cancel_unsent(connection, self.identities, change.alert_id, now)
            return "cancelled" if cancelled else "noted"
        if isinstance(change, _Telling) and change.recipients and _notifies(change):
            self._request(connection, change, now)
            return "requested"
        return "noted"

    def _request(self, connection: Connection, change: _Telling, now: datetime) -> None:
        round_ = 0 if isinstance(change, AlertRaised) else change.round
        for recipient_id in change.recipients:
            wanted = Wanted(
                delivery_id=self.identities.delivery(change.alert_id, recipient_id, Channel.EMAIL.value, round_),
                alert_id=change.alert_id,
                case_id=change.case_id,
                recipient_id=recipient_id,
                round=round_,
                kind=_kind(change),
                priority=change.priority,
                reply_by=change.reply_by,
                update_cause=change.cause if isinstance(change, AlertUpdated) else None,
            )
            deliveries.request(connection, self.identities, wanted, now)


def _notifies(change: _Telling) -> bool:
    return not isinstance(change, AlertUpdated) or change.notify


def _kind(change: _Telling) -> MailKind:
    if isinstance(change, AlertEscalated):
        return MailKind.ESCALATION
    if isinstance(change, AlertUpdated):
        return MailKind.WITHDRAWAL if change.cause is UpdateCause.WITHDRAWN else MailKind.UPDATE
    return MailKind.ALERT  # a released alert is one too


Read = TypeVar("Read")


def waking(handle: Callable[[Read], None], wake: Callable[[], None]) -> Callable[[Read], None]:
    """``handle``, then ``wake`` once it has committed: the first mail need not wait for the next look."""

    def handle_and_wake(read: Read) -> None:
        handle(read)
        wake()

    return handle_and_wake
