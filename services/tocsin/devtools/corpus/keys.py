"""Keys of the sample's invented publishers. Anyone can make them again: they are worth nothing outside a sample."""

import hashlib
import itertools
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection

from tocsin.devtools.corpus.letters import Headers
from tocsin.domain.identifiers import Identities
from tocsin.runtime import clock
from tocsin.runtime.jws import Signature, SigningKey, signing_key
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import Publisher, PublisherKey
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets

_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_BY = "invented-1"
_sequence = itertools.count(time.time_ns() // 1000)


@cache
def key_of(publisher: str) -> SigningKey:
    return signing_key(
        f"{publisher}.sample", hashlib.sha256(b"tocsin invented publisher\x1f" + publisher.encode()).digest()
    )


def sign(publisher: str, headers: Iterable[tuple[str, bytes]], body: bytes) -> Headers:
    """The headers with the signature of an invented publisher, made now."""
    given, key = tuple(headers), key_of(publisher)
    signature = Signature(key.key_id, next(_sequence), clock.now())
    return *given, (SIGNATURE_HEADER, key.sign(signed_octets(given, body), signature))


def register(connection: Connection, identities: Identities, names: Iterable[str]) -> None:
    """Let these publishers, unless they are known, sign with their invented keys."""
    for name in sorted(set(names)):
        if publishers.find(connection, identities, name) is None:
            publishers.add(connection, identities, Publisher(name, (), _SINCE, _BY))
            key = key_of(name)
            entry = PublisherKey(key.key_id, name, key.public_key, _SINCE, None, _BY)
            publishers.add_key(connection, identities, entry, _SINCE)
