"""No value that nobody may read stands where it must not; and those that may stand somewhere are found there."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tocsin.devtools.leaks import places
from tocsin.devtools.leaks.__main__ import a_stack
from tocsin.devtools.leaks.run import REPORTS, VALUES, Result, run
from tocsin.devtools.leaks.values import AS_REFUSED, AS_SENT
from tocsin.devtools.postgresql import installed

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]
IN_CLEAR = {AS_SENT, AS_REFUSED}
"""Where only what a publisher sent in clear may stand."""


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the user postgres can reach, as the tests' own is not."""
    folder = Path(mkdtemp(prefix="tocsin-leaks-"))
    folder.chmod(0o755)
    yield folder / "home"
    shutil.rmtree(folder)


def leaks(home: Path, secured: bool, values: int, count: int) -> Result:
    stack = a_stack(home, secured)
    stack.start()
    try:
        stack.wait_ready(120)
        return run(stack, lambda _: None, values, count)
    finally:
        stack.stop()


def check(found: Result) -> None:
    assert set(found.leaks) == set()
    assert found.missing == []
    assert {place: found.table[place] for place in IN_CLEAR} == dict.fromkeys(IN_CLEAR, 0)
    assert {place for place, number in found.in_clear.items() if number} == IN_CLEAR
    assert [place for place in places.FORBIDDEN if not found.searched.get(place)] == [], "every place was searched"


@pytest.mark.slow
def test_what_is_planted_in_a_few_reports_and_everywhere_else_stands_nowhere(home: Path) -> None:
    check(leaks(home, secured=False, values=0, count=6))


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.skipif(installed() is None, reason="PostgreSQL is not installed: apt-get install postgresql")
def test_five_hundred_values_stand_nowhere_on_postgresql(home: Path) -> None:
    found = leaks(home, secured=True, values=VALUES, count=REPORTS)
    assert found.values >= VALUES
    check(found)
