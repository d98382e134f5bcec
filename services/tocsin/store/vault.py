"""The vault: what is personal is sealed under a key of its own, so that destroying one key erases one subject.

AES-256-GCM throughout; each subject's key is wrapped by a key derived from the deployment's. The subject and the part
are authenticated with the ciphertext, so that nothing can be moved from one row to another.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Insert, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from tocsin.store.database import insert_if_absent
from tocsin.store.tables import sealed_contents, sealing_keys

_NONCE = 12
_KEY = select(sealing_keys.c.wrapped_key).where(sealing_keys.c.subject == bindparam("s"))
_PART = (sealed_contents.c.subject == bindparam("s"), sealed_contents.c.part == bindparam("p"))
_CONTENT = select(sealed_contents.c.ciphertext).where(*_PART)


def _put(dialect: type[sqlite.Insert] | type[postgresql.Insert]) -> Insert:
    insert = dialect(sealed_contents)
    replaced: Insert = insert.on_conflict_do_update(
        index_elements=["subject", "part"], set_={"ciphertext": insert.excluded.ciphertext}
    )
    return replaced


_PUT = {"sqlite": _put(sqlite.Insert), "postgresql": _put(postgresql.Insert)}
_MANY = (
    select(sealed_contents.c.subject, sealed_contents.c.ciphertext, sealing_keys.c.wrapped_key)
    .join(sealing_keys, sealing_keys.c.subject == sealed_contents.c.subject)
    .where(
        sealed_contents.c.subject.in_(bindparam("subjects", expanding=True)), sealed_contents.c.part == bindparam("p")
    )
)


class Erased(LookupError):
    """The key of this subject is gone, and its content with it."""


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """Seals and opens contents.

    wrapping_key: 32 bytes, never stored in the database.
    """

    wrapping_key: bytes

    def seal(self, connection: Connection, subject: str, part: str, plaintext: bytes, now: datetime) -> None:
        """Keep ``plaintext`` as ``part`` of ``subject``, replacing what was there."""
        self.seal_parts(connection, subject, {part: plaintext}, now)

    def seal_parts(self, connection: Connection, subject: str, parts: Mapping[str, bytes], now: datetime) -> None:
        """As ``seal``, for several parts under the one key."""
        key = self._key_of(connection, subject) or self._new_key(connection, subject, now)
        rows = [
            {"subject": subject, "part": part, "ciphertext": _encrypt(key, plaintext, f"{subject}/{part}")}
            for part, plaintext in parts.items()
        ]
        connection.execute(_PUT[connection.dialect.name], rows)

    def sealed(self, subject: str, parts: Mapping[str, bytes]) -> tuple[bytes, dict[str, bytes]]:
        """As rows hold them: a new key, wrapped, and the parts. For a subject that has no key yet."""
        key = AESGCM.generate_key(256)
        contents = {part: _encrypt(key, plaintext, f"{subject}/{part}") for part, plaintext in parts.items()}
        return _encrypt(self.wrapping_key, key, subject), contents

    def seal_apart(self, subject: str, plaintext: bytes) -> tuple[bytes, bytes]:
        """Seal for a row that keeps its key beside it: the wrapped key, and the content."""
        key = AESGCM.generate_key(256)
        return _encrypt(self.wrapping_key, key, subject), _encrypt(key, plaintext, subject)

    def open_apart(self, subject: str, wrapped: bytes | None, sealed: bytes | None) -> bytes:
        """What ``seal_apart`` sealed; raises Erased if either is gone."""
        if wrapped is None or sealed is None:
            raise Erased(subject)
        return _decrypt(_decrypt(self.wrapping_key, wrapped, subject), sealed, subject)

    def open(self, connection: Connection, subject: str, part: str) -> bytes:
        """The plaintext; raises Erased if the key or the content is gone."""
        sealed = connection.execute(_CONTENT, {"s": subject, "p": part}).scalar()
        key = self._key_of(connection, subject)
        if sealed is None or key is None:
            raise Erased(subject)
        return _decrypt(key, sealed, f"{subject}/{part}")

    def open_many(self, connection: Connection, subjects: Collection[str], part: str) -> dict[str, bytes]:
        """The same part of many subjects, in one statement; a subject that is erased or has no such part is absent."""
        if not subjects:
            return {}
        found = connection.execute(_MANY, {"subjects": list(subjects), "p": part})
        return {
            subject: _decrypt(_decrypt(self.wrapping_key, wrapped, subject), sealed, f"{subject}/{part}")
            for subject, sealed, wrapped in found
        }

    def erase(self, connection: Connection, subject: str) -> bool:
        """Destroy the key of ``subject``; tells whether there was one."""
        return erase(connection, subject)

    def _key_of(self, connection: Connection, subject: str) -> bytes | None:
        wrapped = connection.execute(_KEY, {"s": subject}).scalar()
        return None if wrapped is None else _decrypt(self.wrapping_key, wrapped, subject)

    def _new_key(self, connection: Connection, subject: str, now: datetime) -> bytes:
        key = AESGCM.generate_key(256)
        wrapped = _encrypt(self.wrapping_key, key, subject)
        if insert_if_absent(connection, sealing_keys, subject=subject, wrapped_key=wrapped, created_at=now):
            return key
        existing = self._key_of(connection, subject)
        assert existing is not None, "another transaction made the key first"
        return existing


def erase(connection: Connection, subject: str) -> bool:
    """As ``Vault.erase``: to destroy a key, none is needed."""
    connection.execute(delete(sealed_contents).where(sealed_contents.c.subject == subject))
    return connection.execute(delete(sealing_keys).where(sealing_keys.c.subject == subject)).rowcount == 1


def _encrypt(key: bytes, plaintext: bytes, context: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode())


def _decrypt(key: bytes, sealed: bytes, context: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
