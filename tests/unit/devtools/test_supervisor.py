"""Programs are started again when they end, and none outlives its supervisor, however that ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tocsin.devtools.supervisor import Program, Supervisor

SLEEPER = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)
MARKER = "import sys, time; print(time.monotonic(), flush=True); sys.exit(3)"


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    running = Supervisor()
    yield running
    running.stop()


def program(folder: Path, name: str, code: str, grace: float = 3.0, stop_order: int = 0) -> Program:
    return Program(name, [sys.executable, "-S", "-c", code], folder / f"{name}.log", {}, stop_order, grace)


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{pid}/stat").exists() or " Z " not in Path(f"/proc/{pid}/stat").read_text()


def test_a_killed_program_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add(program(tmp_path, "service", SLEEPER))
    wait_for(lambda: "service" in supervisor.pids())
    first = supervisor.pids()["service"]
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: supervisor.pids().get("service", first) != first)
    assert supervisor.starts() == {"service": 2}


def test_a_program_that_keeps_ending_is_started_ever_less_often(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add(program(tmp_path, "crashing", MARKER))
    wait_for(lambda: supervisor.starts()["crashing"] >= 4)
    wait_for(lambda: len((tmp_path / "crashing.log").read_text().split()) >= 4)
    times = [float(line) for line in (tmp_path / "crashing.log").read_text().split()]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses[0] >= 0.2
    assert pauses[1] >= 0.4
    assert pauses[2] >= 0.8


def test_stop_leaves_nothing_even_of_the_deaf_and_takes_less_than_five_seconds(tmp_path: Path) -> None:
    supervisor = Supervisor()
    supervisor.add(program(tmp_path, "deaf", STUBBORN, grace=0.5))
    supervisor.add(program(tmp_path, "polite", SLEEPER))
    supervisor.add(program(tmp_path, "broker", SLEEPER, stop_order=1))
    wait_for(lambda: len(supervisor.pids()) == 3 and (tmp_path / "deaf.log").read_text() != "")
    pids = supervisor.pids()
    started = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - started < 5
    assert [name for name, pid in pids.items() if exists(pid)] == []
    assert supervisor.pids() == {}


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux's")
def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    code = f"""
import sys, time
from pathlib import Path
from tocsin.devtools.supervisor import Program, Supervisor
supervisor = Supervisor()
for name in ("one", "two"):
    supervisor.add(Program(name, [sys.executable, "-S", "-c", {SLEEPER!r}], Path({str(tmp_path)!r}) / name))
while len(supervisor.pids()) < 2:
    time.sleep(0.02)
time.sleep(0.5)
print(*supervisor.pids().values(), flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as supervising:
        assert supervising.stdout is not None
        pids = [int(word) for word in supervising.stdout.readline().split()]
        assert len(pids) == 2
        supervising.kill()
    wait_for(lambda: not any(map(exists, pids)), seconds=3)


def test_two_programs_cannot_share_a_name(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add(program(tmp_path, "service", SLEEPER))
    with pytest.raises(ValueError, match="already running"):
        supervisor.add(program(tmp_path, "service", SLEEPER))
