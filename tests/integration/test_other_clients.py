"""Other clients than ours publish on a real Kafka, in both modes of CloudEvents, and their reports are accepted."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from builders import a_report, a_victim
from receiving import Receiver
from snippets import snippets
from tocsin.cli import main
from tocsin.devtools import jars
from tocsin.devtools.broker import Broker
from tocsin.devtools.java import find_java
from tocsin.domain.identifiers import report_id
from tocsin.runtime import kafka
from tocsin.runtime.jws import SigningKey, read_signing_key
from tocsin.runtime.key_files import write_key_pair
from tocsin_schemas.topics import REPORTS

pytestmark = pytest.mark.kafka
PUBLISHER, KEY_ID = "NGO-MARVELLE", "ngo-marvelle-1"
NAME = "Tamsin Marvelle, تامسین مارول"
CONSOLE = jars.cache_folder() / "jars" / jars.locked(jars.TOOLS)[0].file_name
needs_kcat = pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed: apt-get install kcat")
needs_console = pytest.mark.skipif(not CONSOLE.exists(), reason="fetch it: python -m tocsin.devtools.jars")


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    write_key_pair(tmp_path / "key.pem")
    return read_signing_key(KEY_ID, tmp_path / "key.pem")


@pytest.fixture
def receiver(fresh_broker: Broker, tmp_path: Path, key: SigningKey) -> Iterator[Receiver]:
    with closing(Receiver(tmp_path, fresh_broker.bootstrap)) as receiver:
        receiver.register(PUBLISHER, key)
        yield receiver


def written(folder: Path, number: int, end: str = "\n", **over: object) -> Path:
    """A report as a person keeps it: indented, with a line break at the end."""
    report = a_report(publisher=PUBLISHER, publisher_reference=f"M-{number}", alleged_victims=[a_victim(NAME)], **over)
    file = folder / f"report-{number}.json"
    content = json.loads(report.model_dump_json(exclude_none=True))
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + end, encoding="utf-8")
    return file


def signed(folder: Path, file: Path, *options: str) -> str:
    """What ``tocsin sign`` prints."""
    arguments = ["sign", str(file), "--key", str(folder / "key.pem"), "--key-id", KEY_ID, *options]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output.rstrip("\n")


def kcat(bootstrap: str, arguments: Sequence[str], standard_input: bytes | None = None) -> None:
    command = ["kcat", "-P", "-b", bootstrap, "-X", "topic.partitioner=murmur2_random", *arguments]
    subprocess.run(command, input=standard_input, check=True, timeout=30)


def console_producer(bootstrap: str, lines: Sequence[str]) -> None:
    """Kafka's own, of the version that the broker is of."""
    locked = [*jars.locked(), *jars.locked(jars.TOOLS)]
    path = os.pathsep.join(str(jars.cache_folder() / "jars" / jar.file_name) for jar in locked)
    command = [
        *(str(find_java().path), "-XX:TieredStopAtLevel=1", "-cp", path, "org.apache.kafka.tools.ConsoleProducer"),
        *("--bootstrap-server", bootstrap, "--topic", REPORTS.name),
        *("--reader-property", "parse.headers=true", "--reader-property", "parse.key=true"),
    ]
    done = subprocess.run(
        command, input="".join(f"{line}\n" for line in lines).encode(), timeout=60, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()


@needs_kcat
@pytest.mark.kcat
def test_kcat_publishes_in_binary_and_in_structured_mode(receiver: Receiver, tmp_path: Path) -> None:
    binary, structured = written(tmp_path, 1), written(tmp_path, 2, "\n\n")
    kcat(receiver.bootstrap, [*signed(tmp_path, binary).split(), str(binary)])
    out = tmp_path / "event.json"
    kcat(receiver.bootstrap, [*signed(tmp_path, structured, "--structured", "--out", str(out)).split(), str(out)])
    assert [outcome for outcome, _ in receiver.take_all()] == ["opened", "joined"]


@needs_console
def test_the_java_console_producer_publishes_in_both_modes_and_a_correction_stays_behind_its_report(
    receiver: Receiver, tmp_path: Path
) -> None:
    first, second = written(tmp_path, 1), written(tmp_path, 2)
    lines = [signed(tmp_path, first, "--java"), signed(tmp_path, second, "--java", "--structured")]
    corrected = written(tmp_path, 1, revision=2)
    lines.append(signed(tmp_path, corrected, "--java", "--type", "report.corrected"))
    console_producer(receiver.bootstrap, lines)
    taken = receiver.take_all()
    assert sorted(outcome for outcome, _ in taken) == ["corrected", "joined", "opened"]
    of_the_first = report_id(PUBLISHER, "M-1").encode()
    assert len({message.partition for _, message in taken if message.key == of_the_first}) == 1


@needs_kcat
@needs_console
@pytest.mark.kcat
def test_every_client_puts_one_report_on_one_partition(receiver: Receiver, tmp_path: Path) -> None:
    files = [written(tmp_path, number) for number in range(8)]
    for file in files:
        kcat(receiver.bootstrap, [*signed(tmp_path, file).split(), str(file)])
    console_producer(receiver.bootstrap, [signed(tmp_path, file, "--java") for file in files])
    with closing(kafka.producer(receiver.bootstrap)) as producer:
        for number in range(8):
            producer.send(REPORTS.name, b"{}", report_id(PUBLISHER, f"M-{number}").encode()).get(timeout=20)
    places: dict[bytes | None, set[int]] = {}
    for _, message in receiver.take_all():
        places.setdefault(message.key, set()).add(message.partition)
    assert [len(found) for found in places.values()] == [1] * 8
    assert len(set.union(*places.values())) > 1


@needs_kcat
@pytest.mark.kcat
def test_a_line_break_that_kcat_takes_away_is_noticed_and_a_file_goes_whole(receiver: Receiver, tmp_path: Path) -> None:
    report = written(tmp_path, 1)
    one_line = tmp_path / "line.json"
    one_line.write_text(json.dumps(json.loads(report.read_text())) + "\n")
    arguments = signed(tmp_path, one_line).split()
    kcat(receiver.bootstrap, arguments, one_line.read_bytes())
    assert [outcome for outcome, _ in receiver.take_all()] == ["signature-false"]
    kcat(receiver.bootstrap, [*arguments, str(one_line)])
    assert [outcome for outcome, _ in receiver.take_all()] == ["opened"]


@needs_kcat
@pytest.mark.kcat
def test_a_sealed_report_sent_by_kcat_is_opened_and_accepted(receiver: Receiver, tmp_path: Path) -> None:
    (tmp_path / "tocsin.jwk").write_text(json.dumps(receiver.deployment.keys.opening.public()))
    out = tmp_path / "sealed"
    options = signed(tmp_path, written(tmp_path, 1), "--sealed-to", str(tmp_path / "tocsin.jwk"), "--out", str(out))
    kcat(receiver.bootstrap, [*options.split(), str(out)])
    [(outcome, message)] = receiver.take_all()
    assert outcome == "opened"
    assert b"Marvelle" not in (message.value or b"")


@needs_kcat
@pytest.mark.kcat
@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not installed: apt-get install openssl")
def test_the_snippets_of_the_page_for_publishers_that_use_kcat_are_accepted(receiver: Receiver, tmp_path: Path) -> None:
    """One of them signs with a shell and OpenSSL alone. ``test_snippets`` runs those that need no kcat."""
    shown = [snippet for snippet in snippets("en") if snippet.runs]
    [report] = [snippet for snippet in shown if "cat > report.json" in snippet.text]
    (tmp_path / "kcat.conf").write_text(f"bootstrap.servers={receiver.bootstrap}\ntopic.partitioner=murmur2_random\n")
    (tmp_path / "tocsin.jwk").write_text(json.dumps(receiver.deployment.keys.opening.public()))
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for snippet in [report, *(snippet for snippet in shown if "kcat" in snippet.needs)]:
        environment = {"PATH": programs, "KEY_ID": KEY_ID, "HOME": str(tmp_path)}
        command = ["bash", "-euo", "pipefail", "-c", snippet.text]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=60)
    outcomes = [outcome for outcome, _ in receiver.take_all()]
    assert sorted(outcomes) == ["opened", "repeat", "repeat"]
