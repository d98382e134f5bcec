"""The embedded broker, for real: what it holds survives a crash, and what cannot work is refused in clear words."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from kafka import KafkaConsumer, TopicPartition

from tocsin.cli.topics import topics
from tocsin.devtools.broker import Broker, BrokerProblem, embedded_broker
from tocsin.runtime import kafka
from tocsin.runtime.settings import Settings
from tocsin_schemas.topics import DEAD_LETTERS, REPORTS, TOPICS

pytestmark = pytest.mark.kafka


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    yield broker
    broker.stop()


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def read_all(bootstrap: str, topic: str, number: int) -> list[bytes]:
    """What the topic holds, waiting for ``number`` records: a broker just back serves them as its log recovers."""
    with closing(KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        found: list[bytes] = []
        deadline = time.monotonic() + 30
        while len(found) < number and time.monotonic() < deadline:
            found += [record.value for records in consumer.poll(500).values() for record in records]
        return found


def test_what_was_acknowledged_survives_sigkill_at_the_same_address(own: Broker) -> None:
    own.start()
    own.wait_ready()
    address, values = own.bootstrap, [f"{number}".encode() for number in range(2_000)]
    kafka.create_topics(address, [DEAD_LETTERS])
    with closing(kafka.producer(address)) as producer:
        sent = [producer.send(DEAD_LETTERS.name, value) for value in values]
        assert [future.get(60).offset for future in sent] == list(range(2_000))
    own.kill()
    assert not psutil.pid_exists(own.pid)
    own.start()
    own.wait_ready()
    assert own.bootstrap == address
    assert Settings(home=own.folder.parent).bootstrap == address
    assert read_all(address, DEAD_LETTERS.name, len(values)) == values


def test_a_second_broker_on_one_home_is_refused_and_harms_nothing(broker: Broker) -> None:
    with pytest.raises(BrokerProblem, match="another broker uses") as refusal:
        Broker(broker.folder.parent).start()
    assert refusal.value.code == "broker-home-in-use"
    kafka.wait_for_broker(broker.bootstrap, 5)


def test_a_fixed_port_that_is_taken_is_refused(tmp_path: Path, broker: Broker) -> None:
    port = int(broker.bootstrap.rpartition(":")[2])
    with pytest.raises(BrokerProblem) as refusal:
        Broker(tmp_path, port=port).start()
    assert refusal.value.code == "broker-port-taken"


def test_a_remembered_port_that_is_taken_is_replaced(tmp_path: Path, broker: Broker) -> None:
    own = Broker(tmp_path)
    own.folder.mkdir()
    (own.folder / "address").write_text(broker.bootstrap)
    assert own._choose_port() not in (0, int(broker.bootstrap.rpartition(":")[2]))


def test_a_port_that_another_broker_takes_at_the_last_moment_is_replaced(
    own: Broker, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = int(broker.bootstrap.rpartition(":")[2])
    ports = iter([taken])
    monkeypatch.setattr(own, "_choose_port", lambda: next(ports, None) or Broker._choose_port(own))
    own.start()
    assert own.bootstrap == broker.bootstrap
    own.wait_ready()
    assert own.bootstrap != broker.bootstrap
    assert (own.folder / "address").read_text().strip() == own.bootstrap
    kafka.create_topics(own.bootstrap, [DEAD_LETTERS])


def test_the_broker_ends_cleanly_when_its_owner_is_killed(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-m", "tocsin.devtools.broker"],
        env={**os.environ, "TOCSIN_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
    )
    assert owner.stdout is not None
    with owner.stdout:
        address = owner.stdout.readline().decode().strip()
    kafka.wait_for_broker(address, 5)
    (java,) = psutil.Process(owner.pid).children()
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    psutil.wait_procs([java], timeout=5)
    assert not java.is_running()
    assert "shut down completed" in (tmp_path / "broker" / "logs" / "server.log").read_text()


def test_the_topics_are_created_once_and_checked(fresh_broker: Broker) -> None:
    assert kafka.create_topics(fresh_broker.bootstrap) == []
    assert kafka.check_topics(fresh_broker.bootstrap) == []
    assert kafka.end_offsets(fresh_broker.bootstrap, [REPORTS.name]) == {
        (REPORTS.name, partition): 0 for partition in range(REPORTS.partitions)
    }


def test_topics_that_differ_from_the_contract_are_told(fresh_broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_KAFKA_BOOTSTRAP", fresh_broker.bootstrap)
    assert CliRunner().invoke(topics, ["check"]).exit_code == 0
    with closing(kafka.admin(fresh_broker.bootstrap)) as admin:
        admin.create_partitions({REPORTS.name: REPORTS.partitions + 1})
        admin.delete_topics([DEAD_LETTERS.name])
    wait_until(lambda: len(kafka.check_topics(fresh_broker.bootstrap)) == 2)
    result = CliRunner().invoke(topics, ["check"])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{DEAD_LETTERS.name} is missing",
        f"{REPORTS.name} has {REPORTS.partitions + 1} partitions instead of {REPORTS.partitions}",
    ]
    assert "1 created, 6 there before" in CliRunner().invoke(topics, ["create"]).output


def test_the_topics_of_the_contract_are_shown_without_a_broker() -> None:
    result = CliRunner().invoke(topics, ["show"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert all(topic.name in result.output for topic in TOPICS)


def test_a_configured_broker_is_not_started_again(tmp_path: Path) -> None:
    assert embedded_broker(Settings(home=tmp_path, kafka_bootstrap="kafka.example:9092")) is None
    assert embedded_broker(Settings(home=tmp_path)) is not None


def test_an_absent_broker_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    result = CliRunner().invoke(topics, ["check"])
    assert result.exit_code == 1
    assert "[broker-unreachable] 127.0.0.1:1 does not answer" in result.output
