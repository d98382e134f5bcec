"""Publishes letters as any mechanism would: CloudEvents in binary mode, signed, through a plain Kafka client."""

import time
from collections.abc import Callable, Iterable

from tocsin.devtools.corpus.keys import sign
from tocsin.devtools.corpus.letters import Letter
from tocsin.runtime.kafka import producer, wait_for_broker
from tocsin.runtime.kafka_access import Access
from tocsin_schemas.topics import REPORTS

_PATIENCE_SECONDS = 60


def publish(
    broker: str | Access,
    letters: Iterable[Letter],
    rate: float | None = None,
    on_sent: Callable[[int], None] = lambda _: None,
) -> int:
    """Publish every letter on ``tocsin.reports.v1``, in order; returns how many, once the broker has all of them.

    rate: letters a second; None for as fast as possible. on_sent: told the number sent so far.
    A broker that is away for a while is waited for. Raises BrokerUnreachable, or kafka.errors.KafkaError if the broker
    did not take a letter.
    """
    wait_for_broker(broker, _PATIENCE_SECONDS)
    client = producer(broker)
    started, waiting, sent = time.monotonic(), [], 0
    try:
        for sent, letter in enumerate(letters, start=1):
            if rate:
                time.sleep(max(0.0, started + (sent - 1) / rate - time.monotonic()))
            headers = sign(letter.publisher, letter.headers, letter.body)
            waiting.append(client.send(REPORTS.name, letter.body, letter.key, [*headers]))
            on_sent(sent)
        for future in waiting:
            future.get(timeout=_PATIENCE_SECONDS)
    finally:
        client.close(timeout=5)
    return sent
