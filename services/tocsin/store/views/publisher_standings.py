"""How publishers and their keys stand: which still sign, what they sent last, what was refused; what was put back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select

from tocsin.domain.identifiers import Identities
from tocsin.store.publishing import api_keys
from tocsin.store.publishing import publishers as registry
from tocsin.store.publishing.publishers import CHAIN, Publisher, PublisherKey
from tocsin.store.tables import audit as entries
from tocsin.store.tables import publisher_keys, refusals, signature_sequences

PAGE = 40
SOON = timedelta(days=30)
"""A key that ends within this time is closing."""


class KeyState(StrEnum):
    NOT_YET = "not yet"
    VALID = "valid"
    CLOSING = "closing"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """last_sequence: of what it signed; None if nothing came."""

    key: PublisherKey
    state: KeyState
    last_sequence: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """refused: how many of its events are dead letters."""

    publisher: Publisher
    keys: tuple[KeyStanding, ...]
    refused: int


def state_of(key: PublisherKey, now: datetime) -> KeyState:
    if key.revoked_at is not None:
        return KeyState.REVOKED
    if now < key.valid_from:
        return KeyState.NOT_YET
    if key.valid_to is None or now < key.valid_to - SOON:
        return KeyState.VALID
    return KeyState.CLOSING if now < key.valid_to else KeyState.EXPIRED


def signs(key: PublisherKey, now: datetime) -> bool:
    """Whether what it signs now is taken."""
    return state_of(key, now) in (KeyState.VALID, KeyState.CLOSING)


def standings(connection: Connection, identities: Identities, now: datetime, page: int | None = None) -> list[Standing]:
    """Of every publisher, by name, or of ``PAGE`` of them; those who have ended too."""
    of_key = select(func.max(signature_sequences.c.sequence)).where(
        signature_sequences.c.key_id == publisher_keys.c.key_id
    )
    by_key = connection.execute(select(publisher_keys.c.key_id, of_key.scalar_subquery()))
    last: dict[str, int] = {row[0]: row[1] for row in by_key}
    every = registry.every(connection, identities)
    counted = select(refusals.c.publisher_id, func.count()).group_by(refusals.c.publisher_id)
    refused: dict[str, int] = {row[0]: row[1] for row in connection.execute(counted)}
    found = []
    for publisher in every if page is None else every[(page - 1) * PAGE : page * PAGE]:
        keys = registry.keys_of(connection, identities, publisher.publisher_id)
        told = tuple(KeyStanding(key, state_of(key, now), last.get(key.key_id)) for key in keys)
        found.append(Standing(publisher, told, refused.get(publisher.publisher_id, 0)))
    return found


def undone(connection: Connection, identities: Identities) -> list[str]:
    """Ids of publishers, keys and API keys that the audit log says are ended, revoked or closed, and whose rows do not.

    A seal proves that we wrote a row, not that it is the latest that we wrote: somebody may have put an old one back.
    """
    logged: Sequence[Row[Any]] = connection.execute(select(entries).where(entries.c.chain == CHAIN)).all()
    return sorted({str(entry.subject) for entry in logged if _is_undone(connection, identities, entry)})


def _is_undone(connection: Connection, identities: Identities, entry: Row[Any]) -> bool:
    if entry.action == "publisher-ended":
        publisher = registry.find(connection, identities, entry.subject)
        return publisher is not None and publisher.ended_at is None
    if entry.action == "api-key-revoked":
        api_key = api_keys.find(connection, identities, entry.subject)
        return api_key is not None and api_key.revoked_at is None
    if entry.action not in ("key-revoked", "key-closes"):
        return False
    key = registry.find_key(connection, identities, entry.subject)
    if key is None or entry.action == "key-revoked":
        return key is not None and key.revoked_at is None
    return key.valid_to is None or key.valid_to > datetime.fromisoformat(entry.detail["at"])
