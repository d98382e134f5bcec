"""In which ways a task is done: two languages, with scripts and without, by mouse and by keyboard alone."""

from collections.abc import Sequence
from typing import Any

import pytest

from visitor import Way

BAREST = Way("en", scripts=False, by_mouse=False)
WITHOUT_SCRIPTS = pytest.mark.context(java_script_enabled=False)
"""For tests with a page."""
_LONG = (
    Way("fr", scripts=True, looks=True),
    Way("en", scripts=True, looks=True),
    Way("fr", scripts=False),
    Way("fr", scripts=True, by_mouse=False),
)
EVERY_WAY = pytest.mark.parametrize(
    "way",
    [
        pytest.param(BAREST, id=str(BAREST)),
        *(pytest.param(way, id=str(way), marks=pytest.mark.slow) for way in _LONG),
    ],
)
"""For tests with a visitor. What runs without ``slow`` is the barest: no scripts, no mouse."""
WITH_SCRIPTS = pytest.mark.parametrize(
    "way", [Way("en", scripts=True, by_mouse=False), Way("fr", scripts=True, looks=True)], ids=str
)
"""For what no browser can do without them."""


def first_of(cases: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Parameters of a test of which one is enough every time: the others are slow. Each is called by its first."""
    return [
        pytest.param(*case, id=f"{case[0]}-{n}" if n else str(case[0]), marks=[pytest.mark.slow] if n else [])
        for n, case in enumerate(cases)
    ]
