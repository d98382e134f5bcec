"""What the page for publishers tells people to type does what the page says, at a broker that asks who is there.

On the same stack, which takes long to start, a publisher is let in and shut out.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from builders import a_report, a_victim
from snippets import Snippet, snippets
from tocsin.cli import main
from tocsin.devtools import jars
from tocsin.devtools.java import find_java
from tocsin.devtools.stack import HURRIED, Stack
from tocsin.domain.identifiers import report_id
from tocsin.runtime import clock, kafka
from tocsin.runtime.jws import Signature, read_signing_key
from tocsin.runtime.kafka import KafkaError
from tocsin.runtime.kafka_access import Access, read_password
from tocsin.runtime.key_files import read_public_key, usual_key_id
from tocsin.store import tables
from tocsin.store.database import reading
from tocsin_schemas.events import encode_headers
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import ACTIONS, REPORTS

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.timeout(180),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not installed: apt-get install openssl"),
]
PUBLISHER, NEW = "NGO-MARVELLE", "NGO-NEW"
RUN = [snippet for snippet in snippets("en") if snippet.runs]
JARS = [jars.cache_folder() / "jars" / jar.file_name for jar in (*jars.locked(), *jars.locked(jars.TOOLS))]


@dataclass
class Desk:
    """A folder as a publisher has it, before a Tocsin that is theirs to try. done: output of what ran, and its end."""

    folder: Path
    stack: Stack
    done: list[tuple[str, datetime]]

    @property
    def key_id(self) -> str:
        """As operators would give it; empty as long as there is no key."""
        public = self.folder / "key.pem.pub"
        return usual_key_id(PUBLISHER, read_public_key(public)) if public.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "TOCSIN_HOME": str(self.stack.home),
            "BROKER": self.stack.addresses["kafka"],
            "INTAKE": self.stack.addresses["intake"],
            "KEY_ID": self.key_id,
        }

    def lacks(self, snippet: Snippet) -> list[str]:
        lacking = [need for need in snippet.needs if shutil.which(need, path=self.environment["PATH"]) is None]
        return lacking + ([] if "kcat" not in snippet.needs or _kcat_knows_scram() else ["librdkafka 2.6.1"])

    def run(self, snippet: Snippet) -> str:
        command = [sys.executable, "-"] if snippet.language == "python" else ["bash", "-euo", "pipefail"]
        done = subprocess.run(
            command, input=snippet.text.encode(), cwd=self.folder, env=self.environment, capture_output=True, timeout=90
        )
        output = done.stdout.decode()
        assert done.returncode == 0, output + done.stderr.decode()
        self.done.append((output, clock.now()))
        self._keep_what_the_operators_gave(output)
        return output

    def _keep_what_the_operators_gave(self, output: str) -> None:
        """As the page shows it in what is not run, for it holds what only the reader knows."""
        if (password := self.folder / "broker.password").exists() and not (self.folder / "kcat.conf").exists():
            self._reach_the_broker(password.read_text().strip())
        for line in output.splitlines():
            if line.startswith("tcn_"):
                (self.folder / "intake.headers").write_text(f"Authorization: Bearer {line}\n")
                (self.folder / "api.key").write_text(line + "\n")
                (self.folder / "api.key").chmod(0o600)

    def _reach_the_broker(self, password: str) -> None:
        [told] = [snippet for snippet in snippets("en") if snippet.language == "ini"]
        (self.folder / "kcat.conf").write_text(
            told.text.replace("kafka.tocsin.example:9093", self.stack.addresses["kafka"])
            .replace("SASL_SSL", "SASL_PLAINTEXT")
            .replace("sasl.password=…", f"sasl.password={password}")
        )
        login = "org.apache.kafka.common.security.scram.ScramLoginModule"
        (self.folder / "client.properties").write_text(
            "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\n"
            f'sasl.jaas.config={login} required username="{PUBLISHER}" password="{password}";\n'
        )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("publisher")
    _put_in_place(folder / "bin")
    home, apart = tmp_path_factory.mktemp("stack") / "home", ("console", "pages")
    stack = Stack(home, overrides=HURRIED, fresh=True, secured=True, without=apart)
    stack.start()
    try:
        stack.wait_ready()
        yield Desk(folder, stack, [])
    finally:
        stack.stop()


def _kcat_knows_scram() -> bool:
    """Older ones, Debian 12's among them, say their nonce twice, which Kafka has refused since CVE-2024-56128
    (confluentinc/librdkafka pull request 4895). ``test_other_clients`` runs these snippets on a broker without users.
    """
    told = subprocess.run(["kcat", "-V"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"librdkafka (\d+)\.(\d+)\.(\d+)", told)
    return found is not None and tuple(map(int, found.groups())) >= (2, 6, 1)


def _put_in_place(folder: Path) -> None:
    """The programs that a reader has installed: ours, and Kafka's if its jars are here."""
    folder.mkdir()
    (folder / "tocsin").symlink_to(Path(sys.executable).parent / "tocsin")
    if all(jar.exists() for jar in JARS):
        java = shlex.join([str(find_java().path), "-XX:TieredStopAtLevel=1", "-cp", os.pathsep.join(map(str, JARS))])
        script = folder / "kafka-console-producer.sh"
        script.write_text(f'#!/bin/sh\nexec {java} org.apache.kafka.tools.ConsoleProducer "$@"\n')
        script.chmod(0o755)


@pytest.mark.parametrize("snippet", RUN, ids=[f"line-{snippet.line}-{snippet.language}" for snippet in RUN])
def test_a_snippet_does_what_the_page_says(desk: Desk, snippet: Snippet) -> None:
    if lacking := desk.lacks(snippet):
        pytest.skip(f"{', '.join(lacking)}: not installed")
    desk.run(snippet)


def test_everything_that_was_sent_arrived_and_nothing_was_refused(desk: Desk) -> None:
    """Every way sends the same report: the first opens a case, the others are known as the same."""
    sent = sum(kafka.end_offsets(desk.stack.settings.kafka, [REPORTS.name, ACTIONS.name]).values())
    wanted = {REPORTS.name: "resolver", ACTIONS.name: "dispatcher"}
    _wait(lambda: sum(_outcomes(desk, wanted).values()) >= sent)
    outcomes = _outcomes(desk, wanted)
    assert sum(outcomes.values()) == sent > 0
    assert outcomes["dead-letter"] == 0, _reasons(desk)
    assert outcomes["opened"] >= 1
    assert outcomes["repeat"] >= 1


def test_the_case_of_the_page_ends_corrected_and_withdrawn(desk: Desk) -> None:
    identity = report_id(PUBLISHER, "M-2026-001")
    with reading(desk.stack.engine) as connection:
        query = select(tables.reports.c.withdrawn_at).where(tables.reports.c.report_id == identity)
        assert connection.execute(query).scalar_one() is not None


def test_a_receipt_says_that_the_report_is_stored_and_no_more(desk: Desk) -> None:
    answers = [(json.loads(o), end) for o, end in desk.done if o.startswith('{"receipt"') and "}{" not in o]
    assert answers
    for answer, end in answers:
        assert set(answer) == {"receipt", "status", "received_at", "outcome_from", "problems"}
        is_told = answer["status"] == "accepted" and datetime.fromisoformat(answer["outcome_from"]) <= end
        assert is_told or answer["status"] == "received"


def test_the_addresses_that_the_page_names_answer(desk: Desk) -> None:
    intake = desk.stack.addresses["intake"]
    for path in ("/form", "/v1/openapi.json"):
        with urllib.request.urlopen(intake + path, timeout=10) as answer:
            assert answer.status == 200
    with urllib.request.urlopen(intake + "/v1/keys", timeout=10) as answer:
        assert json.load(answer)["keys"] == [json.loads((desk.folder / "tocsin.jwk").read_text())]


def test_a_publisher_is_let_in_its_report_becomes_mail_and_then_it_is_shut_out(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = desk.stack
    monkeypatch.setenv("TOCSIN_HOME", str(stack.home))
    added = _tocsin(
        "publishers", "add", NEW, "--make-key", str(tmp_path / "key"), "--password-file", str(tmp_path / "p")
    )
    assert "may write reports and actions" in added
    access = Access(stack.settings.bootstrap, NEW, read_password(tmp_path / "p"))
    report = a_report(publisher=NEW, alleged_victims=[a_victim("Wendeline Osgarovi")])
    octets = report.model_dump_json(exclude_none=True).encode()
    headers = encode_headers("one", "report.submitted", "/new", clock.now())
    key = read_signing_key(usual_key_id(NEW, read_public_key(tmp_path / "key.pub")), tmp_path / "key")
    made = key.sign(signed_octets(headers, octets), Signature(key.key_id, 1, clock.now()))
    with closing(kafka.producer(access)) as producer:
        producer.send(REPORTS.name, octets, b"key", [*headers, (SIGNATURE_HEADER, made)]).get(timeout=20)
        _wait(lambda: _is_mailed(stack, report_id(NEW, report.publisher_reference)))
        assert "is deleted at the broker" in _tocsin("publishers", "end", NEW)
        with pytest.raises(KafkaError):
            producer.send(REPORTS.name, b"x").get(timeout=20)
    listed = json.loads(_tocsin("publishers", "list", "--json"))["publishers"]
    told = next(each for each in listed if each["publisher_id"] == NEW)
    assert (told["state"], told["kafka_user"], told["keys"][0]["last_sequence"]) == ("ended", None, 1)


def test_the_password_of_our_own_user_is_in_no_log_and_for_our_eyes_alone(desk: Desk) -> None:
    logs = list((desk.stack.home / "logs").iterdir())
    assert {"resolver.log", "intake.log", "broker.log"} <= {log.name for log in logs}
    assert desk.stack.settings.kafka.password not in "".join(log.read_text() for log in logs)
    assert (desk.stack.home / "kafka.password").stat().st_mode & 0o777 == 0o600


def _tocsin(*arguments: str) -> str:
    """As an operator, who is told of the folder alone."""
    by = () if "list" in arguments else ("--by", "duty-officer-1")
    done = CliRunner().invoke(main, [*arguments, *by], env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    return done.output


def _is_mailed(stack: Stack, report: str) -> bool:
    """The provider has a mail of the case that this report opened."""
    about = select(tables.deliveries.c.delivery_id).join(
        tables.cases, tables.cases.c.case_id == tables.deliveries.c.case_id
    )
    with reading(stack.engine) as connection:
        wanted = set(connection.execute(about.where(tables.cases.c.founding_report_id == report)).scalars())
    with urllib.request.urlopen(stack.addresses["mailbox"] + "/simulator/ledger") as answer:
        return any(mail["custom_args"]["d"] in wanted for mail in json.load(answer)["mails"])


def _wait(until: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def _outcomes(desk: Desk, consumers: dict[str, str]) -> Counter[str]:
    table = tables.processed_messages.c
    with reading(desk.stack.engine) as connection:
        rows = connection.execute(select(table.topic, table.consumer, table.outcome)).all()
    return Counter(row.outcome for row in rows if consumers.get(row.topic) == row.consumer)


def _reasons(desk: Desk) -> list[str]:
    with reading(desk.stack.engine) as connection:
        headers = connection.execute(
            select(tables.outbox.c.headers).where(tables.outbox.c.topic.like("%dead%"))
        ).scalars()
        return [dict(each)["tocsin_problems"] for each in headers]
