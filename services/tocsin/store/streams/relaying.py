"""The relay: publishes the outbox in order. It alone produces to Kafka.

A message is marked after the broker's acknowledgement, so that a crash in between publishes it again under the same
event id, which consumers drop.
"""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiokafka import AIOKafkaProducer
from sqlalchemy import Connection, Engine, text

from tocsin.runtime import clock, metrics
from tocsin.runtime.jws import Signature, SigningKey
from tocsin.runtime.kafka_access import Access, as_access
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.streams import outbox
from tocsin.store.streams.outbox import Headers, Outgoing
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import ACTIONS

BATCH = 500
IDLE_SECONDS = 0.02
_SHARED = frozenset({ACTIONS.name})
"""Topics that publishers write to, and we as well."""
_ONE_RELAY = text("SELECT pg_try_advisory_lock(7223372036854775001)")

log = logging.getLogger(__name__)


async def relay_forever(
    engine: Engine, deployment: Deployment, broker: str | Access, connected: threading.Event | None = None
) -> None:
    """Publish until cancelled. Any error ends the process: its supervisor starts it again, and nothing is lost.

    connected: set while there is a producer.
    """
    async with _producer(broker) as producer, _shown(connected or threading.Event()):
        with _only_relay(engine) as alone:
            while not alone():  # noqa: ASYNC110 - the lock is held by another process; nothing here can signal it
                await asyncio.sleep(1)
            while True:
                if await publish_once(engine, deployment, producer) == 0:
                    await asyncio.sleep(IDLE_SECONDS)


async def publish_once(engine: Engine, deployment: Deployment, producer: AIOKafkaProducer) -> int:
    """Publish one batch; returns its size."""
    with reading(engine) as connection:
        batch = outbox.unpublished(connection, deployment.vault, BATCH)
        _show_waiting(connection, bool(batch))
    if not batch:
        return 0
    receipts = [await producer.send(m.topic, m.body, key=m.key, headers=signed(deployment.keys.own, m)) for m in batch]
    await asyncio.gather(*receipts)
    with unit_of_work(engine) as connection:
        outbox.mark_published(connection, [m.id for m in batch], clock.now())
    for topic, count in Counter(m.topic for m in batch).items():
        metrics.events_published(topic, count)
    return len(batch)


def signed(key: SigningKey, message: Outgoing) -> Headers:
    """The headers; on a topic that publishers write to as well, with our signature."""
    if message.topic not in _SHARED:
        return message.headers
    octets = signed_octets(message.headers, message.body)
    made = key.sign(octets, Signature(key.key_id, message.id, clock.now()))
    return [*message.headers, (SIGNATURE_HEADER, made)]


def _show_waiting(connection: Connection, any_waits: bool) -> None:
    """An idle relay looks many times a second, and need not count what it has just seen to be nothing."""
    count, oldest = outbox.pending(connection) if any_waits else (0, None)
    metrics.outbox(count, (clock.now() - oldest).total_seconds() if oldest else 0.0)


@asynccontextmanager
async def _shown(connected: threading.Event) -> AsyncIterator[None]:
    connected.set()
    try:
        yield
    finally:
        connected.clear()


@asynccontextmanager
async def _producer(broker: str | Access) -> AsyncIterator[AIOKafkaProducer]:
    access = as_access(broker)
    producer = AIOKafkaProducer(
        bootstrap_servers=access.bootstrap,
        enable_idempotence=True,
        acks="all",
        linger_ms=2,
        request_timeout_ms=30_000,
        **access.options(),
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@contextmanager
def _only_relay(engine: Engine) -> Iterator[Callable[[], bool]]:
    """Two relays would publish out of order: on PostgreSQL a session lock lets one work and the next wait."""
    if engine.dialect.name != "postgresql":
        yield lambda: True
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield lambda: bool(connection.execute(_ONE_RELAY).scalar())
