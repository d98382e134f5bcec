"""The broker of the compose file, by its own start script on the real Kafka: who comes in by which of its doors."""

import os
import shlex
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tocsin.devtools import jars, stack_secrets
from tocsin.devtools.java import find_java
from tocsin.devtools.ports import free_ports
from tocsin.runtime import kafka
from tocsin.runtime.kafka_access import Access, read_password
from tocsin.runtime.kafka_principals import Quota, administering
from tocsin_schemas.topics import REPORTS

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(120)]
ROOT = Path(__file__).parents[2]
TOOLS = {"kafka-storage.sh": "kafka.tools.StorageTool", "kafka-server-start.sh": "kafka.Kafka"}


@dataclass(frozen=True)
class Doors:
    """services: of the network of the containers. publishers: of everybody else."""

    services: Access
    publishers: Access


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    place = tmp_path_factory.mktemp("compose")
    stack_secrets.make(place / "secrets", "localhost")
    _put_in_place(place)
    client, publishers, controller = free_ports(3)
    told = {f"KAFKA_{name.upper()}": str(place / name) for name in ("programs", "templates", "run", "data", "secrets")}
    ports = {"CLIENT": client, "PUBLISHERS": publishers, "CONTROLLER": controller}
    told |= {f"KAFKA_{name}_PORT": str(port) for name, port in ports.items()}
    told |= {"KAFKA_BIND": "127.0.0.1", "KAFKA_HOST": "127.0.0.1", "PATH": os.environ["PATH"]}
    with (place / "log").open("wb") as log:
        broker = subprocess.Popen([ROOT / "deploy/compose/kafka/start.sh"], env=told, stdout=log, stderr=log)
    try:
        password = read_password(place / "secrets/kafka_password")
        services = Access(f"127.0.0.1:{client}", "tocsin", password)
        kafka.wait_for_broker(services, 60)
        kafka.create_topics(services)
        ca_file = place / "secrets" / stack_secrets.CA_FILE
        yield Doors(services, replace(services, bootstrap=f"127.0.0.1:{publishers}", tls=True, ca_file=ca_file))
    finally:
        broker.terminate()
        broker.wait(20)


def _put_in_place(place: Path) -> None:
    """Kafka's programs, by our jars; what Docker mounts; empty folders."""
    for name in ("programs", "templates", "run", "data"):
        (place / name).mkdir()
    classes = os.pathsep.join(map(str, jars.class_path(jars.locked(), jars.cache_folder())))
    java = [str(find_java().path), "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    logs = f"-Dlog4j2.configurationFile={ROOT / 'deploy/compose/kafka/log4j2.properties'}"
    for program, main in TOOLS.items():
        script = place / "programs" / program
        script.write_text(f'#!/bin/sh\nexec {shlex.join([*java, logs, "-cp", classes, main])} "$@"\n')
        script.chmod(0o755)
    for source in ("deploy/compose/kafka/node.properties", "services/tocsin/devtools/kafka/secured.properties"):
        (place / "templates" / Path(source).name).symlink_to(ROOT / source)


def test_a_publisher_writes_with_tls_and_its_own_password_and_may_do_nothing_else(doors: Doors) -> None:
    with administering(doors.services) as principals:
        principals.add_publisher("NGO-OBS", "password-NGO-OBS", Quota())
    who = replace(doors.publishers, user="NGO-OBS", password="password-NGO-OBS")
    with closing(kafka.producer(who)) as producer:
        producer.send(REPORTS.name, b"x").get(timeout=10)
        with pytest.raises(KafkaError):
            producer.send("tocsin.cases.v1", b"x").get(timeout=10)


SHUT_OUT = {
    "a wrong password": {"password": "wrong"},
    "no user": {"user": "", "password": ""},
    "no TLS": {"tls": False},
}


@pytest.mark.parametrize("change", SHUT_OUT.values(), ids=list(SHUT_OUT))
def test_nobody_comes_in_by_the_publishers_door_with(doors: Doors, change: dict[str, object]) -> None:
    assert _is_refused(replace(doors.publishers, **change))  # type: ignore[arg-type]  # a table of changes


def test_the_publishers_door_shows_a_certificate_of_our_authority_and_speaks_no_old_tls(doors: Doors) -> None:
    host, _, port = doors.publishers.bootstrap.rpartition(":")
    ours = doors.publishers.tls_context()
    assert ours is not None
    with socket.create_connection((host, int(port)), 5) as plain, ours.wrap_socket(plain, server_hostname=host) as door:
        assert door.version() in ("TLSv1.2", "TLSv1.3")
    with socket.create_connection((host, int(port)), 5) as plain, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def test_the_services_own_door_asks_for_a_password_too(doors: Doors) -> None:
    assert _is_refused(replace(doors.services, password="wrong"))
    assert not _is_refused(doors.services)


def _is_refused(access: Access) -> bool:
    """Without the patience of our own clients, which wait for a broker that is coming up."""
    try:
        KafkaAdminClient(bootstrap_servers=access.bootstrap, bootstrap_timeout_ms=1500, **access.options()).close()
    except (KafkaError, ValueError, AssertionError):
        return True
    return False
