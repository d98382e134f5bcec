"""The directory as the dispatcher asks it: verified and arranged once for each state of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.routing.directory import Directory, index
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries


@dataclass(slots=True)
class People:
    """Who may be told."""

    deployment: Deployment
    _asked_at: datetime | None = None
    _version: object = None
    _known: Directory | None = None

    def at(self, connection: Connection, now: datetime) -> Directory:
        """Everybody whose entry is sound; operators are asked to look at the others."""
        if self._known is None or self._asked_at != now:  # what is done together has one moment
            version = entries.version(connection)
            if self._known is None or self._version != version:
                self._known = index(entries.load_recipients(connection, self.deployment, now))
            self._version, self._asked_at = version, now
        return self._known
