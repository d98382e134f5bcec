"""The topology of the compose file, run without Docker: a signed report of a publisher with its own user becomes mail."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from kafka.errors import KafkaError
from sqlalchemy import select, text

from builders import a_report, a_victim
from tocsin.devtools.postgresql import installed
from tocsin.devtools.stack import CANARY, HURRIED, OTHERS, PROVIDERS, RELAY, WEB, WORKERS
from tocsin.devtools.stack_secured import SecuredStack
from tocsin.domain.identifiers import report_id
from tocsin.runtime import clock, kafka
from tocsin.runtime.jws import Signature, read_signing_key
from tocsin.runtime.kafka_access import Access, read_password
from tocsin.runtime.key_files import read_public_key, usual_key_id
from tocsin.store import tables
from tocsin.store.database import reading
from tocsin_schemas.events import encode_headers
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import REPORTS

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.postgresql,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(installed() is None, reason="PostgreSQL is not installed: apt-get install postgresql"),
]
PUBLISHER = "NGO-MARVELLE"
NAME = "Oluwaseun Vandermolen"


@pytest.fixture(scope="module")
def stack() -> Iterator[SecuredStack]:
    """In a folder that the user postgres can reach, as the tests' own is not."""
    with TemporaryDirectory(prefix="tocsin-stack-") as folder:
        Path(folder).chmod(0o755)
        running = SecuredStack(Path(folder) / "home", HURRIED)
        running.start()
        try:
            running.wait_ready(120)
            yield running
        finally:
            running.stop()


def test_a_signed_report_by_a_publishers_own_user_becomes_mail_that_names_nobody(
    stack: SecuredStack, tmp_path: Path
) -> None:
    given = ["--make-key", str(tmp_path / "key"), "--password-file", str(tmp_path / "password")]
    command = ["publishers", "add", PUBLISHER, *given, "--by", "duty-officer-1"]
    program = [sys.executable, "-c", "from tocsin.cli import main; main()"]
    subprocess.run([*program, *command], env=os.environ | stack.environment_of("console"), check=True, timeout=60)
    access = Access(stack.settings.bootstrap, PUBLISHER, read_password(tmp_path / "password"))
    report = a_report(publisher=PUBLISHER, alleged_victims=[a_victim(NAME)])
    octets = report.model_dump_json(exclude_none=True).encode()
    headers = encode_headers("one", "report.submitted", "/marvelle", clock.now())
    key = read_signing_key(usual_key_id(PUBLISHER, read_public_key(tmp_path / "key.pub")), tmp_path / "key")
    made = key.sign(signed_octets(headers, octets), Signature(key.key_id, 1, clock.now()))
    with closing(kafka.producer(access)) as producer:
        producer.send(REPORTS.name, octets, b"key", [*headers, (SIGNATURE_HEADER, made)]).get(timeout=20)
        with pytest.raises(KafkaError):
            producer.send("tocsin.alerts.v1", b"x").get(timeout=20)
    mails = _mails_about(stack, report_id(PUBLISHER, report.publisher_reference))
    assert mails
    assert NAME.split()[1] not in json.dumps(mails)


def _mails_about(stack: SecuredStack, report: str) -> list[dict[str, object]]:
    """What the simulated provider took about the case that this report opened, once it took something."""
    about = select(tables.deliveries.c.delivery_id).join(
        tables.cases, tables.cases.c.case_id == tables.deliveries.c.case_id
    )
    deadline = time.monotonic() + 60
    while True:
        with reading(stack.engine) as connection:
            wanted = set(connection.execute(about.where(tables.cases.c.founding_report_id == report)).scalars())
        with urllib.request.urlopen(stack.addresses["mailbox"] + "/simulator/ledger") as answer:
            found = [mail for mail in json.load(answer)["mails"] if mail["custom_args"]["d"] in wanted]
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def test_every_service_runs_and_says_that_it_is_ready(stack: SecuredStack) -> None:
    expected = WEB | PROVIDERS | WORKERS | OTHERS | RELAY | CANARY
    assert stack.pids().keys() == expected.keys() | {"broker", "postgresql"}
    for name in expected.keys() - {"sendgrid", "smtp"}:
        port = stack.environment_of(name)["TOCSIN_METRICS_PORT"]
        _wait_for(f"http://127.0.0.1:{port}/health/ready")
    assert set(stack.starts().values()) == {1}


def _wait_for(url: str) -> None:
    """The auditor is ready once it has audited."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_the_database_asks_for_a_password_which_no_setting_and_no_log_holds(stack: SecuredStack) -> None:
    place = stack.engine.url
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=place.host, port=place.port, user=place.username, dbname="tocsin", passfile="/dev/null")
    secrets = [(stack.home / "pgpass").read_text().strip().rpartition(":")[2], stack.settings.kafka.password]
    said = [(stack.home / "settings.env").read_text(), *map(str, stack.settings.model_dump().values())]
    said += [log.read_text(errors="replace") for log in (stack.home / "logs").iterdir()]
    assert [secret for secret in secrets if secret in "".join(said)] == []
    with reading(stack.engine) as connection:
        assert connection.execute(text("SHOW password_encryption")).scalar_one() == "scram-sha-256"
        assert connection.execute(text("SHOW listen_addresses")).scalar_one() == "127.0.0.1"


def test_postgresql_does_not_run_as_root_and_its_files_are_its_own(stack: SecuredStack) -> None:
    assert Path(f"/proc/{stack.pids()['postgresql']}").stat().st_uid != 0
    assert (stack.home / "postgresql").stat().st_mode & 0o777 == 0o700
    assert stack.home.stat().st_mode & 0o007 == 0
