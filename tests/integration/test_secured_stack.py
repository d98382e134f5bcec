"""The whole stack at a broker that asks who is there: a publisher is let in, its report becomes mail, it is shut out."""

import json
import os
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from builders import a_report, a_victim
from tocsin.cli import main
from tocsin.devtools.stack import HURRIED, Stack
from tocsin.runtime import clock, kafka
from tocsin.runtime.jws import Signature, read_signing_key
from tocsin.runtime.kafka import KafkaError
from tocsin.runtime.kafka_access import Access, read_password
from tocsin_schemas.events import encode_headers
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import REPORTS

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
NAME = "NGO-NEW"


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    running = Stack(tmp_path / "home", overrides=HURRIED, fresh=True, secured=True)
    running.start()
    monkeypatch.setenv("TOCSIN_HOME", str(running.home))
    try:
        running.wait_ready(120)
        yield running
    finally:
        running.stop()


def test_a_publisher_is_let_in_its_report_becomes_mail_and_then_it_is_shut_out(stack: Stack, tmp_path: Path) -> None:
    added = _tocsin(
        "publishers", "add", NAME, "--make-key", str(tmp_path / "key"), "--password-file", str(tmp_path / "p")
    )
    assert "may write reports and actions" in added
    access = Access(stack.settings.bootstrap, NAME, read_password(tmp_path / "p"))
    body = a_report(publisher=NAME, alleged_victims=[a_victim("Tamsin Marvelle")])
    octets = body.model_dump_json(exclude_none=True).encode()
    headers = encode_headers("one", "report.submitted", "/new", clock.now())
    key = read_signing_key(f"{NAME}.1", tmp_path / "key")
    made = key.sign(signed_octets(headers, octets), Signature(key.key_id, 1, clock.now()))
    with closing(kafka.producer(access)) as producer:
        producer.send(REPORTS.name, octets, b"key", [*headers, (SIGNATURE_HEADER, made)]).get(timeout=20)
        _wait_for_mail(stack)
        assert "is deleted at the broker" in _tocsin("publishers", "end", NAME)
        with pytest.raises(KafkaError):
            producer.send(REPORTS.name, b"x").get(timeout=20)
    listed = json.loads(_tocsin("publishers", "list", "--json"))["publishers"]
    told = next(each for each in listed if each["publisher_id"] == NAME)
    assert (told["state"], told["kafka_user"], told["keys"][0]["last_sequence"]) == ("ended", None, 1)
    password = stack.settings.kafka.password
    assert password not in "".join(log.read_text() for log in (stack.home / "logs").iterdir())
    assert (stack.home / "kafka.password").stat().st_mode & 0o777 == 0o600


def _tocsin(*arguments: str) -> str:
    """As an operator, who is told of the folder alone."""
    by = () if "list" in arguments else ("--by", "duty-officer-1")
    done = CliRunner().invoke(main, [*arguments, *by], env={"COLUMNS": "80", "PATH": os.environ["PATH"]})
    assert done.exit_code == 0, done.output
    return done.output


def _wait_for_mail(stack: Stack) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with urllib.request.urlopen(stack.addresses["mailbox"] + "/simulator/ledger") as answer:
            if json.load(answer)["mails"]:
                return
        time.sleep(0.1)
    raise AssertionError("no mail")
