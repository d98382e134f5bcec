"""A broker, a database, the intake, and a resolver if one is wanted: what the benches of the intake ask."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tocsin.devtools import home as homes
from tocsin.devtools.broker import Broker
from tocsin.devtools.corpus import keys
from tocsin.devtools.ports import free_ports
from tocsin.runtime import clock, kafka
from tocsin.runtime.reachable import is_reachable
from tocsin.runtime.settings import Settings
from tocsin.store import migrate
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.deployment import load_deployment
from tocsin.store.publishing import api_keys
from tocsin.store.publishing.api_keys import Scope

_TICKS = os.sysconf("SC_CLK_TCK")
_UNLIMITED = "1000000"


@dataclass(frozen=True, slots=True)
class Served:
    """keys: publisher -> its whole API key. pids: name -> process."""

    settings: Settings
    keys: Mapping[str, str]
    pids: Mapping[str, int]

    def cpu_seconds(self, name: str) -> float:
        """Of user and system, since the process began."""
        fields = Path(f"/proc/{self.pids[name]}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def serve(home: Path, publishers: Sequence[str], others: Mapping[str, str] | None = None) -> Iterator[Served]:
    """others: name -> module and arguments of further processes. No publisher is limited in its pace."""
    home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(homes.claim(home))
        homes.wipe(home)
        broker = Broker(home)
        broker.start()
        stack.callback(broker.stop)
        broker.wait_ready()
        kafka.create_topics(broker.bootstrap)
        (port,) = free_ports(1)
        values = {"home": str(home), "kafka_bootstrap": broker.bootstrap, "intake_port": str(port)}
        values["intake_rate"] = _UNLIMITED
        settings = Settings(**values)  # type: ignore[arg-type]  # texts, as from the environment
        made = _prepare(settings, publishers)
        programs = {"intake": "tocsin.intake"} | dict(others or {})
        pids = {name: _start(stack, name, module, home, values) for name, module in programs.items()}
        _wait(f"127.0.0.1:{port}")
        yield Served(settings, made, pids)


def _prepare(settings: Settings, publishers: Sequence[str]) -> dict[str, str]:
    migrate.upgrade(settings.database)
    engine, deployment, now = open_database(settings.database), load_deployment(settings.key_file), clock.now()
    with unit_of_work(engine) as connection:
        keys.register(connection, deployment.identities, publishers)
        expires = now + timedelta(days=1)
        made = {
            name: api_keys.create(connection, deployment.identities, name, list(Scope), (), expires, "bench", now)
            for name in publishers
        }
    engine.dispose()
    return made


def _start(stack: ExitStack, name: str, module: str, home: Path, values: Mapping[str, str]) -> int:
    environment = os.environ | {f"TOCSIN_{key.upper()}": value for key, value in values.items()}
    log = stack.enter_context((home / f"{name}.log").open("ab"))
    process = subprocess.Popen([sys.executable, "-m", *module.split()], env=environment, stdout=log, stderr=log)
    stack.callback(_end, process)
    return process.pid


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(address: str, timeout: float = 30.0) -> None:
    deadline = time.monotonic() + timeout
    while not is_reachable(address, 0.5):
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing listens at {address}; see the logs")
        time.sleep(0.05)
