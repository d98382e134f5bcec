"""The intake as a process, before a real broker: what it accepts is there, whatever dies."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from builders import a_report
from databases import a_database, a_deployment
from intaking import PUBLISHER
from tocsin.devtools.broker import Broker
from tocsin.devtools.ports import free_ports
from tocsin.domain.identifiers import report_id
from tocsin.runtime import clock, kafka
from tocsin.runtime.stream import Message
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.publishing import api_keys, publishers
from tocsin.store.publishing.api_keys import Scope
from tocsin.store.publishing.publishers import Publisher
from tocsin.store.receiving.authenticating import Authentication
from tocsin_schemas.topics import REPORTS

pytestmark = pytest.mark.kafka


@pytest.fixture
def keys(tmp_path: Path) -> Mapping[str, str]:
    """Of a publisher, in a new database: for everywhere, and for one network far away."""
    engine, deployment, now = a_database(tmp_path), a_deployment(tmp_path), clock.now()
    with unit_of_work(engine) as connection:
        publishers.add(connection, deployment.identities, Publisher(PUBLISHER, (), now, "officer-1"))
        made = {
            name: api_keys.create(
                connection,
                deployment.identities,
                PUBLISHER,
                [Scope.REPORTS],
                networks,
                now + timedelta(days=1),
                "officer-1",
                now,
            )
            for name, networks in {"anywhere": [], "far": ["192.0.2.0/24"]}.items()
        }
    engine.dispose()
    return made


@contextmanager
def served(folder: Path, bootstrap: str) -> Iterator[tuple[httpx.Client, "subprocess.Popen[bytes]"]]:
    (port,) = free_ports(1)
    settings = {"HOME": folder, "KAFKA_BOOTSTRAP": bootstrap, "INTAKE_PORT": port, "INTAKE_RATE": 1000}
    environment = os.environ | {f"TOCSIN_{name}": str(value) for name, value in settings.items()}
    with (folder / "intake.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "tocsin.intake"], env=environment, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait(client)
            yield client, process
    finally:
        process.kill()
        process.wait()


def _wait(client: httpx.Client) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            assert client.get("/health/live").status_code == 200
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def send(client: httpx.Client, key: str, number: int = 0, **headers: str) -> httpx.Response:
    report = a_report(publisher_reference=f"2026/TGO/{number}")
    told = {"authorization": f"Bearer {key}", "content-type": "application/json", "idempotency-key": f"key-{number}"}
    return client.post("/v1/reports", content=report.model_dump_json(exclude_none=True), headers=told | headers)


def on_the_topic(bootstrap: str) -> list[Message]:
    with closing(kafka.reader(bootstrap)) as reader:
        partitions = [kafka.TopicPartition(REPORTS.name, n) for n in range(REPORTS.partitions)]
        reader.assign(partitions)
        reader.seek_to_beginning(*partitions)
        ends, found = reader.end_offsets(partitions), list[Message]()
        while len(found) < sum(ends.values()):
            for records in reader.poll(timeout_ms=500).values():
                found += [
                    Message(r.topic, r.partition, r.offset, r.key, r.value, tuple(r.headers), clock.now())
                    for r in records
                ]
        return found


def test_what_is_answered_with_202_is_on_the_topic_signed_in_the_publishers_name(
    fresh_broker: Broker, tmp_path: Path, keys: Mapping[str, str]
) -> None:
    with served(tmp_path, fresh_broker.bootstrap) as (client, process):
        answers = [send(client, keys["anywhere"], number) for number in range(3)]
        assert [answer.status_code for answer in answers] == [202] * 3
        spoofed = send(client, keys["far"], 4, **{"x-forwarded-for": "192.0.2.7", "forwarded": "for=192.0.2.7"})
        assert (spoofed.status_code, spoofed.json()["problems"][0]["code"]) == (403, "network-not-allowed")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    messages = on_the_topic(fresh_broker.bootstrap)
    assert {message.key for message in messages} == {report_id(PUBLISHER, f"2026/TGO/{n}").encode() for n in range(3)}
    authentication = Authentication(a_deployment(tmp_path))
    engine = open_database(f"sqlite:///{tmp_path / 'tocsin.db'}")
    with reading(engine) as connection:
        senders = {authentication(connection, message, clock.now()).publisher_id for message in messages}
    engine.dispose()
    assert senders == {PUBLISHER}
    assert b"Mensahvi" not in b"".join(message.value or b"" for message in messages)
    assert "Mensahvi" not in (tmp_path / "intake.log").read_text()


def test_a_killed_intake_loses_nothing_it_accepted_and_answers_again_as_it_did(
    fresh_broker: Broker, tmp_path: Path, keys: Mapping[str, str]
) -> None:
    accepted: dict[int, bytes] = {}
    with served(tmp_path, fresh_broker.bootstrap) as (client, process):
        for number in range(20):
            accepted[number] = send(client, keys["anywhere"], number).content
        process.kill()
        process.wait()
    with served(tmp_path, fresh_broker.bootstrap) as (client, _):
        again = {number: send(client, keys["anywhere"], number) for number in range(25)}
    assert {answer.status_code for answer in again.values()} == {202}
    assert {number: again[number].content for number in accepted} == accepted
    keyed = [message.key for message in on_the_topic(fresh_broker.bootstrap)]
    assert sorted(keyed) == sorted(report_id(PUBLISHER, f"2026/TGO/{n}").encode() for n in range(25))


def test_without_a_broker_nothing_is_accepted_and_when_it_is_back_the_same_is_taken(
    fresh_broker: Broker, tmp_path: Path, keys: Mapping[str, str]
) -> None:
    with served(tmp_path, fresh_broker.bootstrap) as (client, _):
        assert send(client, keys["anywhere"], 1).status_code == 202
        fresh_broker.kill()
        away = [_timed(client, keys["anywhere"]) for _ in range(3)]
        for answer, seconds in away:
            assert (answer.status_code, answer.json()["problems"][0]["code"]) == (503, "broker-unavailable")
            assert answer.headers["retry-after"] == "5"
            assert seconds < 12
        fresh_broker.restart()
        fresh_broker.wait_ready()
        deadline = time.monotonic() + 20
        while (answer := send(client, keys["anywhere"], 2)).status_code == 503 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert answer.status_code == 202
    assert len({message.key for message in on_the_topic(fresh_broker.bootstrap)}) == 2


def _timed(client: httpx.Client, key: str) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    return send(client, key, 2), time.monotonic() - began
