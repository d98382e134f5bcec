"""Debian's Prometheus on this machine, with the rules of ``deploy/prometheus``: loopback only, its data in the home."""

import json
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import yaml

from tocsin.devtools.ports import free_ports
from tocsin.devtools.supervisor import Program, Supervisor

RULES = Path(__file__).resolve().parents[3] / "deploy" / "prometheus"
_PATIENCE = 30.0


class PrometheusProblem(RuntimeError):
    """Prometheus does not answer, or refuses what it is asked; the text says why."""


def installed() -> bool:
    return shutil.which("prometheus") is not None


class Prometheus:
    """Runs while the context is open, its data in ``<home>/prometheus``.

    targets: service -> address of its figures (``http://127.0.0.1:9100``); each becomes an ``instance`` of that name.
    every: seconds between two scrapes, and between two evaluations of the rules.
    """

    def __init__(self, home: Path, targets: Mapping[str, str], every: float = 15.0) -> None:
        self.folder, self._targets, self._every = home.resolve() / "prometheus", dict(targets), every
        [port] = free_ports(1)
        self.address = f"http://127.0.0.1:{port}"
        self._supervisor: Supervisor | None = None

    @property
    def blocks(self) -> Path:
        """Where it keeps what it has; made from elsewhere before it starts, or by itself."""
        return self.folder / "blocks"

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(self._configuration()), encoding="utf-8")
        self._supervisor = Supervisor()
        self._supervisor.add(Program("prometheus", self._command(), self.folder / "prometheus.log"))
        self._wait_ready()
        return self

    def __exit__(self, *_: object) -> None:
        if self._supervisor is not None:
            self._supervisor.stop()

    def ask(self, expr: str, at: float | None = None) -> list[dict[str, Any]]:
        """The series with their ``value``, at a moment (Unix time) or now. Raises PrometheusProblem."""
        found: list[dict[str, Any]] = self._get("query", query=expr, **({} if at is None else {"time": at}))["result"]
        return found

    def ask_span(self, expr: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
        """The series with their ``values``, as a panel asks for them. Raises PrometheusProblem."""
        found: list[dict[str, Any]] = self._get("query_range", query=expr, start=start, end=end, step=step)["result"]
        return found

    def rules(self) -> list[dict[str, Any]]:
        """Each rule that it has loaded, with its ``health`` and ``lastError``."""
        return [rule for group in self._get("rules")["groups"] for rule in group["rules"]]

    def _command(self) -> list[str]:
        return [
            "prometheus",
            f"--config.file={self.folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.blocks}",
            "--storage.tsdb.retention.time=60d",
            f"--web.listen-address={urlsplit(self.address).netloc}",
            "--log.level=warn",
        ]

    def _configuration(self) -> dict[str, Any]:
        each = [
            {"targets": [urlsplit(address).netloc], "labels": {"instance": name}}
            for name, address in self._targets.items()
        ]
        every = f"{self._every * 1000:.0f}ms"
        return {
            "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
            "rule_files": [str(RULES / "rules.yml"), str(RULES / "recording.yml")],
            "scrape_configs": [{"job_name": "tocsin", "static_configs": each}],
        }

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                self._get("rules")
                return
            except PrometheusProblem:
                if time.monotonic() > deadline:
                    self.__exit__()
                    raise
            time.sleep(0.1)

    def _get(self, what: str, **asked: object) -> dict[str, Any]:
        address = f"{self.address}/api/v1/{what}?{urllib.parse.urlencode(asked)}"
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own address
                answered: dict[str, Any] = json.load(answer)["data"]
            return answered
        except urllib.error.HTTPError as refused:
            raise PrometheusProblem(refused.read().decode(errors="replace")) from None
        except OSError as failed:
            raise PrometheusProblem(str(failed)) from None
