"""Apache Kafka on this machine: one node, loopback only, its data in the home, nothing to install but Python packages.

``python -m tocsin.devtools.broker`` runs it in the foreground; ``--prepare`` records the start-up cache of Java.
"""

import base64
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from tocsin.devtools.broker_problems import BrokerProblem
from tocsin.devtools.broker_users import Users
from tocsin.devtools.jars import FILES, cache_folder, class_path, locked
from tocsin.devtools.java import Java, find_java, spawn
from tocsin.devtools.ports import free_ports, is_free
from tocsin.runtime.kafka import BrokerUnreachable, wait_for_broker
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.settings import Settings

__all__ = ["Broker", "BrokerProblem", "embedded_broker", "prepare_startup_cache"]

_JVM = [
    *("-Xms64m", "-Xmx256m", "-Xss512k", "-XX:MaxDirectMemorySize=64m"),
    *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
]
_ENOUGH_TRIES = 3
_CLAIM_SECONDS = 2.0
"""A broker whose owner was killed needs a moment to let go of its folder."""


class Broker:
    """A broker of its own in ``<home>/broker``, which holds ``address``, the data and the logs.

    port: fixed; else the last one if it is free, else any. controller_port: of its own, else any.
    record: a file for Java's start-up cache, written at the clean stop (slow).
    secured: with users (SASL/SCRAM) and access lists; ours is ``tocsin``, its password in ``<home>/kafka.password``.
    Start it from a thread that lives as long as the broker should: on Linux the kernel ties them together.
    """

    def __init__(
        self,
        home: Path,
        port: int | None = None,
        record: Path | None = None,
        controller_port: int | None = None,
        secured: bool = False,
    ) -> None:
        self.folder = home.resolve() / "broker"
        self._fixed, self._record, self._controller = port, record, controller_port
        self._users = Users(self.folder, secured)
        self._port = 0
        self._claim: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._tries = 0
        self._log_start = 0

    @property
    def bootstrap(self) -> str:
        """``127.0.0.1:port``."""
        return f"127.0.0.1:{self._port}"

    @property
    def access(self) -> Access:
        return self._users.access(self.bootstrap)

    def settings(self) -> dict[str, str]:
        """As whom services come. The password's file is there from now on."""
        return self._users.client_settings()

    @property
    def _log(self) -> Path:
        return self.folder / "logs" / "server.log"

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    def start(self) -> None:
        """Begin to start; ``wait_ready`` tells when it is up. Raises BrokerProblem."""
        self._tries, self._log_start = 0, _size(self._log)
        with ExitStack() as failed:
            failed.callback(self._release)
            self._process = spawn(self.prepare(), self.folder / "broker.out", [self._take_folder().fileno()])
            failed.pop_all()

    def prepare(self) -> list[str]:
        """Everything but the start: jars, ports, settings, storage. Returns the command for a supervisor of one's own.

        The folder is claimed from here to ``stop``.
        """
        self._take_folder()
        self._users.prepare()
        self._port = self._choose_port()
        (self.folder / "logs").mkdir(exist_ok=True)
        settings = self._write_settings()
        java = find_java()
        launch = self._launch(java)
        if not (self.folder / "data" / "meta.properties").exists():
            self._format([*launch, "kafka.tools.StorageTool", "format", "--standalone"], settings)
        (self.folder / "address").write_text(self.bootstrap + "\n")
        return [*launch[:1], *self._start_up_cache(java, launch[-1]), *launch[1:], "kafka.Kafka", str(settings)]

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Return once it answers. Raises BrokerProblem if it ended, or did not answer in ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                self._again_or_fail()
            elif self._answers():
                return
            time.sleep(0.05)
        raise BrokerProblem("broker-timeout", f"no answer after {timeout:.0f} s", f"see {self.folder / 'logs'}")

    def kill(self) -> None:
        """End it without warning (SIGKILL), as a crash would. The folder stays ours: ``start`` may follow."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it cleanly and let go of the folder; may be called twice."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(30.0 if self._record else 10.0)
            self.kill()
        self._release()

    def restart(self) -> None:
        """Stop if it runs, start on the same port, wait until it answers."""
        self.stop()
        self.start()
        self.wait_ready()

    # --- the folder -----------------------------------------------------------------------------------------------

    def _take_folder(self) -> IO[str]:
        """A lock that the broker inherits, so that it is held as long as either of us lives."""
        if self._claim is not None:
            return self._claim
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        claim = (self.folder / "lock").open("a")
        deadline = time.monotonic() + _CLAIM_SECONDS
        while True:
            try:
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    claim.close()
                    raise BrokerProblem(
                        "broker-home-in-use", f"another broker uses {self.folder}", "stop it, or choose another home"
                    ) from None
                time.sleep(0.1)
            else:
                self._claim = claim
                return claim

    def _release(self) -> None:
        if self._claim is not None:
            self._claim.close()
            self._claim = None

    def _choose_port(self) -> int:
        if self._fixed:
            if not is_free(self._fixed):
                raise _port_taken(self._fixed)
            return self._fixed
        address = self.folder / "address"
        last = int(address.read_text().rpartition(":")[2]) if address.exists() else 0
        return last if last and is_free(last) else free_ports(1)[0]

    def _write_settings(self) -> Path:
        text = (FILES / "server.properties").read_text()
        values = {"port": self._port, "controller_port": self._controller_port(), "folder": self.folder}
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value).replace("\\", "\\\\"))
        settings = self.folder / "server.properties"
        settings.touch(0o600)
        settings.write_text(self._users.broker_settings(text))
        return settings

    def _controller_port(self) -> int:
        return self._controller or next(port for port in free_ports(2) if port != self._port)

    # --- the process ----------------------------------------------------------------------------------------------

    def _launch(self, java: Java) -> list[str]:
        jars = class_path(locked(), cache_folder())
        native = ["--enable-native-access=ALL-UNNAMED"] if java.release >= 24 else []
        logs = [f"-Dlog4j2.configurationFile={FILES / 'log4j2.properties'}", f"-Dkafka.logs.dir={self.folder / 'logs'}"]
        return [str(java.path), *_JVM, *native, *logs, "-cp", os.pathsep.join(map(str, jars))]

    def _start_up_cache(self, java: Java, jars: str) -> list[str]:
        if self._record is not None:
            return [f"-XX:AOTCacheOutput={self._record}"]
        cache = _startup_cache_file(java, jars)
        return [f"-XX:AOTCache={cache}", "-Xlog:aot=off", "-Xlog:cds=off"] if cache.exists() else []

    def _format(self, command: list[str], settings: Path) -> None:
        cluster = base64.urlsafe_b64encode(b"\0" + os.urandom(15)).decode().rstrip("=")  # may not begin with "-"
        command = [*command, *self._users.format_arguments(), "-t", cluster, "-c", str(settings)]
        run = subprocess.run(command, capture_output=True, check=False)
        (self.folder / "format.out").write_bytes(run.stdout + run.stderr)
        if run.returncode != 0:
            raise BrokerProblem("broker-format", "the storage could not be formatted", f"see {self.folder}/format.out")

    def _again_or_fail(self) -> None:
        """It ended early. If somebody took the port in between, try others."""
        assert self._process is not None
        taken = "Socket server failed to bind" in self._last_words()
        if taken and self._fixed:
            raise _port_taken(self._fixed)
        if not taken or self._tries >= _ENOUGH_TRIES:
            what = f"Kafka ended with code {self._process.returncode}"
            raise BrokerProblem("broker-ended", what, f"see {self.folder}/broker.out and {self.folder}/logs")
        tries = self._tries + 1
        self.start()
        self._tries = tries

    def _last_words(self) -> str:
        """Of this start, not of earlier ones."""
        if not self._log.exists():
            return ""
        with self._log.open("rb") as log:
            log.seek(self._log_start if self._log_start <= _size(self._log) else 0)
            return log.read().decode(errors="replace")

    def _answers(self) -> bool:
        """Ours, not another broker that has taken the port: told by the cluster's id."""
        try:
            found = wait_for_broker(self.access, 0.0)
        except BrokerUnreachable:
            return False
        return f"cluster.id={found}" in (self.folder / "data" / "meta.properties").read_text().splitlines()


def embedded_broker(settings: Settings) -> Broker | None:
    """A broker for the home, not started; None where another one is configured."""
    return None if settings.kafka_bootstrap else Broker(settings.home)


def prepare_startup_cache() -> Path | None:
    """Record Java's start-up cache (65 MB, about 10 s), which halves the start; None if this Java has none."""
    java = find_java()
    if java.release < 25:
        return None
    target = _startup_cache_file(java, os.pathsep.join(map(str, class_path(locked(), cache_folder()))))
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="record-") as home:
        broker = Broker(Path(home), record=Path(home) / "recorded")
        broker.start()
        broker.wait_ready()
        broker.stop()
        (Path(home) / "recorded").replace(target)
    return target


def _startup_cache_file(java: Java, jars: str) -> Path:
    """One for each Java and class path: a cache of another is useless."""
    key = hashlib.sha256(f"{java.path}\n{java.path.stat().st_mtime_ns}\n{jars}\n{_JVM}".encode()).hexdigest()[:12]
    return cache_folder() / f"start-{key}.aot"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _port_taken(port: int) -> BrokerProblem:
    return BrokerProblem("broker-port-taken", f"port {port} is in use", "free it, or choose another")


def main() -> None:
    """Run until SIGTERM or SIGINT, or prepare."""
    if sys.argv[1:] == ["--prepare"]:
        print(prepare_startup_cache() or "this Java has no start-up cache")
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    broker = Broker(Settings().home)
    try:
        broker.start()
        broker.wait_ready()
        print(broker.bootstrap, flush=True)
        os.waitid(os.P_PID, broker.pid, os.WEXITED | os.WNOWAIT)
    except KeyboardInterrupt:
        pass
    finally:
        broker.stop()


if __name__ == "__main__":
    main()
