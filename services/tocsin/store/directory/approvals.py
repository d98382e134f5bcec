"""Deciding on changes of the directory. An approval applies the change, audits it and tells the person, at once."""

from datetime import UTC, datetime, time

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection

from tocsin.store.alerting import alerts, due_times
from tocsin.store.alerting.due_times import DueTime
from tocsin.store.auditing import audit
from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators, entries, notices, rows
from tocsin.store.directory import changes as directory_changes
from tocsin.store.directory.administrators import ADDED, CHAIN, REVOKED, Unappointable, load
from tocsin.store.directory.changes import Change, Content, State, Unacceptable, content_of, proposal_of
from tocsin.store.directory.keys import Signer, Signs
from tocsin.store.directory.proposals import propose_entry
from tocsin.store.directory.seals import Approval, Kind, canonical, flaw
from tocsin.store.vault import Erased
from tocsin_schemas.directory import Recipient, RecipientEntry

CHANGED = "directory-changed"
_DECISION = b"directory-decision.1\x1f"


def approve(connection: Connection, deployment: Deployment, signer: Signs, change_id: str, now: datetime) -> Change:
    """Approve a change that another has proposed, and apply it. Raises Unacceptable; then nothing has changed."""
    directory_changes.lock(connection)
    directory_changes.authorise(connection, deployment, signer, now)
    change = _waiting(connection, change_id, now)
    require_turn(change, State.APPROVED, signer.key_id)
    content = _content(connection, deployment, change)
    if change.version != directory_changes.next_version(connection, change.subject):
        raise Unacceptable("entry-changed-meanwhile")
    approval = _approval(deployment, change, content, signer.key_id, now)
    signature = signer.sign(approval.message())
    _require_two(connection, deployment, approval, signature, now)
    seal = _apply(connection, deployment, change, content, approval, signature)
    decision = {"approver": signer.key_id, "approved_at": now, "approver_signature": signature}
    directory_changes.close(connection, deployment, change, State.APPROVED, **decision)
    _record(connection, change, signer.key_id, seal, content, now)
    if change.kind is Kind.PUT:
        _tell_the_waiting(connection, deployment, change, Recipient.model_validate(content.facts, strict=False), now)
    return change


def reject(connection: Connection, deployment: Deployment, signer: Signs, change_id: str, now: datetime) -> Change:
    """Any administrator may. Raises Unacceptable."""
    return _dismiss(connection, deployment, signer, change_id, State.REJECTED, now)


def withdraw(connection: Connection, deployment: Deployment, signer: Signs, change_id: str, now: datetime) -> Change:
    """Its proposer alone may. Raises Unacceptable."""
    return _dismiss(connection, deployment, signer, change_id, State.WITHDRAWN, now)


def enter(
    connection: Connection, deployment: Deployment, signers: tuple[Signer, Signer], entry: RecipientEntry, now: datetime
) -> bool:
    """Propose and approve an entry at once, where both keys are at hand. Tells whether anything differed."""
    proposer, approver = signers
    change = propose_entry(connection, deployment, proposer, entry, now)
    if change is not None:
        approve(connection, deployment, approver, change.change_id, now)
    return change is not None


def require_turn(change: Change, state: State, key_id: str) -> None:
    """Whether ``key_id`` is the one to decide so: its proposer never approves, and nobody else withdraws.

    Raises Unacceptable: ``second-person-required``, ``not-the-proposer``.
    """
    if state is State.APPROVED and change.proposer == key_id:
        raise Unacceptable("second-person-required")
    if state is State.WITHDRAWN and change.proposer != key_id:
        raise Unacceptable("not-the-proposer")


def to_sign(
    connection: Connection, deployment: Deployment, change_id: str, state: State, key_id: str, now: datetime
) -> bytes:
    """What ``key_id`` signs to decide so at ``now``, for whoever signs elsewhere. Raises Unacceptable."""
    change = _waiting(connection, change_id, now)
    if state is State.APPROVED:
        return _approval(deployment, change, _content(connection, deployment, change), key_id, now).message()
    return _dismissal(change, state, key_id, now)


def _approval(deployment: Deployment, change: Change, content: Content, key_id: str, now: datetime) -> Approval:
    return Approval(proposal_of(deployment, change, content), change.proposer_signature, key_id, now)


def _dismissal(change: Change, state: State, key_id: str, now: datetime) -> bytes:
    return _DECISION + canonical([change.change_id, state, key_id, now])


def _dismiss(
    connection: Connection, deployment: Deployment, signer: Signs, change_id: str, state: State, now: datetime
) -> Change:
    directory_changes.lock(connection)
    directory_changes.authorise(connection, deployment, signer, now)
    change = _waiting(connection, change_id, now)
    require_turn(change, state, signer.key_id)
    signature = signer.sign(_dismissal(change, state, signer.key_id, now))
    decision = {"approver": signer.key_id, "approved_at": now, "approver_signature": signature}
    directory_changes.close(connection, deployment, change, state, **decision)
    detail = {"change": change.change_id, "by": signer.key_id}
    audit.append(connection, CHAIN, f"directory-{state}", change.subject, detail, now)
    return change


def _waiting(connection: Connection, change_id: str, now: datetime) -> Change:
    change = directory_changes.find(connection, change_id)
    if change.state != State.PENDING:
        raise Unacceptable("change-not-pending")
    if change.is_overdue(now):
        raise Unacceptable("change-expired")
    return change


def _content(connection: Connection, deployment: Deployment, change: Change) -> Content:
    try:
        return content_of(connection, deployment, change)
    except (Erased, InvalidTag, ValueError, KeyError):
        raise Unacceptable("change-altered") from None


def _require_two(
    connection: Connection, deployment: Deployment, approval: Approval, signature: str, now: datetime
) -> None:
    """Both signatures are looked at again: the proposal may have been altered, or its proposer revoked, since."""
    people = load(connection, deployment.identities)
    if (reason := flaw(approval, signature, people)) is not None:
        raise Unacceptable(f"change-altered: {reason}")
    if not people[approval.proposal.proposer].in_force(now):
        raise Unacceptable("proposer-not-in-force")


def _apply(
    connection: Connection,
    deployment: Deployment,
    change: Change,
    content: Content,
    approval: Approval,
    signature: str,
) -> str:
    """Returns the seal of the row, if there is one."""
    if change.kind in {Kind.PUT, Kind.REMOVE}:
        return _apply_to_entry(connection, deployment, change, content, approval, signature)
    try:
        if change.kind is Kind.APPOINT:
            key = content.facts["public_key"]
            administrators.add(
                connection, deployment.identities, change.subject, key, change.change_id, approval.approved_at
            )
        else:
            since = datetime.fromisoformat(content.facts["since"])
            administrators.revoke(connection, deployment.identities, change.subject, since)
            _require_two_left(connection, deployment, approval.approved_at)
    except Unappointable as error:
        raise Unacceptable(error.code) from None
    return ""


def _apply_to_entry(
    connection: Connection,
    deployment: Deployment,
    change: Change,
    content: Content,
    approval: Approval,
    signature: str,
) -> str:
    """The old addresses' key is destroyed; the notice has its own copy until it is sent."""
    recipient_id, now = change.subject, approval.approved_at
    former, facts = entries.former(connection, deployment, recipient_id)
    deployment.vault.erase(connection, recipient_id)
    seal = ""
    if change.kind is Kind.REMOVE:
        rows.remove(connection, recipient_id)
    else:
        parts = {entries.part_of(channel): address.encode() for channel, address in content.addresses.items()}
        deployment.vault.seal_parts(connection, recipient_id, parts, now)
        seal = rows.write(connection, deployment.identities, approval, signature)
        facts = Recipient.model_validate(content.facts, strict=False)
    if facts is not None:
        about = notices.About(facts, change.change_id, change.fields, now)
        addresses = {c: address for c, address in content.addresses.items() if c != entries.CERTIFICATE}
        notices.request(connection, deployment, about, former, addresses)
    return seal


def _tell_the_waiting(
    connection: Connection, deployment: Deployment, change: Change, found: Recipient, now: datetime
) -> None:
    """What was held because nobody held the mandate is routed again, as soon as this person is in office."""
    at = now if found.valid_from is None else max(now, datetime.combine(found.valid_from, time(), UTC))
    due_times.schedule(
        connection,
        [
            DueTime(
                deployment.identities.due_time(
                    due_times.Kind.LOOK_AGAIN, case_id, f"{at.isoformat()} {change.change_id}"
                ),
                due_times.Kind.LOOK_AGAIN,
                case_id,
                case_id,
                "",
                0,
                at,
            )
            for case_id in alerts.held_for_want_of_a_recipient(connection, found.mandates)
        ],
        now,
    )


def _require_two_left(connection: Connection, deployment: Deployment, now: datetime) -> None:
    left = [p for p in load(connection, deployment.identities).values() if p.in_force(now)]
    if len(left) < 2:
        raise Unacceptable("too-few-administrators")


def _record(connection: Connection, change: Change, approver: str, seal: str, content: Content, now: datetime) -> None:
    detail = {
        "change": change.change_id,
        "kind": change.kind,
        "version": change.version,
        "fields": change.fields,
        "proposer": change.proposer,
        "approver": approver,
    }
    if change.kind is Kind.APPOINT:
        audit.append(connection, CHAIN, ADDED, change.subject, {**detail, **content.facts}, now)
    elif change.kind is Kind.REVOKE:
        audit.append(connection, CHAIN, REVOKED, change.subject, {**detail, **content.facts}, now)
    else:
        audit.append(connection, CHAIN, CHANGED, change.subject, {**detail, "seal": seal}, now)
