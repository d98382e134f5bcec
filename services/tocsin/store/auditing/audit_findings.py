"""What the auditor has found and not yet seen put right. A finding is one row, however often it is found."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from tocsin.store.database import insert_if_absent
from tocsin.store.tables import audit_findings


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of conservation.

    kind: a code word, also the label of the metric. subject: an id or a place. detail: a sentence without names.
    """

    kind: str
    subject: str
    detail: str

    @property
    def finding_id(self) -> str:
        return hashlib.sha256(f"{self.kind}\x1f{self.subject}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class StandingFinding:
    finding_id: str
    kind: str
    subject: str
    detail: str
    found_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What is different from the audit before."""

    new: list[Finding]
    cleared: list[str]

    def __bool__(self) -> bool:
        return bool(self.new or self.cleared)


def standing(connection: Connection) -> list[StandingFinding]:
    """Findings not cleared, oldest first."""
    columns = [audit_findings.c[field] for field in StandingFinding.__dataclass_fields__]
    query = select(*columns).where(audit_findings.c.cleared_at.is_(None)).order_by(audit_findings.c.found_at)
    return [StandingFinding(*row) for row in connection.execute(query)]


def compare(connection: Connection, found: Iterable[Finding], kinds: Collection[str] | None = None) -> Change:
    """What ``record`` would change; reads only, so that a quiet audit never waits for a writer.

    kinds: those that the caller looks for, so that two who look for different ones clear nothing of each other's; None
    for all.
    """
    by_id = {finding.finding_id: finding for finding in found}
    known = {f.finding_id for f in standing(connection) if kinds is None or f.kind in kinds}
    return Change([f for i, f in by_id.items() if i not in known], sorted(known - by_id.keys()))


def record(connection: Connection, change: Change, now: datetime) -> None:
    """Open what is new, or open it again, and clear what is gone."""
    for finding in change.new:
        row = {"kind": finding.kind, "subject": finding.subject[:200], "detail": finding.detail[:500], "found_at": now}
        if not insert_if_absent(connection, audit_findings, finding_id=finding.finding_id, **row):
            again = update(audit_findings).where(audit_findings.c.finding_id == finding.finding_id)
            connection.execute(again.values(**row, cleared_at=None))
    if change.cleared:
        gone = update(audit_findings).where(audit_findings.c.finding_id.in_(change.cleared))
        connection.execute(gone.values(cleared_at=now))
