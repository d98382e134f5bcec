"""Due times fire once each; one that fails holds up no other, is tried again, and is put before a person at last."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select

from databases import NOW, a_database
from tocsin.dispatcher.due import ATTEMPTS, TOGETHER, Firing
from tocsin.dispatcher.effects import effects_of
from tocsin.store import tables
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import DueTime, Kind
from tocsin.store.database import reading, unit_of_work
from tocsin.store.matching import reviews

MONTH = timedelta(days=30)


class Effects:
    """Counts what fired; what is told to fail does, after it has written."""

    def __init__(self) -> None:
        self.failing: set[str] = set()

    def __call__(self, connection: Connection, due: DueTime, now: datetime) -> str:
        reviews.request_of(connection, "unanswered", f"{due.subject} {now.isoformat()}", due.subject, now, None)
        if due.subject in self.failing:
            raise ArithmeticError("planted")
        return "done"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def effects() -> Effects:
    return Effects()


@pytest.fixture
def firing(engine: Engine, effects: Effects) -> Firing:
    return Firing(engine, dict.fromkeys(Kind, effects))


def _schedule(engine: Engine, count: int, at: datetime = NOW) -> None:
    wanted = [DueTime(f"{n:032x}", Kind.ESCALATION, None, f"s{n}", "", 0, at) for n in range(count)]
    with unit_of_work(engine) as connection:
        due_times.schedule(connection, wanted, NOW)


def _effects(engine: Engine) -> Counter[str]:
    with reading(engine) as connection:
        return Counter(r.reason for r in connection.execute(select(tables.reviews)) if r.kind == "unanswered")


def test_everything_due_fires_once_and_says_what_it_did(engine: Engine, firing: Firing) -> None:
    _schedule(engine, 3 * TOGETHER + 1)
    assert firing.fire_all(NOW) == 3 * TOGETHER + 1
    assert firing.fire_all(NOW) == 0
    assert set(_effects(engine).values()) == {1}
    with reading(engine) as connection:
        assert {r.outcome for r in connection.execute(select(tables.due_times))} == {"done"}


@pytest.mark.parametrize(
    "clocks", [[NOW + MONTH, NOW], [NOW - MONTH, NOW + MONTH, NOW - MONTH, NOW], [NOW, NOW - MONTH, NOW]]
)
def test_a_clock_that_jumps_neither_repeats_nor_loses(engine: Engine, firing: Firing, clocks) -> None:
    _schedule(engine, 5)
    for now in clocks:
        firing.fire_all(now)
    assert _effects(engine) == Counter({f"s{n}": 1 for n in range(5)})


def test_one_that_fails_leaves_nothing_behind_and_holds_up_no_other(
    engine: Engine, firing: Firing, effects: Effects
) -> None:
    _schedule(engine, 5)
    effects.failing = {"s2"}
    assert firing.fire_all(NOW) == 4
    assert _effects(engine) == Counter({f"s{n}": 1 for n in (0, 1, 3, 4)})
    effects.failing = set()
    assert firing.fire_all(NOW) == 0, "it rests"
    assert firing.fire_all(NOW + timedelta(seconds=5)) == 1
    assert _effects(engine)["s2"] == 1


def test_what_fails_again_and_again_is_put_before_a_person(engine: Engine, firing: Firing, effects: Effects) -> None:
    _schedule(engine, 1)
    effects.failing = {"s0"}
    for day in range(ATTEMPTS + 3):
        firing.fire_all(NOW + timedelta(days=day))
    with reading(engine) as connection:
        (waiting,) = [r for r in connection.execute(select(tables.reviews)) if r.kind == "due_failed"]
        assert [due.subject for due in due_times.given_up(connection)] == ["s0"]
    assert "ArithmeticError" in waiting.reason
    assert "planted" not in waiting.reason
    assert _effects(engine) == Counter()


def test_two_dispatchers_share_the_work_and_repeat_nothing(engine: Engine, firing: Firing, effects: Effects) -> None:
    _schedule(engine, 50)
    seen = firing.due(NOW)
    other = Firing(engine, firing.effects)
    assert sum(other.fire(group, NOW) for group in other.groups(seen)) == 50
    assert sum(firing.fire(group, NOW) for group in firing.groups(seen)) == 0
    assert set(_effects(engine).values()) == {1}


def test_every_kind_of_due_time_has_an_effect() -> None:
    assert set(effects_of(None)) == set(Kind)  # type: ignore[arg-type]
