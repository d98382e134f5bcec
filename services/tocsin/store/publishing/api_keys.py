"""API keys of the HTTP intake: a public id and a secret of 256 bits, of which the database knows a keyed digest.

Rows are sealed: one that was written past Tocsin does not count. Of a key that is presented nothing is told (expired,
revoked, too narrow) before its secret has proved right (OWASP ASVS 5.0, 13.2).
"""

import hmac
import ipaddress
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, select, type_coerce, update

from tocsin.domain.identifiers import Identities
from tocsin.runtime.addresses import is_within
from tocsin.store.auditing import audit
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import CHAIN, Unregistrable, seal_of
from tocsin.store.tables import api_keys

PREFIX = "tcn"
"""Tells people, and programs that search for leaked secrets, what they found."""
LONGEST = timedelta(days=366)
LONGEST_PRESENTED = 200
"""Characters of what is looked at of a key that somebody shows; ours have 60."""
_NOTED = timedelta(hours=1)
_TIMES = ("created_at", "expires_at", "revoked_at", "last_used_at")
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_ID = re.compile(f"[{_ALPHABET}]{{12}}")
_KEYS = select(*(type_coerce(c, String).label(c.name) if c.name in _TIMES else c for c in api_keys.c))
_KEY = _KEYS.where(api_keys.c.key_id == bindparam("k"))
_USED = update(api_keys).where(api_keys.c.key_id == bindparam("k")).values(last_used_at=bindparam("at"))


class Scope(StrEnum):
    """What a key opens: reports with their receipts, actions with theirs, or the form."""

    REPORTS = "reports"
    ACTIONS = "actions"
    FORM = "form"


class KeyRefused(PermissionError):
    """What was presented opens nothing; ``code`` says why, and is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ApiKey:
    """networks: CIDR; empty: from anywhere. last_used_at: to the hour."""

    key_id: str
    publisher_id: str
    scopes: tuple[str, ...]
    networks: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    added_by: str
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def opens(self, scope: Scope) -> bool:
        return scope in self.scopes

    def is_from(self, address: str) -> bool:
        """Whether it opens anything for somebody who asks from there."""
        return not self.networks or is_within(address, self.networks)

    def is_use_due(self, now: datetime) -> bool:
        """Whether that it was used should be noted, with ``note_use``."""
        return self.last_used_at is None or now - self.last_used_at >= _NOTED


def create(
    connection: Connection,
    identities: Identities,
    publisher_id: str,
    scopes: Iterable[Scope],
    networks: Iterable[str],
    expires_at: datetime,
    by: str,
    now: datetime,
) -> str:
    """The whole key, which is shown once and kept nowhere: ``tcn_<key id>_<secret>``.

    networks: addresses or CIDR networks, IPv4 or IPv6. by: a pseudonymous id.
    Raises Unregistrable: ``publisher-unknown``, ``scope-none``, ``network-invalid``, ``expiry-invalid``.
    """
    owner = publishers.find(connection, identities, publisher_id)
    if owner is None or owner.ended_at is not None:
        raise Unregistrable("publisher-unknown")
    if not now < expires_at <= now + LONGEST:
        raise Unregistrable("expiry-invalid")
    opened = tuple(sorted({Scope(scope).value for scope in scopes}))
    if not opened:
        raise Unregistrable("scope-none")
    key_id, secret = "".join(secrets.choice(_ALPHABET) for _ in range(12)), secrets.token_urlsafe(32)
    key = ApiKey(key_id, publisher_id, opened, _networks(networks), now, expires_at, by)
    digest = _digest(identities, key_id, secret)
    row = {name: getattr(key, name) for name in ApiKey.__slots__}
    lists = {"scopes": list(key.scopes), "networks": list(key.networks)}
    connection.execute(
        api_keys.insert(), row | lists | {"secret_digest": digest, "seal": _seal(identities, key, digest)}
    )
    audit.append(connection, CHAIN, "api-key-added", key_id, {"by": by, "publisher": publisher_id} | lists, now)
    return f"{PREFIX}_{key_id}_{secret}"


def check(connection: Connection, identities: Identities, presented: str, address: str, now: datetime) -> ApiKey:
    """The key that was presented. address: where the request comes from, as the socket tells it. Writes nothing.

    Raises KeyRefused: ``api-key-unknown``, ``api-key-revoked``, ``api-key-expired``, ``publisher-ended``,
    ``network-not-allowed``. An unknown id takes the same work as a wrong secret, and is told the same.
    """
    prefix, _, rest = presented.partition("_")
    key_id, _, secret = rest.partition("_")
    looked_for = key_id if _ID.fullmatch(key_id) else ""  # PostgreSQL refuses some texts, and would tell so
    row = connection.execute(_KEY, {"k": looked_for}).one_or_none()
    digest = _digest(identities, key_id, secret)
    known = row.secret_digest if row is not None else "0" * 64
    is_right = hmac.compare_digest(digest.encode(), str(known).encode())
    key = None if row is None or not is_right or prefix != PREFIX else _read(row, identities)
    if key is None:
        raise KeyRefused("api-key-unknown")
    if key.revoked_at is not None:
        raise KeyRefused("api-key-revoked")
    if now >= key.expires_at:
        raise KeyRefused("api-key-expired")
    owner = publishers.find(connection, identities, key.publisher_id)
    if owner is None or owner.ended_at is not None:
        raise KeyRefused("publisher-ended")
    if not key.is_from(address):
        raise KeyRefused("network-not-allowed")
    return key


def note_use(connection: Connection, key_id: str, now: datetime) -> None:
    """When it was last used, to the hour: finer would tell when somebody works."""
    connection.execute(_USED, {"k": key_id, "at": now.replace(minute=0, second=0, microsecond=0)})


def find(connection: Connection, identities: Identities, key_id: str) -> ApiKey | None:
    """None if there is none, or if its row was altered."""
    row = connection.execute(_KEY, {"k": key_id}).one_or_none()
    return None if row is None else _read(row, identities)


def revoke(connection: Connection, identities: Identities, key_id: str, by: str, now: datetime) -> None:
    """From now on it opens nothing. Raises Unregistrable (``key-unknown``)."""
    row = connection.execute(_KEY, {"k": key_id}).one_or_none()
    key = None if row is None else _read(row, identities)
    if row is None or key is None or key.revoked_at is not None:
        raise Unregistrable("key-unknown")
    seal = _seal(identities, replace(key, revoked_at=now), str(row.secret_digest))
    connection.execute(update(api_keys).where(api_keys.c.key_id == key_id).values(revoked_at=now, seal=seal))
    audit.append(connection, CHAIN, "api-key-revoked", key_id, {"by": by}, now)


def of_publisher(connection: Connection, identities: Identities, publisher_id: str) -> list[ApiKey]:
    """Revoked and expired ones too; the oldest first."""
    query = _KEYS.where(api_keys.c.publisher_id == publisher_id).order_by(api_keys.c.created_at, api_keys.c.key_id)
    return [key for row in connection.execute(query) if (key := _read(row, identities)) is not None]


def altered(connection: Connection, identities: Identities) -> list[str]:
    """Ids of keys whose rows are not as Tocsin wrote them."""
    return [str(row.key_id) for row in connection.execute(_KEYS) if _read(row, identities) is None]


def _networks(given: Iterable[str]) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(str(ipaddress.ip_network(network)) for network in given))
    except ValueError:
        raise Unregistrable("network-invalid") from None


def _read(row: Row[Any], identities: Identities) -> ApiKey | None:
    try:
        created, expires = datetime.fromisoformat(row.created_at), datetime.fromisoformat(row.expires_at)
        revoked, used = _time(row.revoked_at), _time(row.last_used_at)
        lists = tuple(row.scopes), tuple(row.networks)
        found = ApiKey(row.key_id, row.publisher_id, *lists, created, expires, row.added_by, revoked, used)
        return found if row.seal == _seal(identities, found, row.secret_digest) else None
    except (ValueError, TypeError):
        return None


def _seal(identities: Identities, key: ApiKey, digest: str) -> str:
    times = (_iso(key.created_at), _iso(key.expires_at), _iso(key.revoked_at))
    lists = ",".join(key.scopes), ",".join(key.networks)
    return seal_of(identities, "api-key.1", key.key_id, key.publisher_id, digest, *lists, *times)


def _digest(identities: Identities, key_id: str, secret: str) -> str:
    return identities.digest(f"api-key.1\x1f{key_id}\x1f{secret}".encode("utf-8", "surrogatepass"))


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
