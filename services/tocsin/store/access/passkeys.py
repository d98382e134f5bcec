"""Invitations to register a passkey, and passkeys. Rows are sealed; a code is shown once and kept nowhere."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from tocsin.domain.identifiers import Identities
from tocsin.store.access import operators
from tocsin.store.access import sessions as operator_sessions
from tocsin.store.access.operators import CHAIN, Unacceptable
from tocsin.store.auditing import audit
from tocsin.store.database import insert_if_absent
from tocsin.store.tables.access import operator_invitations as invitations
from tocsin.store.tables.access import passkeys

VALID = timedelta(hours=24)
"""How long an invitation waits."""
_UNUSED = invitations.c.used_at.is_(None)
_INVITATION = select(invitations).where(
    invitations.c.invitation_digest == bindparam("d"), _UNUSED, invitations.c.expires_at > bindparam("at")
)
_PASSKEY = select(passkeys).where(passkeys.c.credential_digest == bindparam("d"), passkeys.c.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class Passkey:
    """public_key: COSE. sign_count: what the authenticator last said of how often it was used."""

    operator_id: str
    public_key: bytes
    sign_count: int


def invite(connection: Connection, identities: Identities, operator_id: str, now: datetime) -> str:
    """The code of an invitation, 256 random bits; those that the account had before open nothing more."""
    used = update(invitations).where(invitations.c.operator_id == operator_id, _UNUSED)
    connection.execute(used.values(used_at=now))
    code, ends = secrets.token_urlsafe(32), now + VALID
    digest = _digest(identities, "invitation.1", code.encode())
    row = {"invitation_digest": digest, "operator_id": operator_id, "created_at": now, "expires_at": ends}
    seal = _seal(identities, "invitation.1", digest, operator_id, ends.astimezone(UTC).isoformat())
    connection.execute(invitations.insert(), row | {"seal": seal})
    return code


def invited(connection: Connection, identities: Identities, code: str, now: datetime) -> str | None:
    """Whose account the code opens, if it does still. Writes nothing."""
    digest = _digest(identities, "invitation.1", code.encode("utf-8", "replace"))
    row = connection.execute(_INVITATION, {"d": digest, "at": now}).one_or_none()
    if row is None:
        return None
    ends = row.expires_at.astimezone(UTC).isoformat()
    is_ours = row.seal == _seal(identities, "invitation.1", digest, row.operator_id, ends)
    account = operators.in_force(connection, identities, row.operator_id)
    return account.operator_id if is_ours and account is not None else None


def register(
    connection: Connection, identities: Identities, code: str, credential_id: bytes, passkey: Passkey, now: datetime
) -> None:
    """Use the invitation up for this passkey, which replaces those that the account had, and ends its sessions.

    Raises Unacceptable: ``invitation-unknown``, ``passkey-exists``.
    """
    if invited(connection, identities, code, now) != passkey.operator_id:
        raise Unacceptable("invitation-unknown")
    used = update(invitations).where(
        invitations.c.invitation_digest == _digest(identities, "invitation.1", code.encode()), _UNUSED
    )
    if connection.execute(used.values(used_at=now)).rowcount != 1:
        raise Unacceptable("invitation-unknown")
    earlier = update(passkeys).where(passkeys.c.operator_id == passkey.operator_id, passkeys.c.ended_at.is_(None))
    connection.execute(earlier.values(ended_at=now))
    digest, key = _digest(identities, "credential.1", credential_id), passkey.public_key.hex()
    row = {"credential_digest": digest, "operator_id": passkey.operator_id, "public_key": key, "created_at": now}
    seal = _seal(identities, "passkey.1", digest, passkey.operator_id, key)
    if not insert_if_absent(connection, passkeys, **row, sign_count=passkey.sign_count, seal=seal):
        raise Unacceptable("passkey-exists")
    operator_sessions.end_all(connection, passkey.operator_id, now)
    audit.append(connection, CHAIN, "passkey-registered", passkey.operator_id, {}, now)


def find(connection: Connection, identities: Identities, credential_id: bytes) -> Passkey | None:
    """None if it was replaced, if its row was altered, or if its account is not in force."""
    digest = _digest(identities, "credential.1", credential_id)
    row = connection.execute(_PASSKEY, {"d": digest}).one_or_none()
    if row is None or row.seal != _seal(identities, "passkey.1", digest, row.operator_id, row.public_key):
        return None
    if operators.in_force(connection, identities, row.operator_id) is None:
        return None
    return Passkey(row.operator_id, bytes.fromhex(row.public_key), row.sign_count)


def used(connection: Connection, identities: Identities, credential_id: bytes, count: int, now: datetime) -> None:
    """count: what the authenticator says of how often it was used."""
    this = passkeys.c.credential_digest == _digest(identities, "credential.1", credential_id)
    connection.execute(update(passkeys).where(this).values(sign_count=count, last_used_at=now))


def _digest(identities: Identities, kind: str, secret: bytes) -> str:
    return identities.digest(kind.encode() + b"\x1f" + secret)


def _seal(identities: Identities, kind: str, *parts: str) -> str:
    return identities.digest("\x1f".join((f"{kind}-row", *parts)).encode())
