"""A worker that joins before the broker knows its topics is not left without work for ever.

So it is after a broker's crash; and a restarted static member is given the same empty assignment again.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tocsin.devtools.broker import Broker
from tocsin.runtime import kafka
from tocsin_schemas.topics import Topic

pytestmark = pytest.mark.kafka

SUBJECT = Path(__file__).parents[1] / "support/outside/stream_subject.py"


@pytest.fixture
def topic() -> Topic:
    """Not created yet."""
    return Topic(f"late-{uuid4().hex}", "any", partitions=3)


@pytest.fixture
def start(broker: Broker, topic: Topic, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(SUBJECT), broker.bootstrap, topic.name, str(tmp_path / "seen.db")]
        with (tmp_path / "worker.log").open("ab") as log:
            started.append(subprocess.Popen(command, stdout=log, stderr=log))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def wait_for_word(log: Path, word: str) -> None:
    deadline = time.monotonic() + 30
    while not (log.exists() and word in log.read_text(errors="replace")):
        assert time.monotonic() < deadline, log.read_text(errors="replace")
        time.sleep(0.05)


@pytest.mark.parametrize("restarted", [False, True], ids=["still-running", "killed-and-restarted"])
def test_topics_that_appear_late_are_read(
    broker: Broker,
    topic: Topic,
    start: Callable[[], subprocess.Popen[bytes]],
    tmp_path: Path,
    restarted: bool,
) -> None:
    worker = start()
    wait_for_word(tmp_path / "worker.log", "nothing assigned")
    if restarted:
        worker.kill()
        worker.wait()
    kafka.create_topics(broker.bootstrap, [topic])
    if restarted:
        start()
    wait_for_word(tmp_path / "worker.log", '"assigned"')
