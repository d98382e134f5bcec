"""Rows of publishers and their keys, looked at again and again: a revoked key that was put back signs and opens again.

Such a row is sound by itself; only the audit log tells that it is not the latest.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from tocsin.store.auditing.audit_findings import Finding
from tocsin.store.deployment import load_deployment
from tocsin.store.publishing import api_keys, publishers
from tocsin.store.views.publisher_standings import undone

KIND = "publisher_altered"
"""Of its findings; the runbook says what to do."""
EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class PublishersWatch:
    """Looks once a minute; in between it repeats what it found.

    key_file: of the deployment. Where there is none yet, nothing is sealed that could be altered.
    """

    key_file: Path
    _looked_at: datetime | None = None
    _found: list[Finding] = field(default_factory=list)

    def look(self, connection: Connection, now: datetime) -> list[Finding]:
        """Publishers, signing keys and API keys that are not as Tocsin wrote them last."""
        if self.key_file.exists() and (self._looked_at is None or not timedelta() <= now - self._looked_at < EVERY):
            identities = load_deployment(self.key_file).identities
            altered = [*publishers.altered(connection, identities), *api_keys.altered(connection, identities)]
            told = dict.fromkeys(altered, "altered") | dict.fromkeys(undone(connection, identities), "put-back")
            self._found = [Finding(KIND, subject, detail) for subject, detail in told.items()]
            self._looked_at = now
        return self._found
