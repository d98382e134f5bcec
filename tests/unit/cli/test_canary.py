"""``tocsin canary status`` shows what the canary says, and exits with 1 when it must be looked at."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from databases import NOW, a_database, a_deployment
from tocsin.cli.canary import canary
from tocsin.domain.canary import CANARY
from tocsin.runtime import clock, heartbeats
from tocsin.store.database import unit_of_work
from tocsin.store.mail import drills
from tocsin.store.mail.drills import Drill


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    a_deployment(tmp_path)
    with unit_of_work(a_database(tmp_path)) as connection:
        for number, by in enumerate((CANARY, "duty-1")):
            drills.add(connection, Drill(f"{number}" * 32, None, by, NOW, NOW + timedelta(minutes=15)))
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(canary, ["status", *arguments])


@pytest.mark.parametrize(
    ("minutes", "standing", "code"), [(1, "working", 0), (1, "degraded", 0), (1, "down", 1), (10, "working", 1)]
)
def test_it_exits_with_1_if_something_is_down_or_the_canary_is_silent(
    home: Path, minutes: int, standing: str, code: int
) -> None:
    at = clock.now() - timedelta(minutes=minutes)
    heartbeats.beat(home, heartbeats.CANARY, at, {"standings": {"mailer": standing}})
    result = run()
    assert result.exit_code == code
    assert standing in result.output


def test_it_shows_the_drills_of_the_canary_alone_and_who_has_them(home: Path) -> None:
    result = run("--json")
    state = json.loads(result.output)
    assert (result.exit_code, state["is_silent"]) == (1, True)
    (drill,) = state["drills"]
    assert (drill["drill_id"], drill["suspect"]) == ("0" * 32, "resolver")
    assert drill["seconds"] == {"accepted": None, "delivered": None}
    assert "never left a sign of life" in run().output
