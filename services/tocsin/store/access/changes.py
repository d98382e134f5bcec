"""Who is let into the console: proposed by one administrator of the directory, approved by another, both by their keys.

What takes access away needs one alone: it must not wait.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from tocsin.domain.identifiers import Identities
from tocsin.store.access import operators
from tocsin.store.access import passkeys as operator_passkeys
from tocsin.store.access.operators import CHAIN, Unacceptable
from tocsin.store.auditing import audit
from tocsin.store.directory import administrators
from tocsin.store.directory.keys import Signer, is_signed
from tocsin.store.tables.access import operator_changes as changes

WAITS = timedelta(days=7)
"""How long a proposal waits."""
_FOUND = select(changes).where(changes.c.change_id == bindparam("wanted"))
_PENDING = select(changes).where(changes.c.approved_at.is_(None)).order_by(changes.c.proposed_at)


class Kind(StrEnum):
    """``add``: a new account, with its invitation. ``invite``: a new passkey in place of a lost one."""

    ADD = "add"
    ROLES = "roles"
    INVITE = "invite"


@dataclass(frozen=True, slots=True)
class Change:
    change_id: str
    kind: Kind
    operator_id: str
    roles: tuple[str, ...]
    proposed_by: str
    proposed_at: datetime

    def signed(self, act: str) -> bytes:
        """What an administrator signs. act: ``propose`` or ``approve``."""
        at = self.proposed_at.astimezone(UTC).isoformat(timespec="microseconds")
        told = ["operator-change.1", act, self.change_id, self.kind, self.operator_id, list(self.roles), at]
        return json.dumps(told, separators=(",", ":")).encode()


def propose(
    connection: Connection,
    identities: Identities,
    signer: Signer,
    kind: Kind,
    operator_id: str,
    roles: Iterable[str],
    now: datetime,
) -> str:
    """The id of the change, which changes nothing yet. roles: of ``add`` and ``roles``; at least one for ``add``.

    Raises Unacceptable: ``not-an-administrator``, ``operator-exists``, ``operator-unknown``, ``role-none``,
    ``roles-of-provider`` (an OpenID provider signs this account in, and its groups give the roles).
    """
    _check_signer(connection, identities, signer, now)
    wanted = tuple(sorted(set(map(str, roles))))
    known = operators.find(connection, identities, operator_id)
    if kind is Kind.ADD and known is not None:
        raise Unacceptable("operator-exists")
    if kind is not Kind.ADD and (known is None or known.ended_at is not None):
        raise Unacceptable("operator-unknown")
    if known is not None and known.subject_digest is not None:
        raise Unacceptable("roles-of-provider")
    if kind is Kind.ADD and not wanted:
        raise Unacceptable("role-none")
    change = Change(secrets.token_hex(8), kind, operator_id, wanted, signer.key_id, now)
    row = {name: getattr(change, name) for name in Change.__slots__} | {"roles": list(wanted), "kind": kind.value}
    connection.execute(changes.insert(), row | {"proposal_signature": signer.sign(change.signed("propose"))})
    told = {"by": signer.key_id, "change": change.change_id, "kind": kind.value, "roles": list(wanted)}
    audit.append(connection, CHAIN, "change-proposed", operator_id, told, now)
    return change.change_id


def approve(connection: Connection, identities: Identities, signer: Signer, change_id: str, now: datetime) -> str:
    """Do what was proposed. Returns the code of an invitation, or "" if none goes with it.

    Raises Unacceptable: ``not-an-administrator``, ``change-unknown``, ``change-expired``, ``second-person-required``,
    and what the change itself may raise.
    """
    _check_signer(connection, identities, signer, now)
    row = connection.execute(_FOUND, {"wanted": change_id}).one_or_none()
    if row is None or row.approved_at is not None:
        raise Unacceptable("change-unknown")
    change = _change(row)
    if now >= change.proposed_at + WAITS:
        raise Unacceptable("change-expired")
    if change.proposed_by == signer.key_id:
        raise Unacceptable("second-person-required")
    _check_proposal(connection, identities, change, str(row.proposal_signature), now)
    approval = {"approved_by": signer.key_id, "approved_at": now}
    approved = update(changes).where(changes.c.change_id == change_id, changes.c.approved_at.is_(None))
    signature = {"approval_signature": signer.sign(change.signed("approve"))}
    if connection.execute(approved.values(**approval, **signature)).rowcount != 1:
        raise Unacceptable("change-unknown")
    code = _apply(connection, identities, change, signer.key_id, now)
    told = {"by": signer.key_id, "change": change.change_id, "kind": change.kind.value}
    audit.append(connection, CHAIN, "change-approved", change.operator_id, told, now)
    return code


def end(connection: Connection, identities: Identities, signer: Signer, operator_id: str, now: datetime) -> None:
    """End an account, its sessions and passkeys at once. Raises Unacceptable."""
    _check_signer(connection, identities, signer, now)
    operators.end(connection, identities, operator_id, signer.key_id, now)


def pending(connection: Connection, now: datetime) -> list[Change]:
    """What waits for a second administrator, the oldest first."""
    found = (_change(row) for row in connection.execute(_PENDING))
    return [change for change in found if now < change.proposed_at + WAITS]


def _apply(connection: Connection, identities: Identities, change: Change, approver: str, now: datetime) -> str:
    by = f"{change.proposed_by}+{approver}"
    if change.kind is Kind.ROLES:
        operators.set_roles(connection, identities, change.operator_id, change.roles, by, now)
        return ""
    if change.kind is Kind.ADD:
        operators.add(connection, identities, change.operator_id, change.roles, by, now)
    return operator_passkeys.invite(connection, identities, change.operator_id, now)


def _check_signer(connection: Connection, identities: Identities, signer: Signer, now: datetime) -> None:
    person = administrators.load(connection, identities).get(signer.key_id)
    if person is None or not person.in_force(now) or person.public_key != signer.public_key:
        raise Unacceptable("not-an-administrator")


def _check_proposal(
    connection: Connection, identities: Identities, change: Change, signature: str, now: datetime
) -> None:
    """Its proposer signed it, and is an administrator still."""
    person = administrators.load(connection, identities).get(change.proposed_by)
    if person is None or not person.in_force(now):
        raise Unacceptable("proposer-not-in-force")
    if not is_signed(person.public_key, change.signed("propose"), signature):
        raise Unacceptable("change-altered")


def _change(row: Row[Any]) -> Change:
    roles = tuple(row.roles)
    return Change(row.change_id, Kind(row.kind), row.operator_id, roles, row.proposed_by, row.proposed_at)
