"""The entries, verified once for each state of it: two signatures of each entry take longer than a page may."""

import threading
from dataclasses import dataclass, field

from sqlalchemy import Connection

from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.directory.entries import Directory


@dataclass(slots=True)
class VerifiedDirectory:
    """Keeps what was read of the directory as long as nothing in it changes."""

    _version: str | None = None
    _known: Directory | None = None
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def read(self, connection: Connection, deployment: Deployment) -> Directory:
        """Every row, verified; writes nothing."""
        with self._turn:
            version = entries.version(connection)
            if self._known is None or version != self._version:
                self._known, self._version = entries.read(connection, deployment), version
            return self._known
