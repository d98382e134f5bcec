"""The whole of Tocsin on one machine: broker, database, and every service in a process of its own."""

import json
import shlex
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import IO

from sqlalchemy import Engine

from tocsin.devtools import corpus, home
from tocsin.devtools.broker import Broker
from tocsin.devtools.ports import free_ports
from tocsin.devtools.supervisor import Program, Supervisor
from tocsin.runtime import clock, kafka
from tocsin.runtime.beside import beside
from tocsin.runtime.settings import Settings
from tocsin.store import migrate
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.deployment import load_deployment

WEB = {
    "sendgrid": "tocsin.devtools.sendgrid",
    "webhook": "tocsin.mailer.webhook",
    "console": "tocsin.console",
    "pages": "tocsin.console.recipient",
    "intake": "tocsin.intake",
}
PROVIDERS = {"smtp": "tocsin.devtools.smtp"}
WORKERS = {"resolver": "tocsin.resolver", "dispatcher": "tocsin.dispatcher", "mailer": "tocsin.mailer"}
OTHERS = {"auditor": "tocsin.auditor"}
CANARY = {"canary": "tocsin.canary"}
RELAY = {"relay": "tocsin.relay"}
_MEASURED = ("webhook", "console", "pages", "intake", *OTHERS, *WORKERS, *RELAY, *CANARY)
_LEAN = {"MALLOC_ARENA_MAX": "2", "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
_BROKER_PATIENCE = 180.0
HURRIED = {f"{rules}_file": str(Path(__file__).with_name(f"hurried-{rules}.toml")) for rules in ("pacing", "fairness")}
"""Overrides for storms: nobody's mails are held, what is gathered leaves at once, and few reports wait their turn."""
SHIPPED_SHARES = {"fairness_file": str(Path(__file__).parents[1] / "knowledge" / "fairness.toml")}
"""As in operation: what a publisher sends at once waits its turn."""
_ASSIGNED = b'"assigned"'


class NotReady(TimeoutError):
    """Something did not come up in time; its log says why."""


class Stack:
    """Everything under one supervisor.

    overrides: settings by name (``database_url``, ``log_level`` …) that replace the stack's own.
    modules: service -> module to run in its place, for tests of failure.
    fresh: start from an empty folder. secured: the broker knows users and access lists.
    canary: with the service that watches over all others.
    without: services that are not started, by name; each takes two seconds of a processor to start.
    """

    def __init__(
        self,
        folder: Path,
        overrides: Mapping[str, str] | None = None,
        modules: Mapping[str, str] | None = None,
        fresh: bool = False,
        secured: bool = False,
        canary: bool = False,
        without: Collection[str] = (),
    ) -> None:
        self.home, self._secured, self._without = folder.resolve(), secured, frozenset(without)
        self._overrides, self._modules, self._fresh = dict(overrides or {}), dict(modules or {}), fresh
        self._canary = canary
        self._claim: IO[str] | None = None
        self._supervisor: Supervisor | None = None
        self._broker: Broker | None = None
        self._log_ends: dict[str, int] = {}
        self.addresses: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._metrics_ports: dict[str, int] = {}

    @cached_property
    def settings(self) -> Settings:
        """What the services are started with."""
        return Settings(**self._values)  # type: ignore[arg-type]  # texts, as from the environment

    @cached_property
    def engine(self) -> Engine:
        return open_database(self.settings.database)

    def start(self) -> None:
        """Bring everything up; returns when every process was started. Raises if the broker or a migration fails."""
        self._claim = home.claim(self.home)
        if self._fresh:
            home.wipe(self.home)
        self._supervisor = Supervisor()
        with ExitStack() as failed:
            failed.callback(self.stop)
            self._start()
            failed.pop_all()

    def pids(self) -> dict[str, int]:
        """Name -> process id of all that is running now, the broker among them."""
        return self._supervisor.pids() if self._supervisor else {}

    def starts(self) -> dict[str, int]:
        """Name -> how often it was started."""
        return self._supervisor.starts() if self._supervisor else {}

    def environment_of(self, name: str) -> dict[str, str]:
        """The settings that a service is started with, by the names of their variables."""
        return {"TOCSIN_METRICS_PORT": str(self._metrics_ports.get(name, 0))} | self._environment()

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Until every page answers and every worker has its partitions; raises NotReady."""
        deadline = time.monotonic() + timeout
        while waiting := [name for name in self._those(WEB, PROVIDERS, WORKERS) if not self._is_ready(name)]:
            if time.monotonic() > deadline:
                raise NotReady(f"not ready after {timeout:.0f} s: {', '.join(waiting)}; see {self.home / 'logs'}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End everything, in less than 5 s; may be called twice."""
        if self._supervisor is not None:
            self._supervisor.stop()
        if self._broker is not None:
            self._broker.stop()
        if "engine" in self.__dict__:
            self.engine.dispose()
        if self._claim is not None:
            self._claim.close()

    # --- starting -------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        """What needs no broker is started while the broker comes up."""
        self.choose_addresses()
        broker = beside("broker", self._prepare_broker)
        self._prepare_database()
        for name in self._those(WEB, PROVIDERS, OTHERS):
            self._run(name)
        broker.result()
        for name in self._those(self._with_kafka()):
            self._run(name)
        if self._canary:
            self._run(*CANARY)

    def _prepare_broker(self) -> None:
        """Ours, unless the settings name another."""
        if self._broker is not None:
            log, command = self.home / "logs" / "broker.log", self._broker.prepare()
            self._supervise(Program("broker", command, log, stop_order=1, grace=1.5))
            self._broker.wait_ready(_BROKER_PATIENCE)
        kafka.create_topics(self.settings.kafka)

    def choose_addresses(self) -> None:
        """Ports and settings, before anything runs; leaves word of both in the home."""
        kafka_port, controller, smtp, status, *ports = free_ports(4 + len(WEB) + len(_MEASURED))
        self._metrics_ports = dict(zip(_MEASURED, ports[len(WEB) :], strict=True))
        web = dict(zip(WEB, ports, strict=False))
        external = self._overrides.get("kafka_bootstrap") or Settings().kafka_bootstrap
        if not external:
            self._broker = Broker(self.home, kafka_port, controller_port=controller, secured=self._secured)
        self._values = {
            "home": str(self.home),
            "kafka_bootstrap": external or f"127.0.0.1:{kafka_port}",
            **(self._broker.settings() if self._broker else {}),
            "doubt_seconds": "10",
            **_web_settings(web),
            **_mail_settings(self.home, smtp),
            **(self._canary_settings(status, web) if self._canary else {}),
            **self._overrides,
        }
        self.addresses = {
            "console": _local(web["console"]),
            "mailbox": _local(web["sendgrid"]),
            "pages": _local(web["pages"]),
            "intake": _local(web["intake"]),
            "webhook": _local(web["webhook"]),
            "smtp": f"127.0.0.1:{smtp}",
            "kafka": self._values["kafka_bootstrap"],
        }
        if self._canary:
            self.addresses["status"] = _local(status)
        measured = {f"metrics-{name}": f"http://127.0.0.1:{port}" for name, port in self._metrics_ports.items()}
        (self.home / "addresses.json").write_text(json.dumps(self.addresses | measured, indent=2) + "\n")
        self._leave_settings()

    def _canary_settings(self, status: int, web: Mapping[str, int]) -> dict[str, str]:
        """Where it asks each service, and whom it tells."""
        asked = [name for name in self._those(WEB, OTHERS, self._with_kafka()) if name in self._metrics_ports]
        addresses = {name: f"{_local(self._metrics_ports[name])}/health/ready" for name in asked}
        addresses |= {"provider": f"{_local(web['sendgrid'])}/health/live"}
        return {
            "canary_watched": ",".join(f"{name}={url}" for name, url in addresses.items()),
            "duty_address": "duty@tocsin.example",
            "status_port": str(status),
        }

    def _leave_settings(self) -> None:
        """For commands that are given the folder alone, and for a shell (``set -a; . settings.env``)."""
        left = self.home / "settings.env"
        left.touch(0o600)
        left.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in self._environment().items()))

    def _environment(self) -> dict[str, str]:
        return {f"TOCSIN_{key.upper()}": value for key, value in self._values.items()}

    def _prepare_database(self) -> None:
        """A directory that is there is kept; else it is the invented one, by two invented administrators."""
        migrate.upgrade(self.settings.database)
        deployment, now = load_deployment(self.settings.key_file), clock.now()
        with unit_of_work(self.engine) as connection:
            corpus.seed(connection, deployment, self.home / "administrators", now)
            if self._canary:
                corpus.seed_canary(connection, deployment, self.home, now)

    def _with_kafka(self) -> dict[str, str]:
        """On SQLite the relay runs inside the resolver."""
        url = self._overrides.get("database_url") or Settings().database_url
        return WORKERS if not url or url.startswith("sqlite") else WORKERS | RELAY

    def _those(self, *kinds: Mapping[str, str]) -> list[str]:
        return [name for kind in kinds for name in kind if name not in self._without]

    def _run(self, name: str) -> None:
        module = self._modules.get(name) or (WEB | PROVIDERS | OTHERS | WORKERS | RELAY | CANARY)[name]
        log = self.home / "logs" / f"{name}.log"
        self._log_ends[name] = log.stat().st_size if log.exists() else 0
        self._supervise(Program(name, [sys.executable, "-m", module], log, self.environment_of(name) | _LEAN))

    def _supervise(self, program: Program) -> None:
        assert self._supervisor is not None
        self._supervisor.add(program)

    # --- waiting --------------------------------------------------------------------------------------------------

    def _is_ready(self, name: str) -> bool:
        if name in WEB:
            return _answers(self.addresses["mailbox" if name == "sendgrid" else name] + "/health/live")
        if name in PROVIDERS:
            return _listens(self.addresses[name])
        log = self.home / "logs" / f"{name}.log"
        if not log.exists():
            return False
        with log.open("rb") as lines:
            lines.seek(self._log_ends[name])
            return _ASSIGNED in lines.read()


def _web_settings(ports: Mapping[str, int]) -> dict[str, str]:
    """Where the web services are, for each other."""
    return {
        "webhook_port": str(ports["webhook"]),
        "console_port": str(ports["console"]),
        "console_url": _local(ports["console"]),
        "simulator_port": str(ports["sendgrid"]),
        "sendgrid_host": _local(ports["sendgrid"]),
        "pages_port": str(ports["pages"]),
        "pages_url": _local(ports["pages"]),
        "intake_port": str(ports["intake"]),
        "intake_url": _local(ports["intake"]),
    }


def _mail_settings(folder: Path, smtp_port: int) -> dict[str, str]:
    """An account of two keys, a second way out, and a domain for answers."""
    return {
        "sendgrid_reading_key_file": str(folder / "sendgrid-reading.key"),
        "smtp_host": "127.0.0.1",
        "smtp_port": str(smtp_port),
        "smtp_user": "tocsin",
        "smtp_password_file": str(folder / "smtp.password"),
        "smtp_ca_file": str(folder / "smtp-ca.pem"),
        "reply_domain": "reply.tocsin.example",
        "inbound_public_key_file": str(folder / "inbound-public.pem"),
    }


def _local(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) == 0


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
