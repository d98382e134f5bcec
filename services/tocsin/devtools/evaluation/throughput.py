"""Speed as a user has it: through the command, in a process of its own."""

import csv
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

_COMMAND = (sys.executable, "-c", "from tocsin.cli import main; main()", "evaluate", "names")


def names_per_second(names: Sequence[str], pairs: int = 50_000, seed: int = 1) -> float:
    """Score ``pairs`` random pairs of ``names`` with ``tocsin evaluate names``; its start-up counts."""
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    with TemporaryDirectory(prefix="tocsin-evaluation-") as folder:
        rows = Path(folder) / "pairs.csv"
        with rows.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("id", "name_a", "name_b"))
            writer.writerows((n, *dice.sample(names, 2)) for n in range(pairs))
        with rows.open("rb") as source:
            started = time.perf_counter()
            subprocess.run(_COMMAND, stdin=source, stdout=subprocess.DEVNULL, check=True)
            return pairs / (time.perf_counter() - started)
