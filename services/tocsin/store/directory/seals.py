"""What binds an entry of the directory: two administrators' signatures, and a seal that only Tocsin can make.

The signatures say who wanted it; the seal, a keyed digest, that the row came to the database through Tocsin. Whatever
is altered in a row, at least one of them breaks.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tocsin.domain.identifiers import Identities
from tocsin.store.directory.administrators import Administrator
from tocsin.store.directory.keys import is_signed

_PROPOSAL, _APPROVAL, _ROW = b"directory-proposal.1\x1f", b"directory-approval.1\x1f", b"directory-row.1\x1f"


class Kind(StrEnum):
    """What a change does. An entry is put, whether it is new or another version of one that is there."""

    PUT = "put"
    REMOVE = "remove"
    APPOINT = "appoint"
    REVOKE = "revoke"


class Alteration(StrEnum):
    """Why a row is not believed: a closed set, shown to operators."""

    NEVER_APPROVED = "never-approved"
    SEAL_BROKEN = "seal-broken"
    ONE_PERSON = "one-person"
    SIGNER_NOT_IN_FORCE = "signer-not-in-force"
    SIGNATURE_BROKEN = "signature-broken"
    ADDRESS_ALTERED = "address-altered"
    ROLLED_BACK = "rolled-back"
    """An older version, once valid."""


class Altered(LookupError):
    """A row of the directory is not what two administrators have approved; nothing is sent by it."""

    def __init__(self, recipient_id: str, version: int, reason: Alteration) -> None:
        super().__init__(reason)
        self.recipient_id, self.version, self.reason = recipient_id, version, reason


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the first administrator signs.

    subject: a recipient's id, or an administrator's. content: the entry without addresses, the public key, or nothing.
    """

    change_id: str
    kind: Kind
    subject: str
    version: int
    content: Mapping[str, Any]
    address_digests: Mapping[str, str]
    proposer: str
    proposed_at: datetime

    def message(self) -> bytes:
        signed = [self.change_id, self.kind, self.subject, self.version, self.content, self.address_digests]
        return _PROPOSAL + canonical([*signed, self.proposer, self.proposed_at])


@dataclass(frozen=True, slots=True)
class Approval:
    """What the second administrator signs: the same, and that the first has signed it."""

    proposal: Proposal
    proposer_signature: str
    approver: str
    approved_at: datetime

    def message(self) -> bytes:
        signed = canonical([self.proposer_signature, self.approver, self.approved_at])
        return _APPROVAL + signed + self.proposal.message()


def seal_of(identities: Identities, approval: Approval, approver_signature: str) -> str:
    return identities.digest(_ROW + approval.message() + approver_signature.encode())


def address_digest(identities: Identities, subject: str, channel: str, address: str) -> str:
    """Keyed: an address cannot be guessed from it, and of two persons' equal addresses it differs."""
    return identities.digest("\x1f".join(("directory-address.1", subject, channel, address)).encode())


def flaw(approval: Approval, approver_signature: str, administrators: Mapping[str, Administrator]) -> Alteration | None:
    """What is wrong with the signatures, if anything: two different administrators, each in force when signing."""
    proposal = approval.proposal
    first, second = administrators.get(proposal.proposer), administrators.get(approval.approver)
    if first is None or second is None:
        return Alteration.SIGNER_NOT_IN_FORCE
    if first.key_id == second.key_id or first.public_key == second.public_key:
        return Alteration.ONE_PERSON
    if not (first.in_force(proposal.proposed_at) and second.in_force(approval.approved_at)):
        return Alteration.SIGNER_NOT_IN_FORCE
    signed = is_signed(first.public_key, proposal.message(), approval.proposer_signature)
    if not (signed and is_signed(second.public_key, approval.message(), approver_signature)):
        return Alteration.SIGNATURE_BROKEN
    return None


def canonical(value: Any) -> bytes:
    """One way to write it, so that a signature can be checked."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_utc).encode()


def _utc(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError("only what JSON can hold, and times, is signed")
    return value.astimezone(UTC).isoformat(timespec="microseconds")
