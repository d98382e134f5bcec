"""The outbox: what a transaction wants published. The relay publishes it, in order, after the commit."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select, update

from tocsin.runtime.jwe import seal
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import outbox
from tocsin.store.vault import Erased, Vault
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model
from tocsin_schemas.problems import Problem
from tocsin_schemas.signing import SEALED
from tocsin_schemas.topics import DEAD_LETTERS, Topic

Headers = Sequence[tuple[str, bytes]]
SOURCE = "/tocsin"
_KNOWN = select(outbox.c.event_id).where(outbox.c.event_id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready for the broker; ``id`` orders it."""

    id: int
    topic: str
    key: bytes
    headers: list[tuple[str, bytes]]
    body: bytes
    created_at: datetime


def enqueue(connection: Connection, topic: Topic, key: str, event: Event[Model], now: datetime) -> bool:
    """Ask for ``event`` to be published; an event id that was asked for before is left alone."""
    return insert_if_absent(connection, outbox, **_row(topic, key, event, now))


def enqueue_sealed(
    connection: Connection, topic: Topic, key: str, event: Event[Model], public: Mapping[str, str], now: datetime
) -> bool:
    """As ``enqueue``, for what a person wrote: neither database nor broker holds it in clear.

    public: the deployment's key for sealed bodies.
    """
    row = _row(topic, key, event, now)
    headers = [[name, SEALED if name == "content-type" else value] for name, value in row["headers"]]
    sealed = seal(event.body(), public)
    return insert_if_absent(connection, outbox, **(row | {"headers": headers, "body": sealed}))


def enqueue_all(
    connection: Connection, topic: Topic, events: Sequence[tuple[str, Event[Model]]], now: datetime
) -> list[Event[Model]]:
    """As ``enqueue``, for (key, event) in this order; returns the events that are new.

    Call it with what the events are about locked: nobody else may be asking for the same ones.
    """
    if not events:
        return []
    known = set(connection.execute(_KNOWN, {"ids": [event.id for _, event in events]}).scalars())
    fresh = [(key, event) for key, event in events if event.id not in known]
    if fresh:
        connection.execute(outbox.insert(), [_row(topic, key, event, now) for key, event in fresh])
    return [event for _, event in fresh]


@dataclass(frozen=True, slots=True)
class Origin:
    """A consumed message that cannot be accepted, as it came."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: Headers
    body: bytes | None

    @property
    def place(self) -> str:
        return f"{self.topic}-{self.partition}-{self.offset}"


def enqueue_dead_letter(
    connection: Connection,
    vault: Vault,
    event_id: str,
    origin: Origin,
    problems: Sequence[Problem],
    now: datetime,
    publisher: str | None = None,
) -> None:
    """Put a refused message aside for a person, whole; it may hold names, so it waits sealed.

    publisher: by its signature; None if nobody knows.
    """
    vault.seal(connection, event_id, "message", _pack(origin), now)
    reasons = json.dumps([problem.row() for problem in problems])
    marks = {
        "tocsin_origin": origin.place,
        "tocsin_code": problems[0].code,
        "tocsin_reason": problems[0].sentence,
        "tocsin_problems": reasons,
        "tocsin_id": event_id,
    } | ({} if publisher is None else {"tocsin_publisher": publisher})
    insert_if_absent(
        connection,
        outbox,
        event_id=event_id,
        topic=DEAD_LETTERS.name,
        key=origin.place,
        headers=[[name, value] for name, value in marks.items()],
        body=b"",
        sealed_for=event_id,
        created_at=now,
    )


def unpublished(connection: Connection, vault: Vault, limit: int) -> list[Outgoing]:
    """The oldest messages still to publish. By flag, never by "id above the last": ids are not in commit order."""
    query = select(outbox).where(outbox.c.published_at.is_(None)).order_by(outbox.c.id).limit(limit)
    return [_outgoing(connection, vault, row) for row in connection.execute(query).mappings()]


def one(connection: Connection, vault: Vault, event_id: str) -> Outgoing | None:
    """A message, published or not, with what is sealed of it."""
    row = connection.execute(select(outbox).where(outbox.c.event_id == event_id)).mappings().first()
    return None if row is None else _outgoing(connection, vault, row)


def mark_published(connection: Connection, ids: Iterable[int], now: datetime) -> None:
    connection.execute(update(outbox).where(outbox.c.id.in_(list(ids))).values(published_at=now))


def pending(connection: Connection) -> tuple[int, datetime | None]:
    """How many messages wait, and since when the oldest does."""
    query = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.published_at.is_(None))
    count, oldest = connection.execute(query).one()
    return count, oldest


def new_event(event_id: str, event_type: str, data: Model, now: datetime, subject: str | None = None) -> Event[Model]:
    """An event of ours, such as ``case.opened``."""
    return Event(id=event_id, type=event_type, source=SOURCE, time=now, data=data, subject=subject)


def _row(topic: Topic, key: str, event: Event[Model], now: datetime) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "topic": topic.name,
        "key": key,
        "headers": [[name, value.decode()] for name, value in event.headers()],
        "body": event.body(),
        "created_at": now,
    }


def _outgoing(connection: Connection, vault: Vault, row: RowMapping) -> Outgoing:
    headers = [(name, value.encode()) for name, value in row["headers"]]
    body: bytes = row["body"]
    if row["sealed_for"] is not None:
        try:
            original, body = _unpack(vault.open(connection, row["sealed_for"], "message"))
        except Erased:
            original, body = [], b""
        headers = [*headers, *original]
    return Outgoing(row["id"], row["topic"], row["key"].encode(), headers, body, row["created_at"])


def _pack(origin: Origin) -> bytes:
    def encode(value: bytes | None) -> str | None:
        return None if value is None else base64.b64encode(value).decode()

    headers = [["tocsin_origin_key", encode(origin.key or b"")]] + [[n, encode(v)] for n, v in origin.headers]
    return json.dumps({"headers": headers, "body": encode(origin.body or b"")}).encode()


def _unpack(packed: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    content = json.loads(packed)
    return [(name, base64.b64decode(value)) for name, value in content["headers"]], base64.b64decode(content["body"])
