"""On a real broker: dead letters are read and replayed, and an offset without a record is told from a lost one."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from kafka import KafkaConsumer, KafkaProducer

from databases import NOW, a_database, a_deployment
from tocsin.auditor.repair import first_record_on
from tocsin.cli.dead_letters import dead_letters
from tocsin.devtools.broker import Broker
from tocsin.runtime import kafka
from tocsin.store.database import unit_of_work
from tocsin.store.streams import outbox
from tocsin_schemas.problems import Problem
from tocsin_schemas.topics import DEAD_LETTERS, REPORTS

pytestmark = pytest.mark.kafka
ORIGIN = f"{REPORTS.name}-0-0"


@pytest.fixture
def home(tmp_path: Path, fresh_broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("TOCSIN_KAFKA_BOOTSTRAP", fresh_broker.bootstrap)
    return tmp_path


def _publish_a_dead_letter(home: Path, bootstrap: str) -> None:
    """As the relay does."""
    engine, vault = a_database(home), a_deployment(home).vault
    origin = outbox.Origin(REPORTS.name, 0, 0, b"key", (("ce_type", b"report"),), b'{"not": "a report"}')
    with unit_of_work(engine) as connection:
        outbox.enqueue_dead_letter(connection, vault, "1" * 32, origin, [Problem("missing", "/publisher", "…")], NOW)
        [letter] = outbox.unpublished(connection, vault, 5)
    with closing(kafka.producer(bootstrap)) as producer:
        producer.send(letter.topic, value=letter.body, key=letter.key, headers=letter.headers).get(timeout=20)


def test_a_dead_letter_is_listed_and_replayed_byte_for_byte(home: Path, fresh_broker: Broker) -> None:
    _publish_a_dead_letter(home, fresh_broker.bootstrap)
    assert ORIGIN in CliRunner(env={"COLUMNS": "160"}).invoke(dead_letters, ["list"]).output
    assert CliRunner().invoke(dead_letters, ["replay", ORIGIN]).exit_code == 0
    with closing(
        KafkaConsumer(REPORTS.name, bootstrap_servers=fresh_broker.bootstrap, auto_offset_reset="earliest")
    ) as c:
        [record] = [record for records in c.poll(timeout_ms=10_000).values() for record in records]
    assert (record.key, record.value) == (b"key", b'{"not": "a report"}')
    assert record.headers == [("ce_type", b"report"), ("tocsin_replayed", ORIGIN.encode())]
    assert kafka.end_offsets(fresh_broker.bootstrap, [DEAD_LETTERS.name]) == {(DEAD_LETTERS.name, 0): 1}


@pytest.mark.usefixtures("home")
def test_the_marker_of_a_transaction_holds_no_record(fresh_broker: Broker) -> None:
    with closing(KafkaProducer(bootstrap_servers=fresh_broker.bootstrap, transactional_id="foreign")) as producer:
        producer.init_transactions()
        for body in (b"first", b"second"):
            producer.begin_transaction()
            producer.send(REPORTS.name, body, partition=0).get(timeout=20)
            producer.commit_transaction()
    first_record = first_record_on(fresh_broker.bootstrap)
    assert [first_record(REPORTS.name, 0, offset) for offset in range(4)] == [0, 2, 2, 4]
