"""What the stack holds in memory."""

from dataclasses import dataclass
from pathlib import Path

from tocsin.devtools.stack import Stack


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB by process. ``resident`` counts shared pages in each process; ``proportional`` shares them out."""

    resident: dict[str, float]
    proportional: dict[str, float]


def measure(stack: Stack) -> Memory:
    """Of every process of the stack, the broker among them, as it is now (Linux)."""
    found = {name: _smaps(pid) for name, pid in stack.pids().items()}
    return Memory(
        {name: sizes["Rss"] for name, sizes in found.items()},
        {name: sizes["Pss"] for name, sizes in found.items()},
    )


def _smaps(pid: int) -> dict[str, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    pairs = (line.split()[:2] for line in lines)
    return {name.rstrip(":"): int(size) / 1024 for name, size in pairs}
