"""The audit log is verified from its beginning to its end, a part at each audit, again and again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from tocsin.runtime import metrics
from tocsin.store.auditing import audit
from tocsin.store.auditing.audit import Fault, Reached
from tocsin.store.auditing.audit_findings import Finding

KIND = "audit_chain_fault"
"""Of its findings; the runbook says what to do."""
AT_ONCE = 5000
"""Entries that are verified in one audit."""
REST = timedelta(minutes=10)
"""After a whole pass, before the next begins."""


@dataclass(slots=True)
class AuditWatch:
    """Remembers how far each chain was verified, and its end: one that was cut since is found too."""

    at_once: int = AT_ONCE
    _reached: dict[str, Reached] = field(default_factory=dict)
    _ends: dict[str, int] = field(default_factory=dict)
    _faults: dict[str, Fault] = field(default_factory=dict)
    _known: dict[str, Fault] = field(default_factory=dict)
    passed_at: datetime | None = None
    """When the last whole pass came to its end."""

    def look(self, connection: Connection, now: datetime) -> list[Finding]:
        """The first fault of each chain, as the last whole pass and the present one know them."""
        if self.passed_at is not None and timedelta() <= now - self.passed_at < REST:
            return self._findings()
        left = self.at_once
        for chain, (end, _) in sorted(audit.heads(connection).items()):
            self._note_end(chain, end)
            left -= self._advance(connection, chain, left)
        if left > 0:
            if not self._faults:
                metrics.audit_chain_verified(now)
            self.passed_at, self._known, self._reached, self._faults = now, self._faults, {}, {}
        return self._findings()

    def _findings(self) -> list[Finding]:
        return [Finding(KIND, f"{f.chain}-{f.seq}", f.kind) for f in (self._known | self._faults).values()]

    def _note_end(self, chain: str, end: int) -> None:
        known = self._ends.get(chain, 0)
        if end < known:
            self._faults.setdefault(chain, Fault(chain, end + 1, "entry-missing"))
        self._ends[chain] = max(end, known)

    def _advance(self, connection: Connection, chain: str, most: int) -> int:
        """Verify the next entries of one chain; returns how many."""
        if most <= 0 or (chain in self._faults and chain in self._reached):
            return 0
        before = self._reached.get(chain, audit.BEGINNING)
        reached, fault = audit.verify_on(connection, chain, before, most)
        self._reached[chain] = reached
        if fault is not None:
            self._faults[chain] = fault
        return reached.seq - before.seq
