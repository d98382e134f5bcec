"""Debian's PostgreSQL, started for the tests in a folder of its own."""

import signal
import subprocess
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from tocsin.devtools.ports import free_ports
from tocsin.devtools.postgresql import give_to_postgres, installed, unprivileged
from tocsin.store.migrate import upgrade

__all__ = ["PostgreSQL", "installed"]

_SETTINGS = ("fsync=off", "listen_addresses=127.0.0.1", "max_connections=60", "shared_buffers=32MB")


@dataclass
class PostgreSQL:
    """One server; ``database`` makes an empty database in it, and ``migrated`` one with our tables."""

    programs: Path
    folder: Path
    port: int = field(default_factory=lambda: free_ports(1)[0])
    _template: str = ""
    _numbers: "count[int]" = field(default_factory=count)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        cluster = self.folder / "cluster"
        self.folder.chmod(0o755)
        self.folder.joinpath("log").touch()
        give_to_postgres(self.folder)
        self._run([str(self.programs / "initdb"), "-D", str(cluster), "-A", "trust", "-U", "postgres", "--no-sync"])
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        server = [str(self.programs / "postgres"), "-D", str(cluster), "-p", str(self.port), "-k", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*unprivileged(), *server, *settings], stdout=log, stderr=log, cwd=self.folder
            )
        self._wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # SIGTERM would wait for every client
            self._process.wait(20)

    @property
    def pid(self) -> int:
        """Of the server, or of what has started it."""
        assert self._process is not None
        return self._process.pid

    def database(self) -> str:
        """The URL of a new, empty database."""
        return self._url(self._create("template1"))

    def migrated(self) -> str:
        """The URL of a new database with every migration: run once, and copied."""
        if not self._template:
            self._template = self._create("template1")
            upgrade(self._url(self._template))
        return self._url(self._create(self._template))

    def _create(self, template: str) -> str:
        name = f"tocsin_{next(self._numbers)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return name

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def _address(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={name} connect_timeout=5"

    def _wait(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                psycopg.connect(self._address("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return

    def _run(self, command: list[str]) -> None:
        subprocess.run([*unprivileged(), *command], check=True, capture_output=True, cwd=self.folder)
