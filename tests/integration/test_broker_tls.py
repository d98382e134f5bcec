"""A broker that speaks TLS (SASL_SSL): all our clients come to it, and to nobody who only says that it is one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tocsin.devtools import corpus
from tocsin.devtools.broker import Broker
from tocsin.devtools.smtp.certificates import Certificates
from tocsin.runtime import kafka
from tocsin.runtime.kafka_access import Access
from tocsin.store import migrate
from tocsin.store.database import open_database, reading
from tocsin.store.receiving import parking
from tocsin.store.streams.inbox import Place
from tocsin_schemas.topics import REPORTS, TOPICS

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(180)]


class EncryptedBroker(Broker):
    """certificate: key and certificate in one file (PEM). ca_file: whom its clients trust."""

    def __init__(self, home: Path, certificate: Path, ca_file: Path) -> None:
        super().__init__(home, secured=True)
        self._certificate, self._ca_file = certificate, ca_file

    @property
    def access(self) -> Access:
        return replace(super().access, tls=True, ca_file=self._ca_file)

    def _write_settings(self) -> Path:
        settings = super()._write_settings()
        encrypted = settings.read_text().replace("CLIENT:SASL_PLAINTEXT", "CLIENT:SASL_SSL")
        stores = {"keystore": self._certificate, "truststore": self._ca_file}
        lines = [f"ssl.{name}.type=PEM\nssl.{name}.location={file}\n" for name, file in stores.items()]
        settings.write_text(encrypted + "".join(lines))
        return settings


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EncryptedBroker]:
    home = tmp_path_factory.mktemp("encrypted")
    Certificates.create(home, home / "ca.pem")
    (home / "others").mkdir()
    Certificates.create(home / "others", home / "others" / "ca.pem")
    broker = EncryptedBroker(home, home / "smtp-server.pem", home / "ca.pem")
    broker.start()
    broker.wait_ready()
    kafka.create_topics(broker.access)
    yield broker
    broker.stop()


def test_what_is_published_over_tls_is_read_by_a_service_that_comes_over_tls(
    broker: EncryptedBroker, tmp_path: Path
) -> None:
    letter = corpus.load()[0]
    with closing(kafka.producer(broker.access)) as producer:
        headers = [*corpus.sign(letter.publisher, letter.headers, letter.body)]
        sent = producer.send(REPORTS.name, letter.body, letter.key, headers).get(timeout=30)
    settings = {
        "TOCSIN_HOME": str(tmp_path),
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_KAFKA_TLS": "true",
        "TOCSIN_KAFKA_CA_FILE": str(broker.access.ca_file),
        **{f"TOCSIN_{name.upper()}": value for name, value in broker.settings().items()},
    }
    database = f"sqlite:///{tmp_path / 'tocsin.db'}"
    migrate.upgrade(database)
    log = tmp_path / "resolver.log"
    with log.open("wb") as out:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tocsin.resolver"], env=os.environ | settings, stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + 60
        while _outcome(database, (sent.topic, sent.partition, sent.offset)) is None:
            assert worker.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait(30)


def _outcome(database: str, place: Place) -> str | None:
    engine = open_database(database)
    with reading(engine) as connection:
        found = parking.outcome_of(connection, place)
    engine.dispose()
    return found


@pytest.mark.parametrize(
    "instead",
    [
        pytest.param({"ca_file": "others/ca.pem"}, id="another authority"),
        pytest.param({"ca_file": None}, id="the system's authorities"),
        pytest.param({"tls": False}, id="without TLS"),
    ],
)
def test_who_does_not_trust_the_brokers_authority_sends_it_nothing(
    broker: EncryptedBroker, instead: dict[str, object]
) -> None:
    home = broker.folder.parent
    changed = {name: home / value if isinstance(value, str) else value for name, value in instead.items()}
    assert_not_spoken_to(replace(broker.access, **changed))


def test_a_broker_with_a_certificate_for_another_name_is_not_spoken_to(broker: EncryptedBroker) -> None:
    assert_not_spoken_to(replace(broker.access, bootstrap=broker.bootstrap.replace("127.0.0.1", "127.0.0.2")))


def assert_not_spoken_to(access: Access) -> None:
    """In a process of its own: kafka-python leaves the sockets of failed handshakes open."""
    trusted = None if access.ca_file is None else str(access.ca_file)
    program = "import sys, pathlib; from tocsin.runtime import kafka; from tocsin.runtime.kafka_access import Access; "
    program += f"kafka.admin(Access(sys.argv[1], sys.argv[2], sys.argv[3], {access.tls}, {trusted!r}))"
    command = [sys.executable, "-c", program, access.bootstrap, access.user, access.password]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, "BrokerUnreachable" in run.stderr) == (1, True), run.stderr


def test_the_topics_are_there_for_whoever_is_let_in(broker: EncryptedBroker) -> None:
    with closing(kafka.admin(broker.access)) as admin:
        assert {topic.name for topic in TOPICS} <= set(admin.list_topics())
