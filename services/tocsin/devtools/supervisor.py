"""A small supervisor: one process each, started again when it ends, nothing left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_TETHER = Path(__file__).with_name("tether.py")
_FIRST_DELAY = 0.2
_LONGEST_DELAY = 5.0
_SETTLED = 10.0
"""A process that lived this long in seconds is given the first delay again."""
_LOOK_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class Program:
    """What to run.

    stop_order: programs with a lower number are stopped first. grace: seconds from SIGTERM to SIGKILL.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_order: int = 0
    grace: float = 3.0


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    delay: float = _FIRST_DELAY
    starts: int = 0

    def look(self, now: float) -> None:
        """Start the program if it is due; note its end if it has ended."""
        if self.process is None:
            if now >= self.due_at:
                self._start(now)
        elif not self.alive():
            self.reap()
            self._schedule(now)

    def _start(self, now: float) -> None:
        self.program.log.parent.mkdir(parents=True, exist_ok=True)
        with self.program.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_TETHER), str(os.getpid()), *self.program.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.program.environment},
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor alone
            )
        self.started_at, self.starts = now, self.starts + 1

    def _schedule(self, now: float) -> None:
        if now - self.started_at >= _SETTLED:
            self.delay = _FIRST_DELAY
        self.process, self.due_at = None, now + self.delay
        self.delay = min(self.delay * 2, _LONGEST_DELAY)

    def send(self, number: signal.Signals) -> None:
        """To the program and whatever it started."""
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def alive(self) -> bool:
        """Asked without reaping, so that the number of the process is not given to another meanwhile."""
        if self.process is None or self.process.returncode is not None:
            return False
        if not hasattr(os, "waitid"):  # macOS before Python 3.13
            return self.process.poll() is None
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def reap(self) -> None:
        """The program has ended: end whatever it left behind, then let go of its number."""
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()


class Supervisor:
    """Keeps programs running until ``stop``.

    One thread of its own starts all of them: the kernel ties each to the thread that started it.
    """

    def __init__(self) -> None:
        self._children: dict[str, _Child] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._thread.start()

    def add(self, program: Program) -> None:
        """Start ``program`` now, and again whenever it ends."""
        with self._lock:
            if program.name in self._children:
                raise ValueError(f"{program.name} is already running")
            self._children[program.name] = _Child(program)

    def pids(self) -> dict[str, int]:
        """Name -> process id of every program that is running."""
        with self._lock:
            return {name: c.process.pid for name, c in self._children.items() if c.process is not None and c.alive()}

    def starts(self) -> dict[str, int]:
        """Name -> how often the program was started."""
        with self._lock:
            return {name: child.starts for name, child in self._children.items()}

    def stop(self) -> None:
        """End everything, in order; returns when nothing is left. May be called twice."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY):
            now = time.monotonic()
            with self._lock:
                for child in self._children.values():
                    child.look(now)
        with self._lock:
            children = list(self._children.values())
        for order in sorted({child.program.stop_order for child in children}):
            _end([child for child in children if child.program.stop_order == order])


def _end(children: Sequence[_Child]) -> None:
    """SIGTERM to all at once, SIGKILL to those still there after their grace."""
    started = time.monotonic()
    for child in children:
        child.send(signal.SIGTERM)
    while any(child.alive() for child in children):
        for child in children:
            if time.monotonic() - started >= child.program.grace:
                child.send(signal.SIGKILL)
        time.sleep(0.02)
    for child in children:
        child.reap()
