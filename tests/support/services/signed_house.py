"""A deployment that knows two publishers and their keys, and messages that they signed, or did not."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from builders import a_report
from databases import NOW, a_database, a_deployment
from tocsin.runtime.jws import Signature, SigningKey, signing_key
from tocsin.runtime.stream import Message
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import Publisher, PublisherKey
from tocsin.store.receiving.authenticating import Authentication, Sender
from tocsin_schemas.events import encode_headers
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import REPORTS

NAME, OTHER = "NGO-OBS", "ACHPR-SRHRD"
SINCE, UNTIL = NOW - timedelta(days=100), NOW + timedelta(days=100)
Change = Callable[[Connection, Deployment], object]


def a_key(key_id: str, seed: str = "") -> SigningKey:
    return signing_key(key_id, hashlib.sha256((seed or key_id).encode()).digest())


KEY, NEXT, THEIRS = a_key(f"{NAME}.1"), a_key(f"{NAME}.2"), a_key(f"{OTHER}.1")
BODY = a_report(publisher=NAME).model_dump_json(exclude_none=True).encode()
HEADERS = tuple(encode_headers("an-event", "report.submitted", "/observatory", NOW))
Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class House:
    """A deployment with two publishers, NAME with the keys KEY (in force) and NEXT (from tomorrow)."""

    engine: Engine
    deployment: Deployment

    def sender(self, message: Message, now: datetime = NOW) -> Sender:
        with unit_of_work(self.engine) as connection:
            return Authentication(self.deployment)(connection, message, now)

    def code(self, message: Message, now: datetime = NOW) -> str:
        """Of the refusal; empty if it was taken."""
        try:
            self.sender(message, now)
        except InvalidEvent as refusal:
            return refusal.problems[0].code
        return ""

    def change(self, what: Change) -> None:
        with unit_of_work(self.engine) as connection:
            what(connection, self.deployment)


def a_signed_house(folder: Path) -> House:
    house = House(a_database(folder), a_deployment(folder))

    def register(connection: Connection, deployment: Deployment) -> None:
        for name in (NAME, OTHER):
            publishers.add(connection, deployment.identities, Publisher(name, ("UN-WGAD",), SINCE, "op-1"))
        for key, name, since in ((KEY, NAME, SINCE), (NEXT, NAME, NOW + timedelta(days=1)), (THEIRS, OTHER, SINCE)):
            entry = PublisherKey(key.key_id, name, key.public_key, since, UNTIL, "op-1")
            publishers.add_key(connection, deployment.identities, entry, SINCE)

    house.change(register)
    return house


def signed(
    key: SigningKey = KEY,
    headers: Headers = HEADERS,
    body: bytes = BODY,
    sequence: int = 1,
    at: datetime = NOW,
    publisher: str | None = None,
) -> Message:
    token = key.sign(signed_octets(headers, body), Signature(key.key_id, sequence, at, publisher))
    return message((*headers, (SIGNATURE_HEADER, token)), body)


def message(headers: Headers, body: bytes | None) -> Message:
    return Message(REPORTS.name, 0, 0, b"key", body, headers, NOW)


def with_header(given: Message, name: str, value: bytes) -> Message:
    kept = tuple((n, v) for n, v in given.headers if n != name)
    return replace(given, headers=(*kept, (name, value)))


def renamed(given: Message, old: str, new: str, value: bytes) -> Message:
    return with_header(replace(given, headers=tuple(h for h in given.headers if h[0] != old)), new, value)
