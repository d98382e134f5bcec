"""Who may publish, and by which signing keys. Rows are sealed: one that was written past Tocsin does not count."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, select, type_coerce

from tocsin.domain.canary import CANARY
from tocsin.domain.identifiers import Identities
from tocsin.store.auditing import audit
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import publisher_keys, publishers

RESERVED = "tocsin"
"""Names and key ids that begin so are ours; only the canary, which is a publisher as any other, may have one."""
CHAIN = "publishers"
"""The chain of the audit log that tells all that was done to publishers and their keys."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_SMALL_ORDER = frozenset(
    {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    }
)
"""The points of edwards25519 whose order divides 8 (RFC 8032, section 5.1), however written; without the sign of x."""
_TIMES = ("added_at", "ended_at", "valid_from", "valid_to", "revoked_at")


class Unregistrable(ValueError):
    """A publisher or key cannot be added or ended so; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Publisher:
    """acts_for: other mechanisms and seats in whose name it may record actions.

    kafka_user: who it is to a broker that knows users.
    """

    publisher_id: str
    acts_for: tuple[str, ...]
    added_at: datetime
    added_by: str
    ended_at: datetime | None = None
    kafka_user: str | None = None

    def may_speak_as(self, name: str) -> bool:
        return name == self.publisher_id or name in self.acts_for


@dataclass(frozen=True, slots=True)
class PublisherKey:
    """public_key: Ed25519, 32 bytes in hexadecimal. revoked_at: what arrives later is refused, whenever signed."""

    key_id: str
    publisher_id: str
    public_key: str
    valid_from: datetime
    valid_to: datetime | None
    added_by: str
    revoked_at: datetime | None = None


_PUBLISHERS = select(*(type_coerce(c, String).label(c.name) if c.name in _TIMES else c for c in publishers.c))
_KEYS = select(*(type_coerce(c, String).label(c.name) if c.name in _TIMES else c for c in publisher_keys.c))
_PUBLISHER = _PUBLISHERS.where(publishers.c.publisher_id == bindparam("p"))
_KEY = _KEYS.where(publisher_keys.c.key_id == bindparam("k"))


def add(connection: Connection, identities: Identities, publisher: Publisher) -> None:
    """Raises Unregistrable: ``publisher-exists``, ``name-invalid``, ``name-reserved``."""
    for name in (publisher.publisher_id, *publisher.acts_for):
        check_name(name)
    row = {
        "publisher_id": publisher.publisher_id,
        "acts_for": list(publisher.acts_for),
        "added_at": publisher.added_at,
        "added_by": publisher.added_by,
        "kafka_user": publisher.kafka_user,
    }
    if not insert_if_absent(connection, publishers, **row, seal=_seal_publisher(identities, publisher)):
        raise Unregistrable("publisher-exists")
    detail = {"by": publisher.added_by, "acts_for": list(publisher.acts_for)}
    audit.append(connection, CHAIN, "publisher-added", publisher.publisher_id, detail, publisher.added_at)


def end(connection: Connection, identities: Identities, publisher_id: str, by: str, now: datetime) -> None:
    """Nothing more is taken from it. Raises Unregistrable."""
    known = find(connection, identities, publisher_id)
    if known is None or known.ended_at is not None:
        raise Unregistrable("publisher-unknown")
    _change(connection, identities, replace(known, ended_at=now))
    audit.append(connection, CHAIN, "publisher-ended", publisher_id, {"by": by}, now)


def name_kafka_user(
    connection: Connection, identities: Identities, publisher_id: str, user: str | None, by: str, now: datetime
) -> None:
    """Keep who it is to the broker; None: nobody any more. Raises Unregistrable."""
    known = find(connection, identities, publisher_id)
    if known is None:
        raise Unregistrable("publisher-unknown")
    _change(connection, identities, replace(known, kafka_user=user))
    audit.append(connection, CHAIN, "kafka-user-named", publisher_id, {"by": by, "user": user}, now)


def add_key(connection: Connection, identities: Identities, key: PublisherKey, now: datetime) -> None:
    """Raises Unregistrable if the publisher is unknown or has ended, if the id or the key is taken, or for a weak key
    (``key-weak``): one of small order, with which anybody could sign.
    """
    check_name(key.key_id)
    if _without_sign(key.public_key) in _SMALL_ORDER:
        raise Unregistrable("key-weak")
    owner = find(connection, identities, key.publisher_id)
    if owner is None or owner.ended_at is not None:
        raise Unregistrable("publisher-unknown")
    row = {
        "key_id": key.key_id,
        "publisher_id": key.publisher_id,
        "public_key": key.public_key,
        "valid_from": key.valid_from,
        "valid_to": key.valid_to,
        "added_by": key.added_by,
    }
    if not insert_if_absent(connection, publisher_keys, **row, seal=_seal_key(identities, key)):
        raise Unregistrable("key-exists")
    detail = {"by": key.added_by, "publisher": key.publisher_id, "public_key": key.public_key}
    audit.append(connection, CHAIN, "key-added", key.key_id, detail, now)


def close_key(
    connection: Connection, identities: Identities, key_id: str, at: datetime, by: str, now: datetime
) -> None:
    """Let a key end by itself at ``at``, or sooner if it would; what it signed before counts for a while yet.

    Raises Unregistrable.
    """
    key = _known_key(connection, identities, key_id)
    ends = at if key.valid_to is None else min(at, key.valid_to)
    _change_key(connection, identities, replace(key, valid_to=ends))
    audit.append(connection, CHAIN, "key-closes", key_id, {"by": by, "at": ends.isoformat()}, now)


def revoke_key(connection: Connection, identities: Identities, key_id: str, by: str, now: datetime) -> None:
    """Take nothing more that it signed, whenever: it may be in other hands. Raises Unregistrable."""
    key = _known_key(connection, identities, key_id)
    _change_key(connection, identities, replace(key, revoked_at=now))
    audit.append(connection, CHAIN, "key-revoked", key_id, {"by": by}, now)


def find(connection: Connection, identities: Identities, publisher_id: str) -> Publisher | None:
    """None if there is none, or if its row was altered."""
    row = connection.execute(_PUBLISHER, {"p": publisher_id}).one_or_none()
    return None if row is None else _read_publisher(row, identities)


def find_key(connection: Connection, identities: Identities, key_id: str) -> PublisherKey | None:
    """None if there is none, or if its row was altered."""
    row = connection.execute(_KEY, {"k": key_id}).one_or_none()
    return None if row is None else _read_key(row, identities)


def every(connection: Connection, identities: Identities) -> list[Publisher]:
    found = connection.execute(_PUBLISHERS.order_by(publishers.c.publisher_id))
    return [known for row in found if (known := _read_publisher(row, identities)) is not None]


def keys_of(connection: Connection, identities: Identities, publisher_id: str) -> list[PublisherKey]:
    """The oldest first."""
    query = _KEYS.where(publisher_keys.c.publisher_id == publisher_id).order_by(publisher_keys.c.valid_from)
    return [key for row in connection.execute(query) if (key := _read_key(row, identities)) is not None]


def altered(connection: Connection, identities: Identities) -> list[str]:
    """Ids of publishers and keys whose rows are not as Tocsin wrote them."""
    owners = [str(r.publisher_id) for r in connection.execute(_PUBLISHERS) if _read_publisher(r, identities) is None]
    return owners + [str(row.key_id) for row in connection.execute(_KEYS) if _read_key(row, identities) is None]


def check_name(name: str) -> None:
    """Raises Unregistrable if no publisher or key may be called so."""
    if not _NAME.fullmatch(name):
        raise Unregistrable("name-invalid")
    if name.lower().startswith(RESERVED) and name.partition(".")[0] != CANARY:
        raise Unregistrable("name-reserved")


def _without_sign(public_key: str) -> str:
    encoded = bytes.fromhex(public_key)
    return (encoded[:31] + bytes([encoded[31] & 0x7F])).hex()


def _known_key(connection: Connection, identities: Identities, key_id: str) -> PublisherKey:
    key = find_key(connection, identities, key_id)
    if key is None or key.revoked_at is not None:
        raise Unregistrable("key-unknown")
    return key


def _change(connection: Connection, identities: Identities, publisher: Publisher) -> None:
    values = {
        "ended_at": publisher.ended_at,
        "kafka_user": publisher.kafka_user,
        "seal": _seal_publisher(identities, publisher),
    }
    connection.execute(publishers.update().where(publishers.c.publisher_id == publisher.publisher_id).values(**values))


def _change_key(connection: Connection, identities: Identities, key: PublisherKey) -> None:
    changed = {"valid_to": key.valid_to, "revoked_at": key.revoked_at, "seal": _seal_key(identities, key)}
    connection.execute(publisher_keys.update().where(publisher_keys.c.key_id == key.key_id).values(**changed))


def _read_publisher(row: Row[Any], identities: Identities) -> Publisher | None:
    try:
        times = (datetime.fromisoformat(row.added_at), _time(row.ended_at))
        found = Publisher(row.publisher_id, tuple(row.acts_for), times[0], row.added_by, times[1], row.kafka_user)
        return found if row.seal == _seal_publisher(identities, found) else None
    except (ValueError, TypeError):
        return None


def _read_key(row: Row[Any], identities: Identities) -> PublisherKey | None:
    try:
        starts, ends, revoked = datetime.fromisoformat(row.valid_from), _time(row.valid_to), _time(row.revoked_at)
        found = PublisherKey(row.key_id, row.publisher_id, row.public_key, starts, ends, row.added_by, revoked)
        return found if row.seal == _seal_key(identities, found) else None
    except (ValueError, TypeError):
        return None


def _seal_publisher(identities: Identities, publisher: Publisher) -> str:
    times = (_iso(publisher.added_at), _iso(publisher.ended_at))
    names = (publisher.publisher_id, ",".join(publisher.acts_for), publisher.kafka_user or "")
    return seal_of(identities, "publisher.1", *names, *times)


def _seal_key(identities: Identities, key: PublisherKey) -> str:
    times = (_iso(key.valid_from), _iso(key.valid_to), _iso(key.revoked_at))
    return seal_of(identities, "publisher-key.1", key.key_id, key.publisher_id, key.public_key, *times)


def seal_of(identities: Identities, kind: str, *parts: str) -> str:
    """A mark that only the deployment can make."""
    return identities.digest("\x1f".join((kind, *parts)).encode())


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
