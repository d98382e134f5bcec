"""Proposing changes of the directory: signed by one administrator, and without effect until another approves."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection

from tocsin.domain.routing import entries
from tocsin.runtime.openpgp import UnfitCertificate, read_certificate
from tocsin.store import audit, directory, directory_changes
from tocsin.store.administrators import CHAIN, load
from tocsin.store.deployment import Deployment
from tocsin.store.directory import Altered
from tocsin.store.directory_changes import Change, Content, State, Unacceptable, proposal_of
from tocsin.store.directory_keys import Signer
from tocsin.store.directory_seals import Kind
from tocsin.store.vault import Erased
from tocsin_schemas.directory import Recipient, RecipientEntry


def propose_entry(
    connection: Connection, deployment: Deployment, signer: Signer, entry: RecipientEntry, now: datetime
) -> Change | None:
    """Propose the entry as it should be; None if it is so already. Raises Unacceptable."""
    directory_changes.lock(connection)  # before the entry is compared with what is there
    recipient_id = deployment.identities.recipient(entry.key)
    entry = _with_fingerprint(entry, now)
    fields = entries.differences(current_entry(connection, deployment, recipient_id), entry)
    if not fields:
        return None
    facts = Recipient(recipient_id=recipient_id, **entry.model_dump(exclude={"addresses", "openpgp"}))
    content = Content(facts.model_dump(mode="json", exclude_none=True), _sealed_of(entry))
    return _propose(connection, deployment, signer, _draft(Kind.PUT, recipient_id, entry.key, fields), content, now)


def propose_removal(connection: Connection, deployment: Deployment, signer: Signer, key: str, now: datetime) -> Change:
    """Raises Unacceptable if there is no such entry, or if another names it as deputy or delegate."""
    directory_changes.lock(connection)
    recipient_id = deployment.identities.recipient(key)
    if directory.is_absent(connection, recipient_id):
        raise Unacceptable("recipient-unknown")
    if entries.still_named(key, directory.read(connection, deployment).approved):
        raise Unacceptable("recipient-still-named")
    draft = _draft(Kind.REMOVE, recipient_id, key, (entries.REMOVED,))
    return _propose(connection, deployment, signer, draft, Content({}, {}), now)


def propose_appointment(
    connection: Connection, deployment: Deployment, signer: Signer, key_id: str, public_key: str, now: datetime
) -> Change:
    """Propose another administrator. Raises Unacceptable if the id or the key is taken."""
    known = load(connection, deployment.identities)
    if key_id in known or public_key in {person.public_key for person in known.values()}:
        raise Unacceptable("administrator-exists")
    draft = _draft(Kind.APPOINT, key_id, key_id, (entries.ADDED,))
    return _propose(connection, deployment, signer, draft, Content({"public_key": public_key}, {}), now)


def propose_revocation(
    connection: Connection, deployment: Deployment, signer: Signer, key_id: str, since: datetime, now: datetime
) -> Change:
    """Propose that ``key_id`` is an administrator no longer: what they sign from ``since`` on does not count."""
    person = load(connection, deployment.identities).get(key_id)
    if person is None or not person.in_force(now):
        raise Unacceptable("administrator-unknown")
    content = Content({"since": since.astimezone(UTC).isoformat()}, {})
    return _propose(
        connection, deployment, signer, _draft(Kind.REVOKE, key_id, key_id, (entries.REMOVED,)), content, now
    )


def current_entry(connection: Connection, deployment: Deployment, recipient_id: str) -> RecipientEntry | None:
    """The entry with its addresses; one that was altered counts as absent, so that it can be proposed again."""
    try:
        found = directory.find_sound(connection, deployment, recipient_id)
        return None if found is None else directory.entry_of(connection, deployment, found)
    except (Altered, Erased):
        return None


def _with_fingerprint(entry: RecipientEntry, now: datetime) -> RecipientEntry:
    """What the certificate itself says, so that both administrators sign it. Raises Unacceptable."""
    if entry.openpgp is None:
        return entry.model_copy(update={"openpgp_fingerprint": None})
    try:
        certificate = read_certificate(entry.openpgp, now)
    except UnfitCertificate as unfit:
        raise Unacceptable(unfit.reason) from None
    if entry.openpgp_fingerprint not in {None, certificate.fingerprint}:
        raise Unacceptable("certificate-of-another-fingerprint")
    return entry.model_copy(update={"openpgp_fingerprint": certificate.fingerprint})


def _sealed_of(entry: RecipientEntry) -> dict[str, str]:
    """What is kept sealed, and bound to the entry by a digest: the addresses, and the certificate if there is one."""
    sealed = {str(channel): address for channel, address in entry.addresses.items()}
    return sealed if entry.openpgp is None else sealed | {directory.CERTIFICATE: entry.openpgp}


def _draft(kind: Kind, subject: str, key: str, fields: Sequence[str]) -> dict[str, Any]:
    return {"change_id": uuid.uuid4().hex, "kind": kind, "subject": subject, "key": key, "fields": list(fields)}


def _propose(
    connection: Connection,
    deployment: Deployment,
    signer: Signer,
    draft: Mapping[str, Any],
    content: Content,
    now: datetime,
) -> Change:
    directory_changes.lock(connection)
    directory_changes.authorise(connection, deployment, signer, now)
    directory_changes.expire(connection, deployment, now)
    waiting = [c for c in directory_changes.pending(connection, now) if c.subject == draft["subject"]]
    for change in waiting:
        if _says(connection, deployment, change) == (draft["kind"], content):
            return change
        raise Unacceptable("change-pending")
    change = Change(
        **draft,
        version=directory_changes.next_version(connection, draft["subject"]),
        proposer=signer.key_id,
        proposed_at=now,
        proposer_signature="",
        state=State.PENDING,
        approver=None,
        approved_at=None,
    )
    signed = replace(change, proposer_signature=signer.sign(proposal_of(deployment, change, content).message()))
    directory_changes.add(connection, deployment, signed, content, now)
    detail = {"change": change.change_id, "kind": change.kind, "fields": change.fields, "proposer": signer.key_id}
    audit.append(connection, CHAIN, "directory-proposed", change.subject, detail, now)
    return signed


def _says(connection: Connection, deployment: Deployment, change: Change) -> tuple[Kind, Content] | None:
    try:
        return change.kind, directory_changes.content_of(connection, deployment, change)
    except (Erased, InvalidTag):
        return None
