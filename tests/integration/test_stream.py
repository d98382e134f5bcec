"""The stream on a real broker: whatever happens to the worker or to Kafka's offsets, each message is handled once."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata

from tocsin.devtools.broker import Broker
from tocsin.runtime import kafka
from tocsin.runtime.stream import EXIT_UNAVAILABLE, EXIT_UNEXPECTED
from tocsin_schemas.topics import Topic

pytestmark = pytest.mark.kafka

SUBJECT = Path(__file__).parents[1] / "support/outside/stream_subject.py"
PARTITIONS = 3


class Subject:
    """A topic, a worker process that reads it, and the worker's own database."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self.bootstrap = bootstrap
        self.topic = Topic(f"test-{uuid4().hex}", "any", partitions=PARTITIONS)
        self.path, self.log = folder / "seen.db", folder / "worker.log"
        self.worker: subprocess.Popen[bytes] | None = None
        kafka.create_topics(bootstrap, [self.topic])

    def publish(self, *values: str) -> None:
        """One after the other, to the partitions in turn."""
        with closing(kafka.producer(self.bootstrap)) as producer:
            for number, value in enumerate(values):
                producer.send(self.topic.name, value.encode(), partition=number % PARTITIONS)
            producer.flush()

    def start(self, *lanes: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(SUBJECT), self.bootstrap, self.topic.name, str(self.path), *lanes]
        with self.log.open("ab") as log:
            self.worker = subprocess.Popen(command, stdout=log, stderr=log)
        return self.worker

    def stop(self) -> int:
        assert self.worker is not None
        self.worker.terminate()
        return self.worker.wait(30)

    def handled(self) -> list[tuple[int, int, str]]:
        """Partition, offset and value, in the order in which they were handled."""
        if not self.path.exists():
            return []
        with closing(sqlite3.connect(self.path, timeout=30)) as database:
            if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'handled'").fetchone() is None:
                return []  # the worker has just begun
            return list(database.execute("SELECT partition, offset, value FROM handled ORDER BY n"))

    def wait_for(self, count: int) -> None:
        wait_until(lambda: self.log_has("assigned") and len(self.handled()) >= count, self.text)

    def log_has(self, word: str) -> bool:
        return self.log.exists() and word in self.text()

    def text(self) -> str:
        return self.log.read_text(errors="replace")


def wait_until(condition: Callable[[], bool], explain: Callable[[], str] = str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.02)


@pytest.fixture
def subject(broker: Broker, tmp_path: Path) -> Iterator[Subject]:
    subject = Subject(broker.bootstrap, tmp_path)
    yield subject
    if subject.worker is not None and subject.worker.poll() is None:
        subject.worker.kill()
        subject.worker.wait()


def assert_each_once_and_in_order(subject: Subject, count: int) -> None:
    handled = subject.handled()
    assert len(handled) == count
    for partition in range(PARTITIONS):
        offsets = [offset for p, offset, _ in handled if p == partition]
        assert offsets == list(range(len(offsets)))


def test_a_killed_worker_goes_on_where_the_database_says(subject: Subject) -> None:
    subject.publish(*(str(number) for number in range(900)))
    for count in (150, 450):
        worker = subject.start()
        wait_until(lambda count=count: len(subject.handled()) >= count, subject.text)
        worker.kill()
        assert worker.wait() == -signal.SIGKILL
        assert len(subject.handled()) < 900
    subject.start()
    subject.wait_for(900)
    assert subject.stop() == 0
    assert_each_once_and_in_order(subject, 900)


def test_senders_have_their_turns_and_a_killed_worker_still_handles_each_message_once(subject: Subject) -> None:
    flood, others = [f"flood-{number}" for number in range(600)], [f"other-{number}" for number in range(6)]
    subject.publish(*flood, *others)
    worker = subject.start("lanes")
    wait_until(lambda: len(subject.handled()) >= 300, subject.text)
    worker.kill()
    worker.wait()
    handled = subject.handled()
    assert len(handled) < 606
    assert {value for _, _, value in handled if value in others} == set(others), "though they came last"
    for partition in range(PARTITIONS):
        flooded = [offset for p, offset, value in handled if p == partition and value in flood]
        assert flooded == list(range(len(flooded)))
    subject.start("lanes")
    subject.wait_for(606)
    assert subject.stop() == 0
    assert sorted(value for _, _, value in subject.handled()) == sorted(flood + others)
    group = f"{subject.topic.name}-reader"
    with closing(kafka.admin(subject.bootstrap)) as admin:
        committed = admin.list_group_offsets(group)[group]
    assert {tp.partition: found.offset for tp, found in committed.items()} == dict.fromkeys(range(PARTITIONS), 202)


def test_an_unexpected_error_ends_the_process_and_skips_nothing(subject: Subject) -> None:
    subject.publish(*(["before"] * 30), "fatal", *(["after"] * 30))
    assert subject.start().wait(60) == EXIT_UNEXPECTED
    with closing(sqlite3.connect(subject.path)) as database:
        assert list(database.execute("SELECT * FROM failures")) == [(0, 10, "ZeroDivisionError")]
    subject.start()
    subject.wait_for(61)
    assert subject.stop() == 0
    assert_each_once_and_in_order(subject, 61)
    assert not subject.log_has("a secret that no log may show")


def test_a_group_offset_that_was_moved_forward_skips_nothing(subject: Subject) -> None:
    subject.publish(*(["any"] * 60))
    topic, group = subject.topic.name, f"{subject.topic.name}-reader"
    forward = {TopicPartition(topic, p): OffsetAndMetadata(offset, "", -1) for p, offset in ((0, 15), (1, 20))}
    with closing(kafka.admin(subject.bootstrap)) as admin:
        admin.alter_group_offsets(group, forward)
        moved = {tp.partition: found.offset for tp, found in admin.list_group_offsets(group)[group].items()}
    assert moved == {0: 15, 1: 20}
    subject.start()
    subject.wait_for(60)
    assert subject.stop() == 0
    assert_each_once_and_in_order(subject, 60)


def test_a_worker_listens_on_no_port_and_stops_cleanly(subject: Subject) -> None:
    subject.publish("one")
    worker = subject.start()
    subject.wait_for(1)
    connections = psutil.Process(worker.pid).net_connections(kind="inet")
    assert connections, "it is connected to the broker"
    assert [each for each in connections if each.status == psutil.CONN_LISTEN] == []
    assert subject.stop() == 0


def test_a_worker_without_its_broker_ends_at_once(tmp_path: Path, broker: Broker) -> None:
    subject = Subject(broker.bootstrap, tmp_path)
    subject.bootstrap = "127.0.0.1:1"
    assert subject.start().wait(30) == EXIT_UNAVAILABLE
    assert subject.log_has("the broker does not answer")
    assert os.fspath(subject.path) not in subject.text()
