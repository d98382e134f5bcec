"""What an alert asks of the mailer: one delivery to each person, in the transaction that consumes the alert."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from tocsin.knowledge.pacing import load_pacing
from tocsin.mailer import rehearsing
from tocsin.mailer.pacing import Pacer
from tocsin.runtime.messages import Message
from tocsin.store.deployment import Deployment
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Wanted
from tocsin_schemas.alerts import AlertClosed, AlertEscalated, AlertRaised, AlertReminded, AlertUpdated, UpdateCause
from tocsin_schemas.deliveries import Channel, MailKind
from tocsin_schemas.drills import DrillDispatched
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model
from tocsin_schemas.pacing import Pacing

_Telling = AlertRaised | AlertUpdated | AlertReminded | AlertEscalated


@dataclass(slots=True)
class Requesting:
    """The ``work`` of the mailer's consumer.

    A delivery's id is made from alert, recipient, channel and round, so that a repeat asks for nothing new. rules:
    by which some mails wait, or go with others.
    """

    deployment: Deployment
    rules: Pacing = field(default_factory=load_pacing)
    pacer: Pacer = field(init=False)

    def __post_init__(self) -> None:
        self.pacer = Pacer(self.deployment, self.rules)

    def __call__(self, connection: Connection, event: Event[Model], _message: Message, now: datetime) -> str:
        change = event.data
        if isinstance(change, DrillDispatched):
            return rehearsing.request(connection, self.deployment, change, now)
        if isinstance(change, AlertClosed):
            cancelled = deliveries.cancel_unsent(connection, self.deployment.identities, change.alert_id, now)
            return "cancelled" if cancelled else "noted"
        if isinstance(change, _Telling) and change.recipients and _notifies(change):
            self.pacer.ask(connection, self._wanted(connection, change), now)
            return "requested"
        return "noted"

    def _wanted(self, connection: Connection, change: _Telling) -> list[Wanted]:
        round_ = 0 if isinstance(change, AlertRaised) else change.round
        name = self.deployment.identities.delivery
        return [
            Wanted(
                delivery_id=name(change.alert_id, recipient_id, channel.value, round_),
                alert_id=change.alert_id,
                case_id=change.case_id,
                recipient_id=recipient_id,
                round=round_,
                kind=_kind(change),
                priority=change.priority,
                reply_by=change.reply_by,
                update_cause=change.cause if isinstance(change, AlertUpdated | AlertEscalated) else None,
                channel=channel,
            )
            for recipient_id in change.recipients
            for channel in _channels(connection, change, recipient_id)
        ]


def _channels(connection: Connection, change: _Telling, recipient_id: str) -> list[Channel]:
    """The first address; what is called back, from wherever it was sent to."""
    if _kind(change) is not MailKind.WITHDRAWAL:
        return [Channel.EMAIL]
    return sorted({Channel.EMAIL, *deliveries.channels_to(connection, change.alert_id, recipient_id)})


def _notifies(change: _Telling) -> bool:
    return not isinstance(change, AlertUpdated) or change.notify


def _kind(change: _Telling) -> MailKind:
    if isinstance(change, AlertEscalated):
        return MailKind.ESCALATION
    if isinstance(change, AlertReminded):
        return MailKind.REMINDER
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
