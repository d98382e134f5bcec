"""How the broker of the compose file starts: settings whole, storage formatted once, no password in a command."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tocsin.devtools import stack_secrets

ROOT = Path(__file__).parents[3]
START = ROOT / "deploy/compose/kafka/start.sh"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Programs that write down what they were told; formatting leaves its mark."""
    for name in ("programs", "templates", "run", "data"):
        (tmp_path / name).mkdir()
    for program, deed in {
        "kafka-storage.sh": f"touch {tmp_path}/data/meta.properties",
        "kafka-server-start.sh": ":",
    }.items():
        file = tmp_path / "programs" / program
        file.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {tmp_path}/{program}.said\n{deed}\n')
        file.chmod(0o755)
    for source in (START.with_name("node.properties"), ROOT / "services/tocsin/devtools/kafka/secured.properties"):
        (tmp_path / "templates" / source.name).symlink_to(source)
    stack_secrets.make(tmp_path / "secrets", "kafka.tocsin.example")
    return tmp_path


def start(place: Path) -> None:
    told = {f"KAFKA_{name.upper()}": str(place / name) for name in ("programs", "templates", "run", "data", "secrets")}
    told["KAFKA_PUBLIC_ADDRESS"] = "kafka.tocsin.example:9093"
    subprocess.run([str(START)], env={"PATH": os.environ["PATH"], **told}, check=True, timeout=20)


def test_the_settings_are_whole_and_for_the_broker_alone(place: Path) -> None:
    start(place)
    settings = place / "run/server.properties"
    text = settings.read_text()
    assert re.findall(r"\{\w+\}", "".join(line for line in text.splitlines() if not line.startswith("#"))) == []
    assert "PUBLISHERS://kafka.tocsin.example:9093" in text
    assert (place / "secrets/kafka_broker_password").read_text().strip() in text
    assert settings.stat().st_mode & 0o777 == 0o600


def test_the_storage_is_formatted_at_the_first_start_alone_with_both_users(place: Path) -> None:
    start(place)
    start(place)
    said = (place / "kafka-storage.sh.said").read_text().splitlines()
    assert said.count("format") == 1
    assert [line for line in said if line.startswith("SCRAM")] == (
        place / "secrets/kafka_users"
    ).read_text().splitlines()
    assert (place / "kafka-server-start.sh.said").read_text().splitlines() == [str(place / "run/server.properties")] * 2


def test_no_command_holds_a_password(place: Path) -> None:
    start(place)
    said = "".join(file.read_text() for file in place.glob("*.said"))
    for name in ("kafka_password", "kafka_broker_password"):
        assert (place / "secrets" / name).read_text().strip() not in said


def test_the_password_between_the_halves_of_the_node_is_new_at_each_start(place: Path) -> None:
    found = set()
    for _ in range(2):
        start(place)
        found |= set(re.findall(r'user_tocsin-controller="([^"]+)"', (place / "run/server.properties").read_text()))
    assert len(found) == 2
