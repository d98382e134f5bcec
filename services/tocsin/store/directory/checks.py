"""Looks at the whole directory: every row and signature, and whether the audit log tells the same story.

A row that was put back to an older version is sound by itself; only the log knows of the newer one.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, select

from tocsin.domain.routing.entries import Fault
from tocsin.store.auditing import audit
from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators, changes, entries, preferences
from tocsin.store.directory.administrators import ADDED, CHAIN, REVOKED
from tocsin.store.directory.approvals import CHANGED
from tocsin.store.directory.changes import State, content_of, proposal_of
from tocsin.store.directory.entries import Altered
from tocsin.store.directory.keys import is_signed
from tocsin.store.directory.rows import Sound
from tocsin.store.directory.seals import Kind
from tocsin.store.tables import audit as audit_table
from tocsin.store.vault import Erased

_ENTRIES = (
    select(audit_table.c.action, audit_table.c.subject, audit_table.c.detail)
    .where(audit_table.c.chain == CHAIN)
    .order_by(audit_table.c.seq)
)


class _Logged(NamedTuple):
    action: str
    subject: str
    detail: Mapping[str, Any]


def verify(connection: Connection, deployment: Deployment) -> list[Fault]:
    """Everything that is not as two administrators have approved it, or as a person wished it; empty if all is well.

    Writes nothing.
    """
    log = [_Logged._make(row) for row in connection.execute(_ENTRIES)]
    found = [Fault(f"audit-{fault.kind}", f"entry {fault.seq}") for fault in audit.verify(connection, CHAIN)]
    found += _of_rows(connection, deployment, log)
    found += _of_approvals(connection, log)
    found += _of_administrators(connection, deployment, log)
    found += [
        Fault("wishes-altered", _short(person)) for person in preferences.altered(connection, deployment.identities)
    ]
    return found + list(_of_proposals(connection, deployment))


def _of_rows(connection: Connection, deployment: Deployment, log: list[_Logged]) -> Iterator[Fault]:
    read = entries.read(connection, deployment)
    latest = {entry.subject: entry.detail for entry in log if entry.action == CHANGED}
    for altered in read.altered:
        yield Fault(altered.reason, _short(altered.recipient_id))
    for sound in read.sound:
        try:
            entries.entry_of(connection, deployment, sound)
        except (Altered, Erased):
            yield Fault("address-altered", sound.recipient.key)
        if (code := _disagreement(sound, latest.get(sound.recipient.recipient_id))) is not None:
            yield Fault(code, sound.recipient.key)
    there = {s.recipient.recipient_id for s in read.sound} | {a.recipient_id for a in read.altered}
    for subject, detail in latest.items():
        if detail["kind"] == Kind.PUT and subject not in there:
            yield Fault("row-missing", _short(subject))


def _disagreement(sound: Sound, logged: Mapping[str, Any] | None) -> str | None:
    if logged is None or sound.version > logged["version"]:
        return "approval-unrecorded"
    if sound.version < logged["version"]:
        return "rolled-back"
    return None if sound.seal == logged["seal"] else "approval-altered"


def _of_approvals(connection: Connection, log: list[_Logged]) -> Iterator[Fault]:
    logged = {e.detail["change"]: e for e in log if e.action in {CHANGED, ADDED, REVOKED} and "change" in e.detail}
    approved = {change.change_id: change for change in changes.every(connection, State.APPROVED)}
    for change_id, change in approved.items():
        entry = logged.get(change_id)
        if entry is None:
            yield Fault("approval-unrecorded", f"change {_short(change_id)}")
        elif (entry.subject, *(entry.detail[name] for name in ("version", "proposer", "approver"))) != (
            change.subject,
            change.version,
            change.proposer,
            change.approver,
        ):
            yield Fault("approval-altered", f"change {_short(change_id)}")
    for change_id in logged.keys() - approved.keys():
        yield Fault("row-missing", f"change {_short(change_id)}")


def _of_administrators(connection: Connection, deployment: Deployment, log: list[_Logged]) -> Iterator[Fault]:
    people = administrators.load(connection, deployment.identities)
    unsound = administrators.altered(connection, deployment.identities)
    added = {entry.subject: entry.detail for entry in log if entry.action == ADDED}
    revoked = {entry.subject for entry in log if entry.action == REVOKED}
    for key_id in unsound:
        yield Fault("seal-broken", f"administrator {key_id}")
    for key_id, person in people.items():
        if key_id not in added or added[key_id]["public_key"] != person.public_key:
            yield Fault("approval-unrecorded", f"administrator {key_id}")
        if (key_id in revoked) != (person.valid_to is not None):
            yield Fault("rolled-back", f"administrator {key_id}")
    for key_id in added.keys() - people.keys() - set(unsound):
        yield Fault("row-missing", f"administrator {key_id}")


def _of_proposals(connection: Connection, deployment: Deployment) -> Iterator[Fault]:
    people = administrators.load(connection, deployment.identities)
    for change in changes.every(connection, State.PENDING):
        try:
            message = proposal_of(deployment, change, content_of(connection, deployment, change)).message()
        except (Erased, InvalidTag, ValueError, KeyError):
            message = b""
        person = people.get(change.proposer)
        if person is None or not is_signed(person.public_key, message, change.proposer_signature):
            yield Fault("change-altered", f"change {_short(change.change_id)}")


def _short(identity: str) -> str:
    return identity[:8]
