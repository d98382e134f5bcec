"""The audit log: append-only, each entry bound to the one before by its hash, one chain for each service."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from tocsin.store.database import lock_keys
from tocsin.store.tables import audit

_ORIGIN = "0" * 64
_LAST = (
    select(audit.c.seq, audit.c.hash).where(audit.c.chain == bindparam("wanted")).order_by(audit.c.seq.desc()).limit(1)
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain is broken, and how."""

    chain: str
    seq: int
    kind: str


def append(
    connection: Connection, chain: str, action: str, subject: str, detail: dict[str, Any], now: datetime
) -> None:
    """Add an entry. Call it last in a transaction: on PostgreSQL it holds the chain until the commit.

    subject: an id. detail: coded facts only, for erasure must never need to break the chain.
    """
    lock_keys(connection, [hashlib.sha256(f"audit {chain}".encode()).hexdigest()])
    last = connection.execute(_LAST, {"wanted": chain}).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, _ORIGIN)
    digest = _digest(chain, seq, now, action, subject, detail, previous)
    entry = {"chain": chain, "seq": seq, "at": now, "action": action, "subject": subject, "detail": detail}
    connection.execute(audit.insert(), {**entry, "previous": previous, "hash": digest})


def verify(connection: Connection, chain: str | None = None) -> list[Fault]:
    """Check every chain from its start, or one alone; the first fault of each chain is reported."""
    known = connection.execute(select(audit.c.chain).distinct().order_by(audit.c.chain)).scalars().all()
    chains = known if chain is None else [chain]
    return [fault for chain in chains if (fault := _first_fault(connection, chain)) is not None]


def heads(connection: Connection) -> dict[str, tuple[int, str]]:
    """Length and last hash of each chain: kept elsewhere, they reveal a chain that was cut or written anew."""
    longest = select(audit.c.chain, func.max(audit.c.seq).label("seq")).group_by(audit.c.chain).subquery()
    query = select(audit.c.chain, audit.c.seq, audit.c.hash).join(
        longest, (audit.c.chain == longest.c.chain) & (audit.c.seq == longest.c.seq)
    )
    return {row.chain: (row.seq, row.hash) for row in connection.execute(query)}


def _first_fault(connection: Connection, chain: str) -> Fault | None:
    expected, previous = 1, _ORIGIN
    for row in connection.execute(select(audit).where(audit.c.chain == chain).order_by(audit.c.seq)):
        if row.seq != expected:
            return Fault(chain, expected, "entry-missing")
        if row.previous != previous:
            return Fault(chain, row.seq, "link-broken")
        if row.hash != _digest(chain, row.seq, row.at, row.action, row.subject, row.detail, previous):
            return Fault(chain, row.seq, "entry-altered")
        expected, previous = row.seq + 1, row.hash
    return None


def _digest(
    chain: str, seq: int, at: datetime, action: str, subject: str, detail: dict[str, Any], previous: str
) -> str:
    time = at.astimezone(UTC).isoformat(timespec="microseconds")
    entry = json.dumps([chain, seq, time, action, subject, detail, previous], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(entry.encode()).hexdigest()
