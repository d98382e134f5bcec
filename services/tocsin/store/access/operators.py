"""Accounts of the console and their roles. Rows are sealed: one that was written past Tocsin does not count."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, select, type_coerce, update

from tocsin.domain.identifiers import Identities
from tocsin.store.access import sessions as operator_sessions
from tocsin.store.auditing import audit
from tocsin.store.database import insert_if_absent, lock_keys
from tocsin.store.tables.access import operators

CHAIN = "console"
"""The chain of the audit log that tells who was let into the console, and what they read there."""
BY_PROVIDER = "openid-provider"
_TIMES = ("created_at", "ended_at")
_ALL = select(*(type_coerce(c, String).label(c.name) if c.name in _TIMES else c for c in operators.c)).order_by(
    operators.c.operator_id
)
"""Times as text: an altered row may hold anything."""
_ONE = _ALL.where(operators.c.operator_id == bindparam("wanted"))
_OF_SUBJECT = _ALL.where(operators.c.subject_digest == bindparam("wanted"))


class Unacceptable(ValueError):
    """An account cannot be changed so; ``code`` says why, and is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Account:
    """subject_digest: of issuer and subject, if it is an OpenID provider that signs its holder in."""

    operator_id: str
    subject_digest: str | None
    roles: tuple[str, ...]
    added_by: str
    created_at: datetime
    ended_at: datetime | None = None


def find(connection: Connection, identities: Identities, operator_id: str) -> Account | None:
    """None if there is none, or if its row was altered; an account that has ended is found."""
    row = connection.execute(_ONE, {"wanted": operator_id}).one_or_none()
    return None if row is None else _read(row, identities)


def in_force(connection: Connection, identities: Identities, operator_id: str) -> Account | None:
    """As ``find``, without accounts that have ended or have no role."""
    found = find(connection, identities, operator_id)
    return found if found is not None and found.ended_at is None and found.roles else None


def listed(connection: Connection, identities: Identities) -> list[Account]:
    """All of them, those that have ended too."""
    return [found for row in connection.execute(_ALL) if (found := _read(row, identities)) is not None]


def altered(connection: Connection, identities: Identities) -> list[str]:
    """The ids of rows that are not as Tocsin wrote them."""
    return [str(row.operator_id) for row in connection.execute(_ALL) if _read(row, identities) is None]


def add(
    connection: Connection, identities: Identities, operator_id: str, roles: Iterable[str], by: str, now: datetime
) -> Account:
    """by: pseudonymous ids of who granted it. Raises Unacceptable (``operator-exists``)."""
    return _insert(connection, identities, Account(operator_id, None, _sorted(roles), by, now))


def of_subject(
    connection: Connection, identities: Identities, issuer: str, subject: str, roles: Iterable[str], now: datetime
) -> Account | None:
    """The account of whom an OpenID provider signed in, with the roles that it has given now; made if absent.

    Identity is issuer and subject, never an address (ASVS 5.0, 10.3.3). None if the account has ended, was altered, or
    would have no role.
    """
    given, digest = _sorted(roles), _subject(identities, issuer, subject)
    lock_keys(connection, [digest])  # who clicks twice at the first sign-in has one account
    row = connection.execute(_OF_SUBJECT, {"wanted": digest}).one_or_none()
    if row is None:
        made = Account(f"sso-{digest[:16]}", digest, given, BY_PROVIDER, now)
        return _insert(connection, identities, made) if given else None
    known = _read(row, identities)
    if known is None or known.ended_at is not None:
        return None
    if known.roles != given:
        known = set_roles(connection, identities, known.operator_id, given, BY_PROVIDER, now)
    return known if known.roles else None


def sign_out(connection: Connection, identities: Identities, issuer: str, subject: str, now: datetime) -> None:
    """Every session of whom the provider has signed out; nothing happens if they never were here."""
    row = connection.execute(_OF_SUBJECT, {"wanted": _subject(identities, issuer, subject)}).one_or_none()
    if row is not None:
        operator_sessions.end_all(connection, row.operator_id, now)
        audit.append(connection, CHAIN, "signed-out", row.operator_id, {"by": BY_PROVIDER}, now)


def set_roles(
    connection: Connection, identities: Identities, operator_id: str, roles: Iterable[str], by: str, now: datetime
) -> Account:
    """Replace the roles; every session of the account ends. Raises Unacceptable (``operator-unknown``)."""
    changed = replace(_known(connection, identities, operator_id), roles=_sorted(roles))
    _write(connection, identities, changed)
    operator_sessions.end_all(connection, operator_id, now)
    audit.append(connection, CHAIN, "roles-changed", operator_id, {"by": by, "roles": list(changed.roles)}, now)
    return changed


def end(connection: Connection, identities: Identities, operator_id: str, by: str, now: datetime) -> None:
    """From now on it opens nothing; its sessions end. Raises Unacceptable (``operator-unknown``)."""
    _write(connection, identities, replace(_known(connection, identities, operator_id), ended_at=now))
    operator_sessions.end_all(connection, operator_id, now)
    audit.append(connection, CHAIN, "operator-ended", operator_id, {"by": by}, now)


def _known(connection: Connection, identities: Identities, operator_id: str) -> Account:
    found = find(connection, identities, operator_id)
    if found is None or found.ended_at is not None:
        raise Unacceptable("operator-unknown")
    return found


def _insert(connection: Connection, identities: Identities, account: Account) -> Account:
    row = {name: getattr(account, name) for name in Account.__slots__} | {"roles": list(account.roles)}
    if not insert_if_absent(connection, operators, **row, seal=_seal(identities, account)):
        raise Unacceptable("operator-exists")
    told = {"by": account.added_by, "roles": list(account.roles)}
    audit.append(connection, CHAIN, "operator-added", account.operator_id, told, account.created_at)
    return account


def _write(connection: Connection, identities: Identities, account: Account) -> None:
    values = {"roles": list(account.roles), "ended_at": account.ended_at, "seal": _seal(identities, account)}
    connection.execute(update(operators).where(operators.c.operator_id == account.operator_id).values(**values))


def _read(row: Row[Any], identities: Identities) -> Account | None:
    try:
        ends = None if row.ended_at is None else datetime.fromisoformat(row.ended_at)
        made, roles = datetime.fromisoformat(row.created_at), tuple(row.roles)
        found = Account(row.operator_id, row.subject_digest, roles, row.added_by, made, ends)
        return found if row.seal == _seal(identities, found) else None
    except (ValueError, TypeError):
        return None


def _seal(identities: Identities, account: Account) -> str:
    times = (_iso(account.created_at), _iso(account.ended_at))
    parts = (account.operator_id, account.subject_digest or "", ",".join(account.roles), account.added_by, *times)
    return identities.digest("\x1f".join(("operator.1", *parts)).encode())


def _subject(identities: Identities, issuer: str, subject: str) -> str:
    return identities.digest(f"openid-subject.1\x1f{issuer}\x1f{subject}".encode())


def _sorted(roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(map(str, roles))))


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
