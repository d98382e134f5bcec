"""``python -m tocsin.devtools.faults.due_storm``: kills what fires due times, moves its clock, and checks what is left.

Cases are raised for invented people who never answer, so that each alert escalates to the end of its line. Processes
that fire what is due are killed at random and started again, each with a clock that is up to 30 days off.
"""

import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

from tocsin.devtools.faults import due_subject
from tocsin.devtools.faults.due_checks import check
from tocsin.devtools.faults.due_subject import firing_for, prepare
from tocsin.devtools.faults.verdict import Verdict, tell
from tocsin.runtime import clock

_WITHIN_A_DAY = (0, 23)
"""The first half of the storm: a reminder is due before the day is over, or never."""
_WITHIN_A_MONTH = (-30 * 24, 30 * 24)
_LONG_AFTER = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class DueStorm:
    """url: of an empty database. cases: how many are raised. workers: processes that fire at the same time.

    pause: shortest and longest time in seconds between two kills.
    """

    url: str
    home: Path
    kills: int
    cases: int = 40
    workers: int = 1
    seed: int = 1
    pause: tuple[float, float] = (0.05, 0.8)

    def run(self) -> Verdict:
        """Raise the cases, storm what fires their due times, let the rest fire in peace, and judge what is left."""
        engine, deployment = prepare(self.url, self.home, self.cases)
        dice = random.Random(self.seed)  # noqa: S311 - repeatable, not secret
        for number in range(self.kills):
            hours_off = _WITHIN_A_DAY if number < self.kills // 2 else _WITHIN_A_MONTH
            with contextlib.ExitStack() as processes:
                for _ in range(self.workers):
                    processes.enter_context(self._firing(dice.randint(*hours_off)))
                time.sleep(dice.uniform(*self.pause))
        in_peace = firing_for(engine, deployment).fire_all(clock.now() + _LONG_AFTER)
        verdict = check(engine)
        engine.dispose()
        return Verdict(verdict.breaches, {"killed": self.kills * self.workers, "in_peace": in_peace} | verdict.figures)

    @contextlib.contextmanager
    def _firing(self, hours_off: int) -> Iterator[None]:
        """A process that has begun to fire; it is killed at the end."""
        command = [sys.executable, "-m", due_subject.__name__, self.url, str(self.home), str(hours_off)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                if process.stdout is None or process.stdout.readline() != "ready\n":
                    raise RuntimeError("a process that fires due times did not start")
                yield
            finally:
                process.kill()


@click.command()
@click.option("--kills", default=300, show_default=True, help="Processes to SIGKILL.")
@click.option("--cases", default=300, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes that fire at the same time.")
@click.option("--seed", default=1, show_default=True)
@click.option("--url", help="An empty database; a new SQLite file if absent.")
def main(kills: int, cases: int, workers: int, seed: int, url: str | None) -> None:
    """Kill what fires due times, then check that each had its effect once."""
    with tempfile.TemporaryDirectory(prefix="tocsin-due-") as folder:
        home, started = Path(folder), time.monotonic()
        storm = DueStorm(url or f"sqlite:///{home / 'tocsin.db'}", home, kills, cases, workers, seed)
        verdict = storm.run()
    tell(verdict, f"{kills} kills in {time.monotonic() - started:.0f} s", "Each due time had its effect once.")


if __name__ == "__main__":
    main()
