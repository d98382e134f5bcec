"""Whoever may write to a topic may write anything that Kafka's format allows: no record stops those that come after it."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from kafka import KafkaProducer
from kafka.admin import NewTopic
from sqlalchemy import Engine

from databases import NOW, a_database, a_deployment
from tocsin.devtools.broker import Broker
from tocsin.runtime import kafka
from tocsin.runtime.records import read_any_header_name
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.streams import outbox
from tocsin.store.streams.letters import read_letters
from tocsin.store.streams.outbox import Origin, enqueue_dead_letter
from tocsin.store.streams.relaying import relay_forever
from tocsin_schemas.explaining import MAX_PROBLEMS
from tocsin_schemas.problems import Problem
from tocsin_schemas.topics import REPORTS, Topic

pytestmark = pytest.mark.kafka
BEFORE_ALL_TIME = -(2**62)
SUBJECT = Path(__file__).parents[1] / "support/outside/stream_subject.py"


class _Octets(str):
    """A name of a header that is sent as these octets."""

    def encode(self, *_: str) -> bytes:
        return b"ce_\xff\xfe"


def test_a_header_name_that_is_not_utf8_and_a_time_before_all_time_stop_no_reader(
    broker: Broker, tmp_path: Path
) -> None:
    topic = f"test-{uuid4().hex}"
    with closing(kafka.admin(broker.bootstrap)) as admin:
        theirs = {"message.timestamp.type": "CreateTime"}
        admin.create_topics([NewTopic(topic, 1, 1, topic_configs=theirs)], wait_for_metadata=True)
    with closing(KafkaProducer(bootstrap_servers=broker.bootstrap)) as producer:
        hostile = [(_Octets("x"), b"1"), ("ce_id", b"\xff"), (_Octets("y"), b"")]
        for value, headers, at in (
            (b"named", hostile, None),
            (b"old", [], BEFORE_ALL_TIME),
            (b"both", hostile, BEFORE_ALL_TIME),
            (b"after", [("ce_id", b"1")], None),
        ):
            producer.send(topic, value, headers=headers, timestamp_ms=at, key=b"k").get(timeout=10)
    assert _handled(broker.bootstrap, topic, tmp_path) == ["named", "old", "both", "after"]


@pytest.mark.kcat
@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed: apt-get install kcat")
def test_whatever_a_publisher_compresses_with_the_broker_unpacks_it(fresh_broker: Broker, tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"x" * 5000)
    for codec in ("gzip", "lz4", "snappy", "zstd"):
        command = ["kcat", "-P", "-b", fresh_broker.bootstrap, "-t", REPORTS.name, "-z", codec, "-p", "0"]
        subprocess.run([*command, str(tmp_path / "body")], check=True, timeout=30)
    assert asyncio.run(_read(fresh_broker.bootstrap, REPORTS, 4)) == [5000] * 4


def test_the_largest_record_is_put_aside_whole_with_all_that_is_said_of_it(
    fresh_broker: Broker, tmp_path: Path
) -> None:
    """Else whoever may write reports could stop all that we publish."""
    engine, deployment = a_database(tmp_path), a_deployment(tmp_path)
    body = b"x" * (REPORTS.message_bytes - 256)
    with closing(KafkaProducer(bootstrap_servers=fresh_broker.bootstrap)) as producer:
        assert producer.send(REPORTS.name, body, headers=[("ce_id", b"1")]).get(timeout=10).offset == 0
    origin = Origin(REPORTS.name, 0, 0, b"key", [("ce_id", b"1")], body)
    worst = Problem("extra-forbidden", "/alleged_victims/199" * 5, "s" * 400, "hint", "Model.field", "near " * 60)
    with unit_of_work(engine) as connection:
        enqueue_dead_letter(connection, deployment.vault, "1", origin, [worst] * MAX_PROBLEMS, NOW, "p" * 64)
    asyncio.run(_relay(engine, deployment, fresh_broker.bootstrap))
    (letter,) = read_letters(fresh_broker.bootstrap)
    assert (letter.body, len(letter.problems)) == (body, MAX_PROBLEMS)


def test_what_is_small_only_while_it_is_compressed_is_refused_by_the_broker(fresh_broker: Broker) -> None:
    options: dict[str, Any] = {
        "compression_type": "gzip",
        "max_request_size": 64 * 1024 * 1024,
        "request_timeout_ms": 4000,
        "delivery_timeout_ms": 8000,
    }
    with closing(KafkaProducer(bootstrap_servers=fresh_broker.bootstrap, **options)) as producer:
        assert (
            producer.send(REPORTS.name, b"\0" * (REPORTS.message_bytes - 1024), partition=0).get(timeout=10).offset == 0
        )
        with pytest.raises(kafka.KafkaError):
            producer.send(REPORTS.name, b"\0" * (8 * 1024 * 1024), partition=0).get(timeout=10)
    assert kafka.end_offsets(fresh_broker.bootstrap, [REPORTS.name])[REPORTS.name, 0] == 1


def test_the_time_of_a_message_is_the_brokers(fresh_broker: Broker) -> None:
    with closing(KafkaProducer(bootstrap_servers=fresh_broker.bootstrap)) as producer:
        stored = producer.send(REPORTS.name, b"x", timestamp_ms=1).get(timeout=10)
    assert stored.timestamp > 1_700_000_000_000


def _handled(bootstrap: str, topic: str, folder: Path) -> list[str]:
    """What a worker of ours was given until the last."""
    path = folder / "seen.db"
    with (folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen([sys.executable, str(SUBJECT), bootstrap, topic, str(path)], stdout=log, stderr=log)
    try:
        for _ in range(600):
            if (found := _rows(path)) and found[-1] == "after":
                return found
            time.sleep(0.05)
        raise AssertionError((folder / "worker.log").read_text())
    finally:
        worker.kill()
        worker.wait()


def _rows(path: Path) -> list[str]:
    if not path.exists():
        return []
    with closing(sqlite3.connect(path, timeout=30)) as database:
        is_there = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'handled'").fetchone()
        return [value for (value,) in database.execute("SELECT value FROM handled ORDER BY n")] if is_there else []


async def _relay(engine: Engine, deployment: Deployment, bootstrap: str) -> None:
    """Until nothing waits; raises whatever ends the relay."""
    relay = asyncio.create_task(relay_forever(engine, deployment, bootstrap))
    while not relay.done():
        with reading(engine) as connection:
            if outbox.pending(connection)[0] == 0:
                relay.cancel()
                break
        await asyncio.sleep(0.05)
    with suppress(asyncio.CancelledError):
        await relay


async def _read(bootstrap: str, topic: Topic, count: int) -> list[int]:
    """Sizes, in order; aiokafka is what the services read with."""
    read_any_header_name()
    consumer = AIOKafkaConsumer(topic.name, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        return [len((await asyncio.wait_for(consumer.getone(), 10)).value) for _ in range(count)]
    finally:
        await consumer.stop()
