"""What one evaluation of a case changes of its alerts: gathered first, then written, one statement for each table."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from tocsin.dispatcher.announcing import Announcements
from tocsin.dispatcher.timetable import Timetable
from tocsin.runtime import metrics
from tocsin.store.alerting import alerts
from tocsin.store.alerting.alerts import Alert
from tocsin.store.matching import reviews
from tocsin.store.streams import outbox
from tocsin_schemas.alerts import AlertChange
from tocsin_schemas.topics import ALERTS


@dataclass(frozen=True, slots=True)
class Changes:
    """revision: of the case, which a new alert remembers."""

    revision: int
    announce: Announcements
    timetable: Timetable
    added: dict[str, alerts.Held] = field(default_factory=dict)
    replaced: dict[str, alerts.Held] = field(default_factory=dict)

    def add(self, alert: Alert, release_at: datetime | None = None) -> None:
        self.added[alert.alert_id] = (alert, release_at)

    def replace(self, alert: Alert, release_at: datetime | None = None) -> None:
        self.replaced[alert.alert_id] = (alert, release_at)

    def latest(self, alert: Alert) -> Alert:
        """The alert with what was changed of it so far."""
        return self.replaced.get(alert.alert_id, (alert, None))[0]

    def amend(self, alert: Alert) -> None:
        """As ``replace``, and the time of its release stays as it was changed to."""
        self.replace(alert, self.replaced.get(alert.alert_id, (alert, None))[1])

    def write(self, connection: Connection) -> None:
        """The events in the order in which they were announced."""
        now = self.announce.now
        alerts.add_all(connection, list(self.added.values()), self.revision, now)
        alerts.replace_all(connection, list(self.replaced.values()), now)
        self.timetable.write(connection)
        for alert_id in self.timetable.answered:
            reviews.resolve_of(connection, "unanswered", alert_id, "dispatcher", now)
        for event in outbox.enqueue_all(connection, ALERTS, self.announce.made, now):
            if isinstance(event.data, AlertChange):
                metrics.alert(event.type, event.data.priority)
