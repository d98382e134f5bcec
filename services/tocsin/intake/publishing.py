"""Records to the broker; none counts before the broker has it on every replica that is in step."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from tocsin.runtime.kafka_access import Access
from tocsin.runtime.reachable import is_reachable

PATIENCE = 8.0
"""Seconds until a broker that does not acknowledge counts as away."""
_LINGER_MS = 2
_BATCH_BYTES = 256 * 1024
log = logging.getLogger(__name__)


class Unavailable(ConnectionError):
    """The broker does not answer: nothing was accepted, or nobody knows; the same may be sent again."""


@dataclass(frozen=True, slots=True)
class Record:
    topic: str
    key: bytes
    headers: tuple[tuple[str, bytes], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the broker has a record."""

    topic: str
    partition: int
    offset: int


class Records(Protocol):
    async def send(self, record: Record) -> Stored:
        """Returns once the record is durable. Raises Unavailable."""
        ...

    async def close(self) -> None: ...


class Broker:
    """``Records`` at Apache Kafka. It connects when the first record comes, and anew after a failure.

    access: how the broker is reached. patience: seconds for a record.
    """

    def __init__(self, access: Callable[[], Access], patience: float = PATIENCE) -> None:
        self._access, self._patience = access, patience
        self._producer: asyncio.Task[AIOKafkaProducer] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def send(self, record: Record) -> Stored:
        """Whoever waits when a record fails is told to send again: nothing of that producer is believed any more."""
        if self._producer is None:
            self._producer = asyncio.create_task(self._connect())
        connected = self._producer
        try:
            async with asyncio.timeout(self._patience):
                producer = await asyncio.shield(connected)
                told = await producer.send(record.topic, record.body, key=record.key, headers=[*record.headers])
                stored = await asyncio.shield(told)
        except (KafkaError, OSError) as error:  # of which a timeout is one
            self._give_up(connected, error)
            raise Unavailable from error
        return Stored(stored.topic, stored.partition, stored.offset)

    async def close(self) -> None:
        if self._producer is not None:
            self._give_up(self._producer)
        while self._ending:
            await asyncio.wait(self._ending)

    async def _connect(self) -> AIOKafkaProducer:
        """Idempotent: a retry of its own doubles nothing (KIP-98)."""
        access = self._access()
        if not await asyncio.to_thread(is_reachable, access.bootstrap):
            raise Unavailable
        producer = AIOKafkaProducer(
            bootstrap_servers=access.bootstrap.split(","),
            acks="all",
            enable_idempotence=True,
            linger_ms=_LINGER_MS,
            max_batch_size=_BATCH_BYTES,
            request_timeout_ms=int(self._patience * 1000),
            **access.options(),
        )
        try:
            await producer.start()
        except (KafkaError, OSError):
            await producer.stop()
            raise
        return producer

    def _give_up(self, connected: "asyncio.Task[AIOKafkaProducer]", reason: Exception | None = None) -> None:
        if self._producer is not connected:
            return
        self._producer = None
        if reason is not None:
            log.warning("broker away", extra={"cause": type(reason).__name__})
        ending = asyncio.create_task(_end(connected))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)


async def _end(connected: "asyncio.Task[AIOKafkaProducer]") -> None:
    with contextlib.suppress(KafkaError, OSError):  # it was never connected, or fails once more
        producer: Any = await connected
        await producer.stop()
