"""Runs the tests once for each mutant, each in a process of its own that has never seen the module unchanged."""

import contextlib
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_loader
from multiprocessing import get_context
from pathlib import Path
from types import FrameType, ModuleType
from typing import NamedTuple

import pytest

from tocsin.devtools.mutation.mutants import Mutant

_OVERDUE = 120
"""Seconds; a mutant that never ends has been noticed."""


class Trial(NamedTuple):
    module: str
    file: str
    mutant: Mutant
    tests: Sequence[str]


class NeverImportedError(Exception):
    """The tests do not use the module, so that they say nothing of it."""


def source_of(module: str) -> Path:
    """The file of a module, found without importing it. Raises ModuleNotFoundError."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin)


def survivors(trials: Sequence[Trial], processes: int) -> Iterator[Mutant]:
    """The mutants that no test noticed, in order. Raises NeverImportedError."""
    with get_context("fork").Pool(processes, maxtasksperchild=1) as pool:
        for trial, passed in zip(trials, pool.imap(passes, trials, chunksize=1), strict=True):
            if passed:
                yield trial.mutant


def passes_unchanged(trial: Trial) -> bool:
    """Whether the tests pass before anything is changed, in a process of its own."""
    with get_context("fork").Pool(1) as pool:
        return pool.apply(passes, (trial,))


def passes(trial: Trial) -> bool:
    """Whether all tests pass with this source in the module's place. Raises NeverImportedError."""
    assert trial.module not in sys.modules, "a process tries one mutant"
    planted = _Planted(trial)
    sys.meta_path.insert(0, planted)
    signal.signal(signal.SIGALRM, _overdue)
    signal.alarm(_OVERDUE)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            passed = pytest.main([*trial.tests, "-x", "-q", "-p", "no:cacheprovider"]) is pytest.ExitCode.OK
    except TimeoutError:
        passed = False
    finally:
        signal.alarm(0)
    if not planted.was_used:
        raise NeverImportedError(trial.module)
    return passed


def usable_processes() -> int:
    """As many as this machine lets us have at once."""
    return len(os.sched_getaffinity(0))


def _overdue(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


class _Planted(MetaPathFinder, Loader):
    """Hands out the mutant where the module is asked for."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self.was_used = False

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self, origin=self._trial.file) if fullname == self._trial.module else None

    def exec_module(self, module: ModuleType) -> None:
        self.was_used = True
        module.__file__ = self._trial.file
        exec(compile(self._trial.mutant.source, self._trial.file, "exec"), module.__dict__)  # noqa: S102
