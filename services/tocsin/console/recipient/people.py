"""The directory as the pages ask it: verified and arranged once for each state of it."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.routing.chain import chain
from tocsin.domain.routing.directory import Directory, index
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries as directory
from tocsin_schemas.directory import Recipient


@dataclass(frozen=True, slots=True)
class Everybody:
    """Who may be told, by id; entries that were altered are left out."""

    by_id: dict[str, Recipient]
    arranged: Directory

    def mandates_in_line(self, recipient_id: str, now: datetime) -> set[str]:
        """The mandates that this person would be told for now: their own, and those they stand in for."""
        held = {mandate for person in self.by_id.values() for mandate in person.mandates}
        return {mandate for mandate in held if recipient_id in self.in_line(mandate, now)}

    def in_line(self, mandate: str, now: datetime) -> list[str]:
        """Who is told for a mandate, the first to be told first."""
        return [person for tier in chain(mandate, self.arranged, now) for person in tier.recipients]


@dataclass(slots=True)
class People:
    """Keeps the directory between requests. Operators hear of altered entries from the dispatcher."""

    deployment: Deployment
    _version: str | None = None
    _known: Everybody | None = None
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def now(self, connection: Connection) -> Everybody:
        with self._turn:
            version = directory.version(connection)
            if self._known is None or version != self._version:
                found = directory.read(connection, self.deployment).recipients
                self._known = Everybody({person.recipient_id: person for person in found}, index(found))
                self._version = version
            return self._known
