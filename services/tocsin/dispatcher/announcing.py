"""The events of alerts, written to the outbox with ids that a replay makes again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from tocsin.domain.identifiers import Identities
from tocsin.runtime import metrics
from tocsin.store import outbox
from tocsin.store.alerts import Alert
from tocsin_schemas import alerts as events
from tocsin_schemas.topics import ALERTS
from tocsin_schemas.vocabulary import Priority


@dataclass(frozen=True, slots=True)
class Announcements:
    """Says what changed of alerts."""

    connection: Connection
    identities: Identities
    now: datetime

    def raised(self, alert: Alert) -> None:
        self._enqueue("alert.raised", events.AlertRaised, alert, **_telling(alert))

    def released(self, alert: Alert, held_because: str | None) -> None:
        reason = events.HoldReason(held_because or events.HoldReason.EMBARGO)
        self._enqueue("alert.released", events.AlertReleased, alert, held_because=reason, **_telling(alert))

    def updated(self, alert: Alert, cause: Literal["priority_raised", "corrected"]) -> None:
        facts = {**_telling(alert), "round": alert.round, "notify": True, "cause": cause}
        self._enqueue("alert.updated", events.AlertUpdated, alert, str(alert.round), **facts)

    def held(self, alert: Alert, release_at: datetime | None) -> None:
        reason = events.HoldReason(alert.hold_reason or events.HoldReason.CONSENT)
        self._enqueue("alert.held", events.AlertHeld, alert, reason=reason, release_at=release_at)

    def closed(self, alert: Alert, reason: Literal["report_withdrawn", "case_closed"]) -> None:
        self._enqueue("alert.closed", events.AlertClosed, alert, reason=reason)

    def _enqueue(
        self, event_type: str, model: type[events.AlertChange], alert: Alert, *parts: str, **facts: Any
    ) -> None:
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
        if outbox.enqueue(self.connection, ALERTS, alert.alert_id, event, self.now):
            metrics.alert(event_type, alert.priority)


def _telling(alert: Alert) -> dict[str, Any]:
    level = events.DisclosureLevel(alert.level)
    return {"level": level, "recipients": alert.recipients, "reply_by": alert.reply_by}
