"""A progress bar for commands that read a pipe: on a terminal only, and beside the results, not among them."""

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_STEP = 64
"""Lines between two looks at how far the source has been read."""


@contextmanager
def metered(console: Console, source: BinaryIO) -> Iterator[Callable[[], None]]:
    """Something to call for each line that is done.

    If ``source`` is a file, the bar knows its end. Nothing is shown if ``console`` is no terminal, or if the results
    themselves go to the terminal.
    """
    if not console.is_terminal or sys.stdout.isatty():
        yield lambda: None
        return
    columns = TextColumn("{task.fields[done]:,} lines"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        task, done = progress.add_task("", total=_size(source), done=0), 0

        def advance() -> None:
            nonlocal done
            done += 1
            if done % _STEP == 0:
                progress.update(task, completed=_position(source), done=done)

        yield advance


def _size(source: BinaryIO) -> int | None:
    """In bytes; None for a pipe."""
    try:
        status = os.fstat(source.fileno())
    except io.UnsupportedOperation:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _position(source: BinaryIO) -> int:
    """How many bytes of a file have been read; 0 for a pipe."""
    try:
        return os.lseek(source.fileno(), 0, os.SEEK_CUR)
    except OSError:
        return 0
