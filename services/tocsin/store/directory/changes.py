"""Changes of the directory: what was proposed, what waits for a second administrator, and what became of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select

from tocsin.store.database import lock_keys
from tocsin.store.deployment import Deployment
from tocsin.store.directory.administrators import CHAIN, load
from tocsin.store.directory.keys import Signs
from tocsin.store.directory.seals import Kind, Proposal, address_digest, canonical
from tocsin.store.tables import directory_changes

PATIENCE = timedelta(days=14)
"""How long a proposal waits for a second administrator."""
HISTORY = 50
"""Changes of one entry that are shown."""
_PART = "content"
_FIELDS = (
    "change_id", "kind", "subject", "key", "version", "fields", "proposer", "proposed_at", "proposer_signature",
    "state", "approver", "approved_at",
)  # fmt: skip
_CHANGES = select(*(directory_changes.c[name] for name in _FIELDS))


class State(StrEnum):
    """drafted: nobody has signed it yet; see ``directory_drafts``."""

    DRAFTED = "drafted"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Unacceptable(ValueError):
    """A change cannot be proposed or decided so; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Change:
    """A change without what it says, which is sealed. key: how administrators name what is changed."""

    change_id: str
    kind: Kind
    subject: str
    key: str
    version: int
    fields: list[str]
    proposer: str
    proposed_at: datetime
    proposer_signature: str
    state: str
    approver: str | None
    approved_at: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        return now - self.proposed_at > PATIENCE


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """What a change says. facts: the entry without addresses, a public key, or since when an administrator is none."""

    facts: Mapping[str, Any]
    addresses: Mapping[str, str]


def lock(connection: Connection) -> None:
    """One change at a time: call it first."""
    lock_keys(connection, [hashlib.sha256(CHAIN.encode()).hexdigest()])


def authorise(connection: Connection, deployment: Deployment, signer: Signs, now: datetime) -> None:
    """Raises Unacceptable unless the signer is an administrator in force, with the key that is registered."""
    known = load(connection, deployment.identities).get(signer.key_id)
    if known is None or not known.in_force(now):
        raise Unacceptable("administrator-not-in-force")
    if known.public_key != signer.public_key:
        raise Unacceptable("key-not-registered")


def find(connection: Connection, prefix: str) -> Change:
    """The one change whose id begins so. Raises Unacceptable if there is none, or if there are several."""
    wanted = directory_changes.c.change_id.startswith(prefix.lower(), autoescape=True)
    found = connection.execute(_CHANGES.where(wanted).limit(2)).all()
    if len(found) != 1:
        raise Unacceptable("change-unknown")
    return _change(found[0])


def pending(connection: Connection, now: datetime) -> list[Change]:
    """What waits, the oldest first."""
    order = (directory_changes.c.proposed_at, directory_changes.c.key)
    query = _CHANGES.where(directory_changes.c.state == State.PENDING).order_by(*order)
    return [change for row in connection.execute(query) if not (change := _change(row)).is_overdue(now)]


def pending_of(connection: Connection, subject: str, now: datetime) -> list[Change]:
    """What waits for one entry or administrator: at most one change."""
    return [change for change in pending(connection, now) if change.subject == subject]


def of_subject(connection: Connection, subject: str) -> list[Change]:
    """Every change of one entry or administrator that was proposed, the latest first."""
    proposed = (directory_changes.c.subject == subject, directory_changes.c.state != State.DRAFTED)
    order = (directory_changes.c.proposed_at.desc(), directory_changes.c.change_id)
    return [_change(row) for row in connection.execute(_CHANGES.where(*proposed).order_by(*order).limit(HISTORY))]


def every(connection: Connection, state: State) -> list[Change]:
    return [_change(row) for row in connection.execute(_CHANGES.where(directory_changes.c.state == state))]


def expire(connection: Connection, deployment: Deployment, now: datetime) -> None:
    """End what has waited too long."""
    for change in every(connection, State.PENDING):
        if change.is_overdue(now):
            close(connection, deployment, change, State.EXPIRED)


def add(connection: Connection, deployment: Deployment, change: Change, content: Content, now: datetime) -> None:
    row = {name: getattr(change, name) for name in _FIELDS}
    connection.execute(directory_changes.insert(), row)
    sealed = canonical({"facts": content.facts, "addresses": content.addresses})
    deployment.vault.seal(connection, change.change_id, _PART, sealed, now)


def content_of(connection: Connection, deployment: Deployment, change: Change) -> Content:
    """Raises ``vault.Erased`` once the change is decided."""
    found = json.loads(deployment.vault.open(connection, change.change_id, _PART))
    return Content(found["facts"], found["addresses"])


def proposal_of(deployment: Deployment, change: Change, content: Content) -> Proposal:
    """What its proposer has signed."""
    digests = {c: address_digest(deployment.identities, change.subject, c, a) for c, a in content.addresses.items()}
    return Proposal(
        change.change_id,
        change.kind,
        change.subject,
        change.version,
        content.facts,
        digests,
        change.proposer,
        change.proposed_at,
    )


def close(connection: Connection, deployment: Deployment, change: Change, state: State, **decision: Any) -> None:
    """Note what became of the change, and erase what it said: an approved one is in the directory now."""
    own = directory_changes.c.change_id == change.change_id
    connection.execute(directory_changes.update().where(own).values(state=state, **decision))
    deployment.vault.erase(connection, change.change_id)


def next_version(connection: Connection, subject: str) -> int:
    """Versions only rise, over removals too."""
    approved = (directory_changes.c.subject == subject) & (directory_changes.c.state == State.APPROVED)
    return 1 + (connection.execute(select(func.max(directory_changes.c.version)).where(approved)).scalar() or 0)


def _change(row: Any) -> Change:
    return Change(**row._asdict() | {"kind": Kind(row.kind)})
