"""What the resolver makes of what other clients put on a real broker: the consumer itself, on an empty database."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition
from sqlalchemy import select

from databases import a_database, a_deployment
from matching_fakes import PlainMatcher
from tocsin.resolver.accepting import Acceptance
from tocsin.runtime import clock, kafka
from tocsin.runtime.jws import SigningKey
from tocsin.runtime.stream import Message
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import Publisher, PublisherKey
from tocsin.store.receiving.authenticating import Authentication
from tocsin.store.receiving.consuming import Consumer
from tocsin_schemas.topics import REPORTS


@dataclass
class Receiver:
    """A deployment with an empty database. bootstrap: of a broker with Tocsin's topics."""

    folder: Path
    bootstrap: str = ""
    offset: int = -1
    _read: dict[TopicPartition, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.deployment, self.engine = a_deployment(self.folder), a_database(self.folder)
        acceptance = Acceptance(self.deployment, PlainMatcher())
        self.consumer = Consumer(
            "resolver",
            REPORTS,
            self.engine,
            self.deployment,
            acceptance,
            repeats_by_id=False,
            authentication=Authentication(self.deployment),
        )
        self.consumer.prepare()

    def register(self, publisher: str, key: SigningKey, since: datetime | None = None) -> None:
        since = since or clock.now() - timedelta(hours=1)
        with unit_of_work(self.engine) as connection:
            if publishers.find(connection, self.deployment.identities, publisher) is None:
                publishers.add(connection, self.deployment.identities, Publisher(publisher, (), since, "operator"))
            entry = PublisherKey(key.key_id, publisher, key.public_key, since, None, "operator")
            publishers.add_key(connection, self.deployment.identities, entry, since)

    def take(self, headers: Iterable[tuple[str, bytes]], body: bytes | None) -> str:
        """One message by hand, as if the broker had given it."""
        self.offset += 1
        return self._handle(Message(REPORTS.name, 0, self.offset, b"key", body, tuple(headers), clock.now()))

    def take_all(self) -> list[tuple[str, Message]]:
        """Every message that has come to the broker's topic of reports since the last call, each with its outcome."""
        ends = kafka.end_offsets(self.bootstrap, [REPORTS.name])
        waiting = {TopicPartition(*place): end for place, end in ends.items()}
        for partition in waiting:
            self._client.seek(partition, self._read.get(partition, 0))
        found = []
        while any(self._client.position(partition) < end for partition, end in waiting.items()):
            for records in self._client.poll(timeout_ms=200).values():
                found += [(self._handle(message), message) for message in map(_message, records)]
        self._read = waiting
        return found

    def close(self) -> None:
        if "_client" in self.__dict__:
            self._client.close()
        self.engine.dispose()

    @cached_property
    def _client(self) -> KafkaConsumer:
        client = KafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False, group_id=None)
        client.assign([TopicPartition(REPORTS.name, number) for number in range(REPORTS.partitions)])
        return client

    def _handle(self, message: Message) -> str:
        """The outcome; of a refused message, its code."""
        self.consumer.handle(message)
        processed, outbox = tables.processed_messages.c, tables.outbox.c
        here = (processed.partition == message.partition, processed.offset == message.offset)
        with reading(self.engine) as connection:
            outcome = connection.execute(select(processed.outcome).where(*here)).scalar_one()
            if outcome != "dead-letter":
                return str(outcome)
            place = f"{message.topic}-{message.partition}-{message.offset}"
            headers = connection.execute(select(outbox.headers).where(outbox.key == place)).scalar_one()
        return str(json.loads(dict(headers)["tocsin_problems"])[0][0])


def _message(record: object) -> Message:
    at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    headers = tuple((name, bytes(value or b"")) for name, value in record.headers)
    return Message(record.topic, record.partition, record.offset, record.key, record.value, headers, at)
