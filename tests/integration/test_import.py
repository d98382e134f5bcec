"""An import by the library and a real broker, and one that is killed: each row is accepted once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from intake_server import Intake, taking
from receiving import Receiver
from spreadsheets import CONSTANTS, FIELDS, NOW, a_csv, a_mapping, a_row, rows_of
from tocsin.devtools.broker import Broker
from tocsin.devtools.corpus.keys import key_of
from tocsin.importing.mapping.building import Builder
from tocsin.importing.sending.doors import Forbidden, Unavailable
from tocsin.importing.sending.kept import Kept
from tocsin.importing.sending.over_kafka import OverKafka, over_kafka
from tocsin.importing.sending.running import Act, Plan, Told, run
from tocsin.publisher import Publisher

NAME = CONSTANTS["publisher"]


@pytest.fixture
def receiver(fresh_broker: Broker, tmp_path: Path) -> Iterator[Receiver]:
    receiver = Receiver(tmp_path, fresh_broker.bootstrap)
    receiver.register(NAME, key_of(NAME))
    yield receiver
    receiver.close()


def _import(path: Path, bootstrap: str) -> Told:
    mapping = a_mapping()
    headers, rows = rows_of(path, mapping)
    publisher = Publisher(bootstrap, NAME, key_of(NAME), patience=2.0)
    with closing(OverKafka(publisher)) as door, Kept(path.with_name("state")) as kept:
        return run(Plan(Builder(mapping, headers), mapping, kept, NOW), rows, door, kept, lambda _: None)


@pytest.mark.kafka
def test_rows_are_accepted_once_and_changes_as_corrections(receiver: Receiver, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with pytest.raises(Unavailable):
        _import(a_csv(path, map(a_row, range(60))), "127.0.0.1:9")
    assert _import(path, receiver.bootstrap).counts[Act.NEW] == 60
    assert _import(path, receiver.bootstrap).counts[Act.UNCHANGED] == 60
    _import(a_csv(path, [a_row(0, Act="threats"), *map(a_row, range(1, 60))]), receiver.bootstrap)
    outcomes = Counter(outcome for outcome, _ in receiver.take_all())
    assert outcomes.pop("corrected") == 1
    assert outcomes["opened"] + outcomes["joined"] == outcomes.total() == 60, "names that differ by a number are alike"


def test_a_signing_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("not a key")
    key.chmod(0o644)
    with pytest.raises(Forbidden):
        over_kafka("127.0.0.1:9", NAME, key)


def test_killed_in_the_middle_the_same_command_sends_the_rest_and_nothing_twice(tmp_path: Path) -> None:
    file = a_csv(tmp_path / "t.csv", map(a_row, range(100)))
    key, mapping, intake = tmp_path / "key", tmp_path / "map.toml", Intake()
    key.write_text("tcn_abc_secret")
    key.chmod(0o600)
    mapping.write_text(_toml(), encoding="utf-8")
    killed = 0
    with taking(intake) as address:
        program = "from tocsin.cli import main; main()"
        command = [sys.executable, "-c", program, "import", str(file), "--mapping", str(mapping)]
        command += ["--intake", address, "--api-key-file", str(key)]
        for target in (20, 60):
            with subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
            ) as process:
                deadline = time.monotonic() + 60
                while len(intake.taken) < target and process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.001)
                process.send_signal(signal.SIGKILL)
            killed += process.returncode == -signal.SIGKILL
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert killed == 2, "the process was killed while it was sending"
    assert done.returncode == 0, done.stderr
    found = Counter(body["publisher_reference"] for body, _ in intake.taken.values())
    assert found == {f"2026-{n:03}": 1 for n in range(100)}
    assert intake.requests - 100 <= killed, "at most the one report that was under way is sent again"


def _toml() -> str:
    lines = ["[constants]", *(f'"{name}" = "{value}"' for name, value in CONSTANTS.items())]
    for field in FIELDS:
        lines.append("[[field]]")
        for name, value in field.items():
            inline = (
                ", ".join(f'"{word}" = "{code}"' for word, code in value.items()) if isinstance(value, dict) else ""
            )
            lines.append(f"{name} = {{ {inline} }}" if inline else f'{name} = "{value}"')
    return "\n".join(lines)
