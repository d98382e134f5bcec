"""Proposing changes of the directory: signed by one administrator, and without effect until another approves.

Whoever has the key at hand signs at once. Whoever has it elsewhere is given the words first: see ``directory_drafts``.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection

from tocsin.domain.routing import entries
from tocsin.runtime.openpgp import UnfitCertificate, read_certificate
from tocsin.store.auditing import audit
from tocsin.store.deployment import Deployment
from tocsin.store.directory import changes as directory_changes
from tocsin.store.directory import entries as directory
from tocsin.store.directory.administrators import CHAIN, load
from tocsin.store.directory.changes import Change, Content, State, Unacceptable, proposal_of
from tocsin.store.directory.entries import Altered
from tocsin.store.directory.keys import Signer
from tocsin.store.directory.seals import Kind
from tocsin.store.vault import Erased
from tocsin_schemas.directory import Recipient, RecipientEntry


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """What somebody would change. subject: a recipient's id, or an administrator's. fields: codes of what differs."""

    kind: Kind
    subject: str
    key: str
    fields: tuple[str, ...]
    content: Content


def propose_entry(
    connection: Connection, deployment: Deployment, signer: Signer, entry: RecipientEntry, now: datetime
) -> Change | None:
    """Propose the entry as it should be; None if it is so already. Raises Unacceptable."""
    directory_changes.lock(connection)  # before the entry is compared with what is there
    wanted = entry_wanted(connection, deployment, entry, now)
    return None if wanted is None else _propose(connection, deployment, signer, wanted, now)


def propose_removal(connection: Connection, deployment: Deployment, signer: Signer, key: str, now: datetime) -> Change:
    """Raises Unacceptable if there is no such entry, or if another names it as deputy or delegate."""
    directory_changes.lock(connection)
    return _propose(connection, deployment, signer, removal_wanted(connection, deployment, key), now)


def propose_appointment(
    connection: Connection, deployment: Deployment, signer: Signer, key_id: str, public_key: str, now: datetime
) -> Change:
    """Propose another administrator. Raises Unacceptable if the id or the key is taken."""
    wanted = appointment_wanted(connection, deployment, key_id, public_key)
    return _propose(connection, deployment, signer, wanted, now)


def propose_revocation(
    connection: Connection, deployment: Deployment, signer: Signer, key_id: str, since: datetime, now: datetime
) -> Change:
    """Propose that ``key_id`` is an administrator no longer: what they sign from ``since`` on does not count."""
    wanted = revocation_wanted(connection, deployment, key_id, since, now)
    return _propose(connection, deployment, signer, wanted, now)


def entry_wanted(connection: Connection, deployment: Deployment, entry: RecipientEntry, now: datetime) -> Wanted | None:
    """The entry as it should be; None if it is so already. Raises Unacceptable for an unfit certificate."""
    recipient_id = deployment.identities.recipient(entry.key)
    entry = _with_fingerprint(entry, now)
    fields = entries.differences(current_entry(connection, deployment, recipient_id), entry)
    if not fields:
        return None
    facts = Recipient(recipient_id=recipient_id, **entry.model_dump(exclude={"addresses", "openpgp"}))
    content = Content(facts.model_dump(mode="json", exclude_none=True), _sealed_of(entry))
    return Wanted(Kind.PUT, recipient_id, entry.key, fields, content)


def removal_wanted(connection: Connection, deployment: Deployment, key: str) -> Wanted:
    """Raises Unacceptable if there is no such entry, or if another names it as deputy or delegate."""
    recipient_id = deployment.identities.recipient(key)
    if directory.is_absent(connection, recipient_id):
        raise Unacceptable("recipient-unknown")
    if entries.still_named(key, directory.read(connection, deployment).approved):
        raise Unacceptable("recipient-still-named")
    return Wanted(Kind.REMOVE, recipient_id, key, (entries.REMOVED,), Content({}, {}))


def appointment_wanted(connection: Connection, deployment: Deployment, key_id: str, public_key: str) -> Wanted:
    """Another administrator. Raises Unacceptable if the id or the key is taken."""
    known = load(connection, deployment.identities)
    if key_id in known or public_key in {person.public_key for person in known.values()}:
        raise Unacceptable("administrator-exists")
    return Wanted(Kind.APPOINT, key_id, key_id, (entries.ADDED,), Content({"public_key": public_key}, {}))


def revocation_wanted(
    connection: Connection, deployment: Deployment, key_id: str, since: datetime, now: datetime
) -> Wanted:
    """An administrator less. Raises Unacceptable if there is no such administrator in force."""
    person = load(connection, deployment.identities).get(key_id)
    if person is None or not person.in_force(now):
        raise Unacceptable("administrator-unknown")
    content = Content({"since": since.astimezone(UTC).isoformat()}, {})
    return Wanted(Kind.REVOKE, key_id, key_id, (entries.REMOVED,), content)


def unsigned(connection: Connection, wanted: Wanted, proposer: str, now: datetime, state: State) -> Change:
    """The change as its proposer is to sign it."""
    return Change(
        change_id=uuid.uuid4().hex,
        kind=wanted.kind,
        subject=wanted.subject,
        key=wanted.key,
        version=directory_changes.next_version(connection, wanted.subject),
        fields=list(wanted.fields),
        proposer=proposer,
        proposed_at=now,
        proposer_signature="",
        state=state,
        approver=None,
        approved_at=None,
    )


def record(connection: Connection, change: Change, now: datetime) -> None:
    """Put on record that a change was proposed."""
    detail = {"change": change.change_id, "kind": change.kind, "fields": change.fields, "proposer": change.proposer}
    audit.append(connection, CHAIN, "directory-proposed", change.subject, detail, now)


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


def _propose(connection: Connection, deployment: Deployment, signer: Signer, wanted: Wanted, now: datetime) -> Change:
    directory_changes.lock(connection)
    directory_changes.authorise(connection, deployment, signer, now)
    directory_changes.expire(connection, deployment, now)
    for waiting in directory_changes.pending_of(connection, wanted.subject, now):
        if _says(connection, deployment, waiting) == (wanted.kind, wanted.content):
            return waiting
        raise Unacceptable("change-pending")
    change = unsigned(connection, wanted, signer.key_id, now, State.PENDING)
    words = proposal_of(deployment, change, wanted.content).message()
    signed = replace(change, proposer_signature=signer.sign(words))
    directory_changes.add(connection, deployment, signed, wanted.content, now)
    record(connection, signed, now)
    return signed


def _says(connection: Connection, deployment: Deployment, change: Change) -> tuple[Kind, Content] | None:
    try:
        return change.kind, directory_changes.content_of(connection, deployment, change)
    except (Erased, InvalidTag):
        return None
