"""What one evaluation of a case changes of its alerts: gathered first, then written, one statement for each table."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from tocsin.dispatcher.announcing import Announcements
from tocsin.runtime import metrics
from tocsin.store import alerts, outbox
from tocsin.store.alerts import Alert
from tocsin_schemas.alerts import AlertChange
from tocsin_schemas.topics import ALERTS


@dataclass(frozen=True, slots=True)
class Changes:
    """revision: of the case, which a new alert remembers."""

    revision: int
    announce: Announcements
    added: list[alerts.Held] = field(default_factory=list)
    replaced: list[alerts.Held] = field(default_factory=list)

    def add(self, alert: Alert, release_at: datetime | None = None) -> None:
        self.added.append((alert, release_at))

    def replace(self, alert: Alert, release_at: datetime | None = None) -> None:
        self.replaced.append((alert, release_at))

    def write(self, connection: Connection) -> None:
        """The events in the order in which they were announced."""
        now = self.announce.now
        alerts.add_all(connection, self.added, self.revision, now)
        alerts.replace_all(connection, self.replaced, now)
        for event in outbox.enqueue_all(connection, ALERTS, self.announce.made, now):
            if isinstance(event.data, AlertChange):
                metrics.alert(event.type, event.data.priority)
