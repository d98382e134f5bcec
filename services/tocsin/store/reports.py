"""Reports: the claim in clear, the content sealed, the candidate keys hashed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from tocsin.domain.claims import Claim
from tocsin.domain.matching.resolution import Candidate
from tocsin.store.tables import blocking_keys, reports
from tocsin.store.vault import Vault

CANDIDATES = 50
_FIND = select(
    reports.c.report_id, reports.c.case_id, reports.c.revision, reports.c.content_digest, reports.c.withdrawn_at
).where(reports.c.report_id == bindparam("r"))
_CANDIDATES = (
    select(reports.c.report_id, reports.c.case_id, reports.c.claim, blocking_keys.c.kind)
    .join(blocking_keys, blocking_keys.c.report_id == reports.c.report_id)
    .where(blocking_keys.c.key.in_(bindparam("keys", expanding=True)), reports.c.report_id != bindparam("excluded"))
    .order_by(reports.c.accepted_at, reports.c.report_id)
    .limit(CANDIDATES)
)
_CLAIMS = (
    select(reports.c.claim)
    .where(reports.c.case_id == bindparam("c"), reports.c.withdrawn_at.is_(None))
    .order_by(reports.c.accepted_at, reports.c.report_id)
)


@dataclass(frozen=True, slots=True)
class KnownReport:
    report_id: str
    case_id: str
    revision: int
    content_digest: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class HashedKey:
    kind: str
    key: str


def find(connection: Connection, report_id: str) -> KnownReport | None:
    row = connection.execute(_FIND, {"r": report_id}).first()
    return None if row is None else KnownReport(*row)


def add(
    connection: Connection, claim: Claim, digest: str, case_id: str, keys: Iterable[HashedKey], now: datetime
) -> None:
    row = {
        "report_id": claim.report_id,
        "publisher": claim.publisher,
        "revision": claim.revision,
        "content_digest": digest,
        "claim": claim.model_dump(mode="json", exclude_none=True),
        "case_id": case_id,
        "accepted_at": now,
    }
    connection.execute(reports.insert(), row)
    _add_keys(connection, claim.report_id, keys)


def correct(connection: Connection, claim: Claim, digest: str, keys: Iterable[HashedKey]) -> None:
    """Replace the claim and its keys; earlier contents stay sealed under the same key."""
    connection.execute(
        update(reports)
        .where(reports.c.report_id == claim.report_id)
        .values(
            revision=claim.revision,
            content_digest=digest,
            claim=claim.model_dump(mode="json", exclude_none=True),
            withdrawn_at=None,
        )
    )
    connection.execute(delete(blocking_keys).where(blocking_keys.c.report_id == claim.report_id))
    _add_keys(connection, claim.report_id, keys)


def withdraw(connection: Connection, report_id: str, revision: int, digest: str, now: datetime) -> None:
    """Take a report back: it finds no more candidates and supports no more claims."""
    connection.execute(
        update(reports)
        .where(reports.c.report_id == report_id)
        .values(revision=revision, content_digest=digest, withdrawn_at=now)
    )
    connection.execute(delete(blocking_keys).where(blocking_keys.c.report_id == report_id))


def seal_content(connection: Connection, vault: Vault, claim: Claim, body: bytes, now: datetime) -> None:
    vault.seal(connection, claim.report_id, f"revision-{claim.revision}", body, now)


def candidates(connection: Connection, keys: Sequence[HashedKey], excluding: str) -> list[Candidate]:
    """Reports that share a key, oldest first. The keys must be locked before (see ``database.lock_keys``)."""
    if not keys:
        return []
    kinds: dict[str, set[str]] = {}
    rows = {}
    for row in connection.execute(_CANDIDATES, {"keys": [k.key for k in keys], "excluded": excluding}):
        kinds.setdefault(row.report_id, set()).add(row.kind)
        rows[row.report_id] = row
    return [Candidate(i, r.case_id, r.claim["date"], frozenset(kinds[i])) for i, r in rows.items()]


def claims_of(connection: Connection, case_id: str) -> list[Claim]:
    """The live claims of a case, oldest first."""
    found = connection.execute(_CLAIMS, {"c": case_id}).scalars()
    return [Claim.model_validate(claim, strict=False) for claim in found]


def erase(connection: Connection, vault: Vault, report_id: str) -> bool:
    """Destroy what is personal in one report: its key, its contents and its candidate keys."""
    connection.execute(delete(blocking_keys).where(blocking_keys.c.report_id == report_id))
    return vault.erase(connection, report_id)


def _add_keys(connection: Connection, report_id: str, keys: Collection[HashedKey] | Iterable[HashedKey]) -> None:
    rows = [{"key": k.key, "kind": k.kind, "report_id": report_id} for k in keys]
    if rows:
        connection.execute(blocking_keys.insert(), rows)
