"""Dead letters, as they lie in the outbox and on their topic: our marks, then the headers of the original message."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from kafka import TopicPartition
from sqlalchemy import Connection, select

from tocsin.runtime import kafka
from tocsin.runtime.kafka_access import Access
from tocsin.store.streams.outbox import one
from tocsin.store.tables import outbox, sealing_keys
from tocsin.store.tables.columns import constant
from tocsin.store.vault import Vault
from tocsin_schemas.problems import Problem
from tocsin_schemas.topics import DEAD_LETTERS

REPLAYED = "tocsin_replayed"
PAGE = 50
_FIELDS = len(fields(Problem))
_ORIGIN_KEY = "tocsin_origin_key"
"""Holds the original key, and parts our marks from the original headers: what follows it is the publisher's."""


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """headers, key, body: of the original message. publisher: by its signature; "" if nobody knows."""

    origin: str
    code: str
    reason: str
    problems: Sequence[Problem]
    at: datetime
    headers: Sequence[tuple[str, bytes]]
    key: bytes | None
    body: bytes
    erased: bool
    publisher: str = ""

    @property
    def topic(self) -> str:
        return self.origin.rsplit("-", 2)[0]


def letter_from(headers: Sequence[tuple[str, bytes]], body: bytes | None, timestamp_ms: int) -> Letter:
    """Read one record of the topic."""
    names = [name for name, _ in headers]
    end_of_marks = names.index(_ORIGIN_KEY) if _ORIGIN_KEY in names else len(names)
    marks = {name: (value or b"").decode(errors="replace") for name, value in headers[:end_of_marks]}
    return Letter(
        origin=marks.get("tocsin_origin", ""),
        code=marks.get("tocsin_code", ""),
        reason=marks.get("tocsin_reason", ""),
        problems=_problems(marks.get("tocsin_problems", "[]")),
        at=datetime.fromtimestamp(timestamp_ms / 1000, UTC),
        headers=list(headers[end_of_marks + 1 :]),
        key=(headers[end_of_marks][1] or None) if end_of_marks < len(names) else None,
        body=body or b"",
        erased=end_of_marks == len(names),
        publisher=marks.get("tocsin_publisher", ""),
    )


def _problems(text: str) -> list[Problem]:
    """Nothing if they cannot be read: anyone with access may have written to the topic."""
    try:
        return [Problem(*map(str, row[:_FIELDS])) for row in json.loads(text)]
    except (ValueError, TypeError):
        return []


def read_letters(broker: str | Access, timeout: float = 20.0) -> list[Letter]:
    """Every dead letter, the oldest first; one origin is shown once. Raises KafkaError or OSError."""
    ends = kafka.end_offsets(broker, [DEAD_LETTERS.name])
    found: dict[str, Letter] = {}
    with closing(kafka.reader(broker)) as consumer:
        for (topic, partition), end in sorted(ends.items()):
            for record in _records(consumer, TopicPartition(topic, partition), end, monotonic() + timeout):
                letter = letter_from(record.headers, record.value, record.timestamp)
                found.setdefault(letter.origin, letter)
    return list(found.values())


def _records(consumer: Any, place: TopicPartition, end: int, deadline: float) -> list[Any]:
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    records: list[Any] = []
    while consumer.position(place) < end and monotonic() < deadline:
        records += consumer.poll(timeout_ms=500).get(place, [])
    return records


def republish(broker: str | Access, letter: Letter) -> None:
    """Publish the original message again. Raises KafkaError or OSError if the broker does not take it."""
    headers = [(name, value) for name, value in letter.headers if name != REPLAYED]
    headers.append((REPLAYED, letter.origin.encode()))
    with closing(kafka.producer(broker)) as producer:
        producer.send(letter.topic, value=letter.body, key=letter.key, headers=headers).get(timeout=30)


@dataclass(frozen=True, slots=True)
class Head:
    """What the outbox says of a dead letter in clear. publisher: "" if nobody knows. published_at: to the topic."""

    event_id: str
    origin: str
    code: str
    publisher: str
    problems: Sequence[Problem]
    at: datetime
    published_at: datetime | None
    erased: bool


def listed(connection: Connection, page: int = 1) -> list[Head]:
    """A page of the dead letters that were put aside here, the latest first; nothing of what they say."""
    query = _HEADS.order_by(outbox.c.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    return [_head(row) for row in connection.execute(query)]


def head(connection: Connection, event_id: str) -> Head | None:
    row = connection.execute(_HEADS.where(outbox.c.event_id == event_id)).first()
    return None if row is None else _head(row)


def opened(connection: Connection, vault: Vault, event_id: str) -> Letter | None:
    """The whole of it, from the vault: it may hold names."""
    found = one(connection, vault, event_id)
    if found is None or found.topic != DEAD_LETTERS.name:
        return None
    return letter_from(found.headers, found.body, int(found.created_at.timestamp() * 1000))


def _head(row: Any) -> Head:
    marks: dict[str, str] = dict(row.headers)
    return Head(
        row.event_id,
        marks.get("tocsin_origin", ""),
        marks.get("tocsin_code", ""),
        marks.get("tocsin_publisher", ""),
        _problems(marks.get("tocsin_problems", "[]")),
        row.created_at,
        row.published_at,
        row.subject is None,
    )


_HEADS = (
    select(outbox.c.event_id, outbox.c.headers, outbox.c.created_at, outbox.c.published_at, sealing_keys.c.subject)
    .select_from(outbox.outerjoin(sealing_keys, sealing_keys.c.subject == outbox.c.sealed_for))
    .where(outbox.c.topic == constant(DEAD_LETTERS.name))
)
