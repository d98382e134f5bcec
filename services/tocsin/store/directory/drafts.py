"""Changes that somebody would propose, and signs elsewhere: kept, sealed, until the signature is brought.

A draft is nobody's word. It waits for half an hour for the administrator whom it names, changes nothing, cannot be
approved, and is then forgotten with what it said.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection

from tocsin.store import vault
from tocsin.store.deployment import Deployment
from tocsin.store.directory import changes as directory_changes
from tocsin.store.directory import proposals
from tocsin.store.directory.changes import Change, Content, State, Unacceptable, proposal_of
from tocsin.store.directory.keys import Signs
from tocsin.store.directory.proposals import Wanted
from tocsin.store.tables import directory_changes as rows

FRESH = timedelta(minutes=30)
"""How long the words to sign count."""


def keep(connection: Connection, deployment: Deployment, proposer: str, wanted: Wanted, now: datetime) -> Change:
    """Keep what ``proposer`` would propose until it is signed. Raises Unacceptable if another change of it waits."""
    directory_changes.lock(connection)
    _forget_old(connection, now)
    directory_changes.expire(connection, deployment, now)
    if directory_changes.pending_of(connection, wanted.subject, now):
        raise Unacceptable("change-pending")
    change = proposals.unsigned(connection, wanted, proposer, now, State.DRAFTED)
    directory_changes.add(connection, deployment, change, wanted.content, now)
    return change


def find(connection: Connection, deployment: Deployment, change_id: str, now: datetime) -> tuple[Change, Content]:
    """Raises Unacceptable if there is no such draft, or if its words are too old to be signed."""
    change = directory_changes.find(connection, change_id)
    if change.state != State.DRAFTED:
        raise Unacceptable("change-unknown")
    if not change.proposed_at <= now <= change.proposed_at + FRESH:
        raise Unacceptable("decision-stale")
    try:
        return change, directory_changes.content_of(connection, deployment, change)
    except (vault.Erased, InvalidTag, ValueError, KeyError):
        raise Unacceptable("change-altered") from None


def to_sign(connection: Connection, deployment: Deployment, change_id: str, now: datetime) -> bytes:
    """What the administrator whom the draft names signs to propose it. Raises Unacceptable."""
    return proposal_of(deployment, *find(connection, deployment, change_id, now)).message()


def propose(connection: Connection, deployment: Deployment, signer: Signs, change_id: str, now: datetime) -> Change:
    """Propose what was drafted: from now on it waits for a second administrator.

    Raises Unacceptable, and FalseSignature; then nothing has changed.
    """
    directory_changes.lock(connection)
    directory_changes.authorise(connection, deployment, signer, now)
    change, content = find(connection, deployment, change_id, now)
    if change.proposer != signer.key_id:
        raise Unacceptable("not-the-proposer")
    if directory_changes.pending_of(connection, change.subject, now):
        raise Unacceptable("change-pending")
    if change.version != directory_changes.next_version(connection, change.subject):
        raise Unacceptable("entry-changed-meanwhile")
    signature = signer.sign(proposal_of(deployment, change, content).message())
    signed = replace(change, state=State.PENDING, proposer_signature=signature)
    now_waits = {"state": signed.state, "proposer_signature": signature}
    connection.execute(rows.update().where(rows.c.change_id == change.change_id).values(**now_waits))
    proposals.record(connection, signed, now)
    return signed


def forget(connection: Connection, change_id: str) -> None:
    """Drop a draft and what it said; whatever was proposed stays."""
    own = (rows.c.change_id == change_id, rows.c.state == State.DRAFTED)
    if connection.execute(rows.delete().where(*own)).rowcount:
        vault.erase(connection, change_id)


def _forget_old(connection: Connection, now: datetime) -> None:
    for change in directory_changes.every(connection, State.DRAFTED):
        if change.proposed_at + FRESH < now:
            forget(connection, change.change_id)
