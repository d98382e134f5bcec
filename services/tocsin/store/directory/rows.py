"""Rows of the directory as text, so that one altered in any way can still be read, and is refused for a reason."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    Text,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)

from tocsin.domain.identifiers import Identities
from tocsin.store.directory.administrators import Administrator
from tocsin.store.directory.seals import Alteration, Altered, Approval, Kind, Proposal, flaw, seal_of
from tocsin.store.tables import administrators, directory_changes, recipients
from tocsin.store.tables.wishes import preferences
from tocsin_schemas.directory import Recipient


class Row(NamedTuple):
    """A row whose columns may hold anything. latest: the version of its entry that was approved last."""

    recipient_id: str
    entry: str
    address_digests: str
    version: int
    change_id: str
    proposer: str
    proposed_at: str
    proposer_signature: str
    approver: str
    approved_at: str
    approver_signature: str
    seal: str
    latest: int | None


@dataclass(frozen=True, slots=True)
class Sound:
    """An entry that two administrators have approved. seal: ties it to the audit log."""

    recipient: Recipient
    version: int
    address_digests: Mapping[str, str]
    change_id: str
    seal: str


_JSON, _TIMES = ("entry", "address_digests"), ("proposed_at", "approved_at")
_COLUMNS: list[ColumnElement[Any]] = [
    cast(recipients.c[name], Text)
    if name in _JSON
    else type_coerce(recipients.c[name], String)
    if name in _TIMES
    else recipients.c[name]
    for name in Row._fields
    if name in recipients.c
] + [
    select(func.max(directory_changes.c.version))
    .where(directory_changes.c.subject == recipients.c.recipient_id, directory_changes.c.state == "approved")
    .correlate(recipients)
    .scalar_subquery()
    .label("latest")
]
_ALL = select(*_COLUMNS).order_by(recipients.c.recipient_id)
_ONE = select(*_COLUMNS).where(recipients.c.recipient_id == bindparam("r"))


def _as_one_text(table: Table) -> Select[Any]:
    """Each row as one text: far less to fetch than its columns."""
    texts: list[ColumnElement[str]] = [func.coalesce(cast(column, Text), "") for column in table.c]
    return select(reduce(lambda row, text: row + "\x1f" + text, texts)).order_by(*table.primary_key)


_WHOLE = (_as_one_text(recipients), _as_one_text(administrators), _as_one_text(preferences))


def every(connection: Connection) -> list[Row]:
    return [Row._make(row) for row in connection.execute(_ALL)]


def one(connection: Connection, recipient_id: str) -> Row | None:
    found = connection.execute(_ONE, {"r": recipient_id}).first()
    return None if found is None else Row._make(found)


def fingerprint(connection: Connection) -> str:
    """Differs as soon as anything in the directory does, through Tocsin or not."""
    rows = [row for query in _WHOLE for row in connection.execute(query).scalars()]
    return hashlib.sha256("\x1e".join(rows).encode()).hexdigest()


def write(connection: Connection, identities: Identities, approval: Approval, signature: str) -> str:
    """Put the row of an approved entry; returns its seal."""
    proposal, seal = approval.proposal, seal_of(identities, approval, signature)
    row: dict[str, Any] = {
        "entry": proposal.content,
        "updated_at": approval.approved_at,
        "address_digests": proposal.address_digests,
        "version": proposal.version,
        "change_id": proposal.change_id,
        "proposer": proposal.proposer,
        "proposed_at": proposal.proposed_at,
        "proposer_signature": approval.proposer_signature,
        "approver": approval.approver,
        "approved_at": approval.approved_at,
        "approver_signature": signature,
        "seal": seal,
    }
    remove(connection, proposal.subject)
    connection.execute(recipients.insert(), row | {"recipient_id": proposal.subject})
    return seal


def remove(connection: Connection, recipient_id: str) -> None:
    connection.execute(recipients.delete().where(recipients.c.recipient_id == recipient_id))


def check(row: Row, identities: Identities, people: Mapping[str, Administrator]) -> Sound:
    """The entry of a row. Raises Altered if it is not as two administrators in force have signed it."""
    version = row.version if isinstance(row.version, int) else -1
    if version == 0:
        raise Altered(row.recipient_id, version, Alteration.NEVER_APPROVED)
    try:
        approval = _approval(row)
        sealed = row.seal == seal_of(identities, approval, row.approver_signature)
    except (ValueError, TypeError, AttributeError, RecursionError):
        sealed = False
    if not sealed:
        raise Altered(row.recipient_id, version, Alteration.SEAL_BROKEN)
    if (reason := flaw(approval, row.approver_signature, people)) is not None:
        raise Altered(row.recipient_id, version, reason)
    if row.latest is not None and version < row.latest:
        raise Altered(row.recipient_id, version, Alteration.ROLLED_BACK)
    proposal = approval.proposal
    recipient = Recipient.model_validate(proposal.content, strict=False)
    return Sound(recipient, version, proposal.address_digests, row.change_id, row.seal)


def _approval(row: Row) -> Approval:
    proposal = Proposal(
        change_id=row.change_id,
        kind=Kind.PUT,
        subject=row.recipient_id,
        version=row.version,
        content=json.loads(row.entry),
        address_digests=json.loads(row.address_digests),
        proposer=row.proposer,
        proposed_at=datetime.fromisoformat(row.proposed_at),
    )
    return Approval(proposal, row.proposer_signature, row.approver, datetime.fromisoformat(row.approved_at))
