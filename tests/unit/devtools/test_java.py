"""A Java that can run the broker is found, or its absence is told."""

from pathlib import Path

import pytest

from tocsin.devtools import java
from tocsin.devtools.broker_problems import BrokerProblem


def a_java(folder: Path, version: str, code: int = 0) -> Path:
    program = folder / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\nexit {code}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def no_bundled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(java, "_bundled", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_bundled")
@pytest.mark.parametrize(("version", "release"), [("17.0.15", 17), ("21", 21), ("25.0.2", 25)])
def test_a_system_java_will_do(tmp_path: Path, version: str, release: int) -> None:
    program = a_java(tmp_path, version)
    assert java.find_java() == java.Java(program, release)


@pytest.mark.usefixtures("no_bundled")
@pytest.mark.parametrize(("version", "code"), [("1.8.0_402", 0), ("11.0.2", 0), ("17.0.1", 1), ("nonsense", 0)])
def test_a_java_that_is_too_old_or_broken_will_not(tmp_path: Path, version: str, code: int) -> None:
    a_java(tmp_path, version, code)
    with pytest.raises(BrokerProblem, match="no Java 17") as refusal:
        java.find_java()
    assert refusal.value.code == "broker-no-java"


def test_the_bundled_java_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled, system = tmp_path / "bundled", tmp_path / "system"
    bundled.mkdir()
    system.mkdir()
    monkeypatch.setattr(java, "_bundled", lambda: str(a_java(bundled, "25.0.2")))
    monkeypatch.setenv("PATH", str(a_java(system, "17.0.1").parent))
    assert java.find_java().path.parent == bundled
