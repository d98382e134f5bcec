"""The events of alerts, with ids that a replay makes again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tocsin.domain.identifiers import Identities
from tocsin.store.alerting.alerts import Alert
from tocsin.store.streams import outbox
from tocsin_schemas import alerts as events
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model
from tocsin_schemas.vocabulary import Priority


@dataclass(frozen=True, slots=True)
class Announcements:
    """What changed of alerts, to be said in this order."""

    identities: Identities
    now: datetime
    made: list[tuple[str, Event[Model]]] = field(default_factory=list)
    """Alert and event."""

    def raised(self, alert: Alert) -> None:
        self._make("alert.raised", events.AlertRaised, alert, **_telling(alert))

    def raised_again(self, alert: Alert, revision: int) -> None:
        """For recipients whom a merge had silenced. revision: of the case that stands alone again."""
        self._make("alert.raised", events.AlertRaised, alert, str(revision), **_telling(alert))

    def released(self, alert: Alert, held_because: str | None) -> None:
        reason = events.HoldReason(held_because or events.HoldReason.EMBARGO)
        self._make("alert.released", events.AlertReleased, alert, held_because=reason, **_telling(alert))

    def updated(self, alert: Alert, cause: events.UpdateCause, recipients: Sequence[str] | None = None) -> None:
        """Tell those who were told, or some of them; the round of the alert is this mail's own."""
        told = _telling(alert) if recipients is None else {**_telling(alert), "recipients": list(recipients)}
        facts = {**told, "round": alert.round, "notify": True, "cause": cause}
        self._make("alert.updated", events.AlertUpdated, alert, str(alert.round), **facts)

    def noted(self, alert: Alert, cause: events.UpdateCause, what: str) -> None:
        """Show a change on the page of the case, and send nothing. what: the id of what changed."""
        facts = {**_telling(alert), "round": max(alert.round, 1), "notify": False, "cause": cause}
        self._make("alert.updated", events.AlertUpdated, alert, what, **facts)

    def escalated(
        self,
        alert: Alert,
        step: int,
        level: events.DisclosureLevel,
        recipients: Sequence[str],
        because: events.EscalationCause,
    ) -> None:
        told = {"level": level, "recipients": list(recipients), "reply_by": alert.reply_by}
        facts = {**told, "step": step, "round": alert.round, "cause": because}
        self._make("alert.escalated", events.AlertEscalated, alert, str(alert.round), **facts)

    def acknowledged(self, alert: Alert, recipient_id: str | None, earlier: int = 0) -> None:
        """earlier: how often it was taken in hand before."""
        marks = (alert.priority, *([str(earlier)] if earlier else []))
        self._make("alert.acknowledged", events.AlertAcknowledged, alert, *marks, recipient=recipient_id)

    def reopened(self, alert: Alert, recipient_id: str) -> None:
        """Nobody has it in hand any more. recipient_id: who had."""
        facts = {"recipient": recipient_id, "reply_by": alert.reply_by}
        self._make("alert.reopened", events.AlertReopened, alert, str(alert.round), **facts)

    def reminded(self, alert: Alert, level: events.DisclosureLevel, recipients: Sequence[str]) -> None:
        told = {"level": level, "recipients": list(recipients), "reply_by": alert.reply_by}
        self._make("alert.reminded", events.AlertReminded, alert, str(alert.round), **told, round=alert.round)

    def held(self, alert: Alert, release_at: datetime | None) -> None:
        reason = events.HoldReason(alert.hold_reason or events.HoldReason.CONSENT)
        self._make("alert.held", events.AlertHeld, alert, *_times(alert), reason=reason, release_at=release_at)

    def closed(self, alert: Alert, reason: Literal["report_withdrawn", "case_closed"]) -> None:
        self._make("alert.closed", events.AlertClosed, alert, *_times(alert), reason=reason)

    def _make(self, event_type: str, model: type[events.AlertChange], alert: Alert, *parts: str, **facts: Any) -> None:
        change = model(
            alert_id=alert.alert_id,
            case_id=alert.case_id,
            mechanism=alert.mechanism,
            mandate=alert.mandate,
            priority=Priority(alert.priority),
            rule=alert.rule,
            at=self.now,
            **facts,
        )
        event_id = self.identities.event(event_type, alert.alert_id, *parts)
        event = outbox.new_event(event_id, event_type, change, self.now, subject=alert.case_id)
        self.made.append((alert.alert_id, event))


def _telling(alert: Alert) -> dict[str, Any]:
    level = events.DisclosureLevel(alert.level)
    return {"level": level, "recipients": alert.recipients, "reply_by": alert.reply_by}


def _times(alert: Alert) -> tuple[str, ...]:
    """An alert may be held or closed again after it was told again."""
    return (str(alert.round),) if alert.round else ()
