"""Kafka's administration and the plain producer, over kafka-python."""

import time
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, NewTopic, OffsetSpec
from kafka.errors import KafkaError as KafkaError

from tocsin.runtime.reachable import is_reachable
from tocsin_schemas.topics import TOPICS, Topic

Position = tuple[str, int]
_BOOTSTRAP_MS = 5_000


class BrokerUnreachable(ConnectionError):
    """No answer from the broker: it is down, the address is wrong, or the credentials were refused."""


def admin(bootstrap: str) -> Any:
    """An administration client; close it after use. Raises BrokerUnreachable."""
    return _connect(KafkaAdminClient, bootstrap)


def producer(bootstrap: str) -> Any:
    """A producer that does not duplicate on retry; a future of ``send`` is done when the broker has the record."""
    return _connect(
        KafkaProducer, bootstrap, acks="all", enable_idempotence=True, linger_ms=2, delivery_timeout_ms=120_000
    )


def _connect(client: Any, bootstrap: str, **options: Any) -> Any:
    try:
        if is_reachable(bootstrap):
            return client(bootstrap_servers=bootstrap.split(","), bootstrap_timeout_ms=_BOOTSTRAP_MS, **options)
    except (KafkaError, OSError) as error:
        raise BrokerUnreachable(f"{bootstrap} does not answer, or refuses the credentials") from error
    raise BrokerUnreachable(f"{bootstrap} does not answer")


def wait_for_broker(bootstrap: str, timeout: float) -> str:
    """The cluster's id, once the broker tells it; raises BrokerUnreachable after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            with closing(admin(bootstrap)) as client:
                return str(client.describe_cluster()["cluster_id"])
        except (BrokerUnreachable, KafkaError):
            if time.monotonic() > deadline:
                raise BrokerUnreachable(f"{bootstrap} did not answer within {timeout:.0f} s") from None
            time.sleep(0.1)


def create_topics(bootstrap: str, topics: Iterable[Topic] = TOPICS, replication: int = 1) -> list[str]:
    """Create the topics that are missing; returns their names. Existing ones are left as they are."""
    with closing(admin(bootstrap)) as client:
        existing = set(client.list_topics())
        missing = [topic for topic in topics if topic.name not in existing]
        new = [
            NewTopic(topic.name, topic.partitions, replication, topic_configs=topic.configuration())
            for topic in missing
        ]
        if new:
            client.create_topics(new, wait_for_metadata=True)
        return [topic.name for topic in missing]


def check_topics(bootstrap: str, topics: Iterable[Topic] = TOPICS) -> list[str]:
    """How the broker's topics differ from the contract, in words; empty if they agree."""
    with closing(admin(bootstrap)) as client:
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


def end_offsets(bootstrap: str, topics: Iterable[str]) -> dict[Position, int]:
    """The offset after the last record of each partition."""
    return _offsets(bootstrap, topics, OffsetSpec.LATEST)


def beginning_offsets(bootstrap: str, topics: Iterable[str]) -> dict[Position, int]:
    """The offset of the first record that the broker still keeps of each partition."""
    return _offsets(bootstrap, topics, OffsetSpec.EARLIEST)


def _offsets(bootstrap: str, topics: Iterable[str], spec: Any) -> dict[Position, int]:
    with closing(admin(bootstrap)) as client:
        partitions = [
            TopicPartition(found["name"], partition["partition_index"])
            for found in client.describe_topics(list(topics))
            for partition in found["partitions"]
        ]
        found = client.list_partition_offsets(dict.fromkeys(partitions, spec))
        return {(tp.topic, tp.partition): result.offset for tp, result in found.items()}
