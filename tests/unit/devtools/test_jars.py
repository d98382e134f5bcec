"""Only the jars of the lock are ever run."""

import hashlib
from pathlib import Path

import pytest

from tocsin.devtools import jars
from tocsin.devtools.broker_problems import BrokerProblem
from tocsin.devtools.jars import Jar

GOOD = b"what was locked"
JAR = Jar("org.example:thing:1.0", hashlib.sha256(GOOD).hexdigest())


def from_the_network(content: bytes):
    def download(wanted, scratch: Path) -> list[Path]:
        paths = [scratch / jar.file_name for jar in wanted]
        for path in paths:
            path.write_bytes(content)
        return paths

    return download


def test_the_lock_is_whole() -> None:
    locked = jars.locked()
    assert len({jar.file_name for jar in locked}) == len(locked) == 45
    assert all(len(jar.sha256) == 64 for jar in locked)
    assert "kafka_2.13-4.4.0.jar" in {jar.file_name for jar in locked}


def test_the_clients_of_kafka_are_locked_apart_and_of_the_version_of_the_broker() -> None:
    assert [jar.file_name for jar in jars.locked(jars.TOOLS)] == ["kafka-tools-4.4.0.jar"]
    assert not {jar.file_name for jar in jars.locked(jars.TOOLS)} & {jar.file_name for jar in jars.locked()}


def test_a_jar_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "_download", from_the_network(GOOD))
    (path,) = jars.class_path([JAR], tmp_path)
    monkeypatch.setattr(jars, "_download", None)
    assert jars.class_path([JAR], tmp_path) == [path]
    assert path.read_bytes() == GOOD


def test_a_download_that_is_not_the_locked_jar_is_refused_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jars, "_download", from_the_network(b"something else"))
    with pytest.raises(BrokerProblem) as refusal:
        jars.class_path([JAR], tmp_path)
    assert refusal.value.code == "broker-checksum"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_jar_that_was_changed_later_is_refused_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jars, "_download", from_the_network(GOOD))
    (path,) = jars.class_path([JAR], tmp_path)
    path.write_bytes(GOOD + b"!")
    with pytest.raises(BrokerProblem, match="delete"):
        jars.class_path([JAR], tmp_path)


def test_without_any_way_to_fetch_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrokerProblem, match="TOCSIN_KAFKA_BOOTSTRAP") as refusal:
        jars.class_path([JAR], tmp_path)
    assert refusal.value.code == "broker-jars-unavailable"


@pytest.mark.parametrize(
    ("variable", "expected"), [("/cache", "/cache/tocsin/kafka"), ("", "/home/.cache/tocsin/kafka")]
)
def test_the_cache_is_the_users(variable: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home")
    monkeypatch.setenv("XDG_CACHE_HOME", variable)
    assert jars.cache_folder() == Path(expected)
