"""The directory is verified as a whole, again and again: one row that was put back to an older version looks sound."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from tocsin.domain import asking
from tocsin.store.auditing.audit_findings import Finding
from tocsin.store.deployment import load_deployment
from tocsin.store.directory import checks, entries
from tocsin.store.matching import reviews

KIND = "directory_fault"
"""Of its findings; the runbook says what to do."""
EVERY = timedelta(minutes=5)


@dataclass(slots=True)
class DirectoryWatch:
    """Verifies at every change of the rows, and every five minutes; in between it repeats what it found.

    key_file: of the deployment. Where there is none yet, nothing is sealed that could be verified.
    """

    key_file: Path
    _version: str | None = None
    _verified_at: datetime | None = None
    _found: list[Finding] = field(default_factory=list)

    def look(self, connection: Connection, now: datetime) -> list[Finding]:
        """What is not as two administrators have approved it."""
        version = entries.version(connection)
        if self.key_file.exists() and (self._is_due(now) or version != self._version):
            faults = checks.verify(connection, load_deployment(self.key_file))
            self._found = [Finding(KIND, f"{fault.place}: {fault.code}", fault.code) for fault in faults]
            self._version, self._verified_at = version, now
        return self._found

    def _is_due(self, now: datetime) -> bool:
        return self._verified_at is None or not timedelta() <= now - self._verified_at < EVERY


def ask_people(connection: Connection, new: Iterable[Finding], now: datetime) -> None:
    """Let operators look at the faults that were not there before: one review for all that came together."""
    found = sorted((f for f in new if f.kind == KIND), key=lambda finding: finding.finding_id)
    if found:
        codes = ", ".join(f"{code} ({times})" for code, times in sorted(Counter(f.detail for f in found).items()))
        subject = " ".join(finding.finding_id for finding in found)
        reviews.request_of(connection, entries.ALTERED, subject, asking.FAULTS(faults=codes), now, None)
