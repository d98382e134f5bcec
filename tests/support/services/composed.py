"""docker-compose.yml with a real Docker, as whoever tries it starts it: with its own secrets, under a name of its own."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from tocsin.devtools import stack_secrets

ROOT = Path(__file__).parents[3]
PROJECT = "tocsin-tried"
SPARED = frozenset({"grafana"})
"""It may be left out where its image is not: nothing waits for it."""
PATIENCE = 180
OURS = "tocsin"
_PLUGIN, _ALONE = ("docker", "compose"), ("docker-compose",)


@dataclass(frozen=True)
class Composed:
    """program: compose, as this machine has it. services: those that run."""

    program: tuple[str, ...]
    secrets: Path
    services: tuple[str, ...] = ()

    def compose(self, *words: str, timeout: int = PATIENCE, given: bytes = b"") -> bytes:
        """What it prints. Raises CalledProcessError, which tells what it complained of."""
        command = [*self.program, "-p", PROJECT, "--env-file", "deploy/compose/dev.env", *words]
        surroundings = os.environ | {"SECRETS": str(self.secrets)}
        try:
            done = subprocess.run(
                command, env=surroundings, cwd=ROOT, input=given, capture_output=True, timeout=timeout, check=True
            )
        except subprocess.CalledProcessError as failed:
            failed.add_note(failed.stderr.decode(errors="replace")[-2000:])
            raise
        return done.stdout

    def run_in(self, service: str, *words: str) -> str:
        return self.compose("exec", "-T", service, *words).decode()

    def inspected(self, service: str) -> Mapping[str, Any]:
        (container,) = self.compose("ps", "-q", service).decode().split()
        found: list[Mapping[str, Any]] = json.loads(_docker("inspect", container))
        return found[0]

    def wait_until_well(self) -> None:
        """Until every container that has a way to say so says that it is well."""
        deadline = time.monotonic() + PATIENCE
        while unwell := [name for name in self.services if self._state(name) not in ("healthy", "ended")]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not well: {', '.join(unwell)}")
            time.sleep(1)

    def _state(self, service: str) -> str:
        """How its container says that it is; ``ended``: that it did what it was there for."""
        state = self.inspected(service)["State"]
        if service == "prepare" and state["Status"] == "exited" and state["ExitCode"] == 0:
            return "ended"
        return str(state.get("Health", {}).get("Status", "unknown"))


def wait_for(there: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < deadline
        time.sleep(1)


def read_json(url: str) -> Any:
    with urlopen(url, timeout=10) as answer:
        return json.load(answer)


@contextmanager
def composed(secrets: Path) -> Iterator[Composed]:
    """Running and well; or skips, where this machine lacks Docker, or an image that nothing here can fetch."""
    found = Composed(_program(), secrets)
    stack_secrets.make(secrets, "localhost")
    if stack_secrets.hand_over(secrets):
        pytest.skip("only root may give each secret to the user who reads it")
    described = yaml.safe_load(found.compose("config"))["services"]
    images = {name: service["image"] for name, service in described.items()}
    lacking = {name for name, image in images.items() if image != OURS and not _is_here(image)}
    if lacking - SPARED:
        pytest.skip(f"images are lacking: {', '.join(sorted(images[name] for name in lacking))}")
    running = Composed(found.program, secrets, tuple(sorted(images.keys() - lacking)))
    try:
        running.compose("up", "-d", "--build", *running.services, timeout=900)
        running.wait_until_well()
        yield running
    finally:
        running.compose("down", "-v", "--remove-orphans")


def _program() -> tuple[str, ...]:
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    ):
        pytest.skip("there is no Docker here that runs")
    if not subprocess.run([*_PLUGIN, "version"], capture_output=True, check=False).returncode:
        return _PLUGIN
    if shutil.which(_ALONE[0]) is None:
        pytest.skip("Docker has no compose here")
    return _ALONE


def _is_here(image: str) -> bool:
    return not subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode


def _docker(*words: str) -> bytes:
    return subprocess.run(["docker", *words], capture_output=True, check=True, timeout=60).stdout
