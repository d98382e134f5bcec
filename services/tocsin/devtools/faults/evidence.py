"""What is left after a storm: topics, database and the provider's ledger, read with none of the product's code."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, TopicPartition

TOPICS = (
    "tocsin.reports.v1",
    "tocsin.cases.v1",
    "tocsin.alerts.v1",
    "tocsin.actions.v1",
    "tocsin.deliveries.v1",
    "tocsin.dead-letters.v1",
)


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a topic. ``headers`` keeps the first value of each name; ``timestamp``: seconds, the broker's."""

    partition: int
    offset: int
    headers: dict[str, str]
    body: bytes
    timestamp: float


def read_topics(bootstrap: str) -> dict[str, list[Record]]:
    """Every record of every topic, from the beginning to the end as it is now."""
    with closing(KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)) as consumer:
        return {topic: list(_read(consumer, topic)) for topic in TOPICS}


def _read(consumer: Any, topic: str) -> Iterator[Record]:
    partitions = [TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic) or ())]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    ends = consumer.end_offsets(partitions)
    while any(consumer.position(p) < ends[p] for p in partitions):
        for batch in consumer.poll(timeout_ms=500).values():
            for record in batch:
                body = record.value or b""
                yield Record(record.partition, record.offset, _headers(record.headers), body, record.timestamp / 1000)


def _headers(pairs: list[tuple[str, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value.decode("utf-8", "replace"))
    return found


@contextmanager
def rows_of(database: Path) -> Iterator[sqlite3.Connection]:
    """The SQLite database, read only."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def read_ledger(file: Path) -> list[dict[str, Any]]:
    """The mails that the provider accepted."""
    return [entry for line in file.read_text().splitlines() if (entry := json.loads(line)).get("custom_args")]


def by_partition(records: list[Record]) -> dict[int, list[int]]:
    offsets: dict[int, list[int]] = defaultdict(list)
    for record in records:
        offsets[record.partition].append(record.offset)
    return offsets
