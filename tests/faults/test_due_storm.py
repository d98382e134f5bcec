"""Killing what fires due times, and moving its clock, repeats no effect and loses none; and the oracle can tell."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tocsin.devtools.faults.due_checks import check
from tocsin.devtools.faults.due_storm import DueStorm
from tocsin.devtools.faults.due_subject import firing_for, prepare
from tocsin.runtime import clock
from tocsin.store.database import open_database, unit_of_work


@pytest.mark.timeout(400)
def test_kills_and_clocks_that_jump_on_sqlite(tmp_path: Path) -> None:
    verdict = DueStorm(f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path, kills=6, cases=36, workers=2, seed=3).run()
    assert verdict.breaches == [], verdict.figures
    assert verdict.figures["in_peace"] < verdict.figures["due_times"], "some fired in the storm"


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.timeout(400)
def test_kills_and_clocks_that_jump_on_postgresql(tmp_path: Path, postgresql: Callable[[], str]) -> None:
    verdict = DueStorm(postgresql(), tmp_path, kills=10, cases=30, workers=2, seed=5).run()
    assert verdict.breaches == [], verdict.figures
    assert verdict.figures["in_peace"] < verdict.figures["due_times"]


PLANTED = [
    (
        "a lost due time",
        "UPDATE due_times SET fired_at = NULL, cancelled_at = NULL WHERE due_id = (SELECT max(due_id) FROM due_times)",
        "never fired",
    ),
    (
        "a repeated step",
        "INSERT INTO outbox (event_id, topic, key, headers, body, created_at) SELECT 'again', topic, key, headers, body, created_at FROM outbox WHERE CAST(body AS TEXT) LIKE '%\"step\"%' LIMIT 1",
        "do not agree",
    ),
    (
        "a lost event",
        "DELETE FROM outbox WHERE event_id = (SELECT event_id FROM outbox WHERE CAST(body AS TEXT) LIKE '%\"step\"%' LIMIT 1)",
        "alerts know of",
    ),
    (
        "a lost question",
        "DELETE FROM reviews WHERE review_id = (SELECT review_id FROM reviews WHERE kind = 'unanswered' LIMIT 1)",
        "reviews of unanswered",
    ),
    (
        "a reminder off the record",
        "DELETE FROM audit WHERE action = 'alert-reminded' AND seq = (SELECT max(seq) FROM audit WHERE action = 'alert-reminded')",
        "entries of reminders",
    ),
    (
        "a reminder without its due time",
        "UPDATE due_times SET outcome = 'over' WHERE due_id = (SELECT due_id FROM due_times WHERE outcome = 'reminded' LIMIT 1)",
        "do not agree",
    ),
    (
        "a reminder twice",
        "INSERT INTO outbox (event_id, topic, key, headers, body, created_at) SELECT 'again', topic, key, headers, body, created_at FROM outbox WHERE CAST(headers AS TEXT) LIKE '%alert.reminded%' LIMIT 1",
        "reminded of twice",
    ),
    (
        "an effect off the record",
        "DELETE FROM audit WHERE action = 'alert-escalated' AND seq = (SELECT max(seq) FROM audit WHERE action = 'alert-escalated')",
        "in the audit log",
    ),
]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which everything has fired."""
    home = tmp_path_factory.mktemp("settled")
    engine, deployment = prepare(f"sqlite:///{home / 'tocsin.db'}", home, 3)
    firing, start = firing_for(engine, deployment), clock.now()
    for hours in (1, 2, 3, 13, 18, 400 * 24):
        firing.fire_all(start + timedelta(hours=hours, minutes=1))
    assert check(engine).breaches == []
    engine.dispose()
    return home / "tocsin.db"


@pytest.mark.parametrize(("statement", "breach"), [p[1:] for p in PLANTED], ids=[p[0] for p in PLANTED])
def test_the_oracle_catches_what_is_planted(settled: Path, tmp_path: Path, statement: str, breach: str) -> None:
    engine = open_database(f"sqlite:///{shutil.copy(settled, tmp_path)}")
    with unit_of_work(engine) as connection:
        assert connection.execute(text(statement)).rowcount == 1
    assert any(breach in found for found in check(engine).breaches)
    engine.dispose()
