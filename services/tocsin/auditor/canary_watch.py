"""The canary watches everything, the auditor too; here the auditor watches the canary."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from tocsin.domain import breaches
from tocsin.runtime import heartbeats
from tocsin.store.auditing.audit_findings import Finding

KIND = "canary_silent"
"""Of its finding; the runbook says what to do."""


@dataclass(frozen=True, slots=True)
class CanaryWatch:
    """home: where signs of life are. silence: for how long none may come.

    is_expected: whether a canary must be there even if it never left a sign. since: when this watch
    began; nobody is silent before.
    """

    home: Path
    silence: timedelta
    is_expected: bool
    since: datetime

    def look(self, _connection: Connection, now: datetime) -> list[Finding]:
        """One finding if the canary has left no sign of life for too long."""
        found = heartbeats.last(self.home, heartbeats.CANARY)
        if found is None and not self.is_expected:
            return []
        at = self.since if found is None else found[0]
        if now - at <= self.silence:
            return []
        return [Finding(KIND, "canary", breaches.FORMS[KIND]())]
