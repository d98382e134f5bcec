"""Publishes letters as any mechanism would: CloudEvents in binary mode, signed, through a plain Kafka client."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kafka.errors import KafkaTimeoutError

from tocsin.devtools.corpus.keys import sign
from tocsin.devtools.corpus.letters import Letter
from tocsin.runtime.kafka import producer, wait_for_broker
from tocsin.runtime.kafka_access import Access
from tocsin_schemas.topics import REPORTS

_BROKER_SECONDS, _PATIENCE_SECONDS = 60, 150
"""The second is more than the client's own: it decides whether a letter is late."""
_TRIES = 2


def publish(
    broker: str | Access,
    letters: Iterable[Letter],
    rate: float | None = None,
    on_sent: Callable[[int], None] = lambda _: None,
) -> int:
    """Publish every letter on ``tocsin.reports.v1``, in order; returns how many, once the broker has all of them.

    rate: letters a second; None for as fast as possible. on_sent: told the number sent so far.
    A broker that is away for a while is waited for, and a letter that it did not confirm in time is sent again, as a
    mechanism would. Raises BrokerUnreachable, or kafka.errors.KafkaError if the broker did not take a letter.
    """
    wait_for_broker(broker, _BROKER_SECONDS)
    client = producer(broker)
    started, waiting, sent = time.monotonic(), list[tuple[Letter, Any]](), 0
    try:
        for sent, letter in enumerate(letters, start=1):
            if rate:
                time.sleep(max(0.0, started + (sent - 1) / rate - time.monotonic()))
            waiting.append((letter, _send(client, letter)))
            on_sent(sent)
        for _ in range(_TRIES):
            waiting = [(letter, _send(client, letter)) for letter in _late(waiting)]
        for _, future in waiting:
            future.get(timeout=_PATIENCE_SECONDS)
    finally:
        client.close(timeout=5)
    return sent


def _send(client: Any, letter: Letter) -> Any:
    headers = sign(letter.publisher, letter.headers, letter.body)
    return client.send(REPORTS.name, letter.body, letter.key, [*headers])


def _late(waiting: Iterable[tuple[Letter, Any]]) -> Iterator[Letter]:
    """Those that the client gave up: a broker that is killed again and again may have them or not."""
    for letter, future in waiting:
        try:
            future.get(timeout=_PATIENCE_SECONDS)
        except KafkaTimeoutError:
            yield letter
