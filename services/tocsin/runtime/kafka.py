"""Kafka's administration and the plain producer, over kafka-python."""

import time
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, NewTopic, OffsetSpec
from kafka.errors import KafkaError as KafkaError

from tocsin.runtime.kafka_access import Access, as_access
from tocsin.runtime.reachable import is_reachable
from tocsin_schemas.topics import TOPICS, Topic

Position = tuple[str, int]
_BOOTSTRAP_MS = 5_000


class BrokerUnreachable(ConnectionError):
    """No answer from the broker: it is down, the address is wrong, or the credentials were refused."""


def admin(broker: str | Access) -> Any:
    """An administration client; close it after use. Raises BrokerUnreachable."""
    return _connect(KafkaAdminClient, broker)


def producer(broker: str | Access) -> Any:
    """A producer that does not duplicate on retry; a future of ``send`` is done when the broker has the record."""
    return _connect(
        KafkaProducer, broker, acks="all", enable_idempotence=True, linger_ms=2, delivery_timeout_ms=120_000
    )


def reader(broker: str | Access, **options: Any) -> Any:
    """A consumer of no group, to be assigned partitions by hand; close it after use. Raises BrokerUnreachable."""
    return _connect(KafkaConsumer, broker, enable_auto_commit=False, **options)


def _connect(client: Any, broker: str | Access, **options: Any) -> Any:
    access = as_access(broker)
    known = {"bootstrap_servers": access.bootstrap.split(","), "bootstrap_timeout_ms": _BOOTSTRAP_MS}
    try:
        if is_reachable(access.bootstrap):
            return client(**known, **access.options(), **options)
    except (KafkaError, OSError) as error:
        raise BrokerUnreachable(f"{access.bootstrap} does not answer, or refuses the credentials") from error
    raise BrokerUnreachable(f"{access.bootstrap} does not answer")


def wait_for_broker(broker: str | Access, timeout: float) -> str:
    """The cluster's id, once the broker tells it; raises BrokerUnreachable after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            with closing(admin(broker)) as client:
                return str(client.describe_cluster()["cluster_id"])
        except (BrokerUnreachable, KafkaError):
            if time.monotonic() > deadline:
                where = as_access(broker).bootstrap
                raise BrokerUnreachable(f"{where} did not answer within {timeout:.0f} s") from None
            time.sleep(0.1)


def create_topics(broker: str | Access, topics: Iterable[Topic] = TOPICS, replication: int = 1) -> list[str]:
    """Create the topics that are missing; returns their names. Existing ones are left as they are."""
    with closing(admin(broker)) as client:
        existing = set(client.list_topics())
        missing = [topic for topic in topics if topic.name not in existing]
        new = [
            NewTopic(topic.name, topic.partitions, replication, topic_configs=topic.configuration())
            for topic in missing
        ]
        if new:
            client.create_topics(new, wait_for_metadata=True)
        return [topic.name for topic in missing]


def check_topics(broker: str | Access, topics: Iterable[Topic] = TOPICS) -> list[str]:
    """How the broker's topics differ from the contract, in words; empty if they agree."""
    with closing(admin(broker)) as client:
        wanted = {topic.name: topic for topic in topics}
        existing = set(client.list_topics())
        differences = [f"{name} is missing" for name in wanted if name not in existing]
        present = [name for name in wanted if name in existing]
        for found in client.describe_topics(present) if present else []:
            topic = wanted[found["name"]]
            if (number := len(found["partitions"])) != topic.partitions:
                differences.append(f"{topic.name} has {number} partitions instead of {topic.partitions}")
            differences += _different_settings(client, topic)
        return differences


def _different_settings(client: Any, topic: Topic) -> list[str]:
    settings = client.describe_configs([ConfigResource("TOPIC", topic.name)], config_filter="all")["topic"][topic.name]
    found = {name: settings.get(name, {}).get("value") for name in topic.configuration()}
    return [
        f"{topic.name} has {name}={found[name]} instead of {value}"
        for name, value in topic.configuration().items()
        if str(found[name]) != value
    ]


def end_offsets(broker: str | Access, topics: Iterable[str]) -> dict[Position, int]:
    """The offset after the last record of each partition."""
    with closing(admin(broker)) as client:
        partitions = [
            TopicPartition(found["name"], partition["partition_index"])
            for found in client.describe_topics(list(topics))
            for partition in found["partitions"]
        ]
        found = client.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
        return {(tp.topic, tp.partition): result.offset for tp, result in found.items()}
