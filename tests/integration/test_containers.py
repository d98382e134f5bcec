"""The compose file in real containers: a publisher's report becomes mail, and no container may more than it must."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory

import pytest

from builders import a_report, a_victim
from composed import PATIENCE, ROOT, Composed, composed, read_json
from tocsin.devtools import stack_secrets
from tocsin.runtime import clock, kafka
from tocsin.runtime.jws import Signature, read_signing_key
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.key_files import read_public_key, usual_key_id
from tocsin_schemas.events import encode_headers
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import REPORTS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
PUBLISHER, SURNAME = "NGO-MARVELLE", "Vandermolen"
MAILBOX, PROMETHEUS = "http://127.0.0.1:8083/simulator/ledger", "http://127.0.0.1:9090/api/v1"
LEAST = {"CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"}
KILLED = 137
KILL = "import os; os.kill(int(open('/proc/1/task/1/children').read().split()[0]), 9)"


@pytest.fixture(scope="module")
def containers() -> Iterator[Composed]:
    with TemporaryDirectory(prefix="tocsin-secrets-") as folder, composed(Path(folder) / "secrets") as running:
        yield running


@pytest.fixture(scope="module")
def publisher(containers: Composed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the publisher was given."""
    given = ["--make-key", "/tmp/key", "--password-file", "/tmp/password"]
    containers.run_in("console", "tocsin", "publishers", "add", PUBLISHER, *given, "--by", "duty-officer-1")
    folder = tmp_path_factory.mktemp("publisher")
    for name in ("key", "key.pub", "password"):
        (folder / name).write_text(containers.run_in("console", "cat", f"/tmp/{name}"))
        (folder / name).chmod(0o600)
    return folder


def _publish(containers: Composed, publisher: Path, reference: str) -> None:
    """By the door that is open to publishers: TLS, and a user of its own."""
    ca_file = containers.secrets / stack_secrets.CA_FILE
    password = (publisher / "password").read_text().strip()
    access = Access("localhost:9093", PUBLISHER, password, tls=True, ca_file=ca_file)
    victims = [a_victim(f"Oluwaseun {SURNAME}")]
    report = a_report(publisher=PUBLISHER, publisher_reference=reference, alleged_victims=victims)
    octets = report.model_dump_json(exclude_none=True).encode()
    headers = encode_headers(reference, "report.submitted", "/marvelle", clock.now())
    key = read_signing_key(usual_key_id(PUBLISHER, read_public_key(publisher / "key.pub")), publisher / "key")
    made = key.sign(signed_octets(headers, octets), Signature(key.key_id, len(reference), clock.now()))
    with closing(kafka.producer(access)) as producer:
        producer.send(REPORTS.name, octets, b"key", [*headers, (SIGNATURE_HEADER, made)]).get(timeout=60)


def _status(containers: Composed) -> str:
    """What ``tocsin status`` says, though something be away or stuck, which its exit code tells."""
    try:
        return containers.run_in("console", "tocsin", "status")
    except CalledProcessError as told:
        return str(told.stdout.decode())


def _wait_for_reports(containers: Composed, number: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not re.search(rf"│ reports +│ {number} ", said := _status(containers)):
        assert time.monotonic() < deadline, said
        time.sleep(1)


def test_a_report_through_the_publishers_door_becomes_mail_that_names_nobody(
    containers: Composed, publisher: Path
) -> None:
    _publish(containers, publisher, "1")
    _wait_for_reports(containers, 1)
    deadline = time.monotonic() + PATIENCE
    while not (mails := read_json(MAILBOX)["mails"]):
        assert time.monotonic() < deadline
        time.sleep(1)
    assert SURNAME not in json.dumps(mails)


def test_no_container_is_root_writes_outside_its_volume_or_has_a_capability(containers: Composed) -> None:
    for service in set(containers.services) - {"prepare"}:
        assert containers.run_in(service, "id", "-u").strip() != "0", service
        assert set(containers.run_in(service, "cat", "/proc/1/status").splitlines()) >= LEAST, service
        assert containers.inspected(service)["HostConfig"]["ReadonlyRootfs"], service


def test_what_is_published_is_on_loopback_and_services_that_call_nobody_are_on_no_other_network(
    containers: Composed,
) -> None:
    for service in containers.services:
        found = containers.inspected(service)
        bound = {one["HostIp"] for ports in (found["HostConfig"]["PortBindings"] or {}).values() for one in ports}
        assert bound <= {"127.0.0.1"}, service
    for service in ("resolver", "dispatcher", "relay", "auditor", "postgres"):
        (network,) = containers.inspected(service)["NetworkSettings"]["Networks"]
        assert network.endswith("_inside"), service


def test_prometheus_reads_every_service_and_its_rules(containers: Composed) -> None:
    targets = read_json(f"{PROMETHEUS}/targets")["data"]["activeTargets"]
    assert {target["health"] for target in targets} == {"up"}
    assert len(targets) == 10
    groups = read_json(f"{PROMETHEUS}/rules")["data"]["groups"]
    assert {rule["health"] for group in groups for rule in group["rules"]} == {"ok"}


def test_a_killed_service_and_a_broker_and_a_database_that_were_away_lose_nothing(
    containers: Composed, publisher: Path
) -> None:
    containers.run_in("resolver", "python", "-c", KILL)
    _publish(containers, publisher, "22")
    _wait_for_reports(containers, 2)
    assert containers.inspected("resolver")["RestartCount"] == 1
    containers.compose("restart", "kafka", "postgres")
    containers.wait_until_well()
    _publish(containers, publisher, "333")
    _wait_for_reports(containers, 3)


def test_what_came_after_the_backup_of_the_page_on_production_is_read_again_when_that_is_restored(
    containers: Composed, publisher: Path
) -> None:
    page = (ROOT / "deploy/production.md").read_text()
    backup, restore = re.findall("exec -T postgres sh -c '(.*?)'", page)
    (stopped,) = re.findall("docker compose (stop [a-z\\s]+)`", page)
    kept = containers.compose("exec", "-T", "postgres", "sh", "-c", backup)
    _publish(containers, publisher, "4444")
    _wait_for_reports(containers, 4)
    containers.compose(*stopped.split())
    containers.compose("exec", "-T", "postgres", "sh", "-c", restore, given=kept)
    containers.compose("start", "resolver", "dispatcher", "relay", "console")
    _wait_for_reports(containers, 4)
    containers.run_in("console", "tocsin", "audit", "verify")


def test_everything_stops_by_itself_when_it_is_asked_to(containers: Composed) -> None:
    """Some may say that their database was gone before them; none has to be killed."""
    containers.compose("stop")
    codes = {service: containers.inspected(service)["State"]["ExitCode"] for service in containers.services}
    assert [service for service, code in codes.items() if code == KILLED] == []
