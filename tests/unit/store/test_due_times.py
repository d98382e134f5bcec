"""A due time is kept until it has fired, and fires once, whatever the clock says meanwhile."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from databases import NOW, a_database
from tocsin.store import tables
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import FAILED, DueTime, Kind
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.migrate import upgrade

SECOND, MONTH = timedelta(seconds=1), timedelta(days=30)
IN_AN_HOUR = NOW + timedelta(hours=1)


def a_due_time(number: int = 1, **over) -> DueTime:
    fields = {"kind": Kind.ESCALATION, "case_id": "c1", "subject": f"a{number}", "due_at": IN_AN_HOUR}
    return DueTime(due_id=f"{number:032x}", about="UN-WGAD", step=1, **fields | over)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


def _schedule(engine: Engine, *wanted: DueTime) -> None:
    with unit_of_work(engine) as connection:
        due_times.schedule(connection, wanted, NOW)


def _due(engine: Engine, now) -> list[str]:
    with reading(engine) as connection:
        return [found.time.subject for found in due_times.due(connection, now, 10)]


def _claim(engine: Engine, due: DueTime, now=IN_AN_HOUR) -> bool:
    with unit_of_work(engine) as connection:
        return due_times.claim(connection, [due.due_id], now) == {due.due_id}


def _rows(engine: Engine) -> list:
    with reading(engine) as connection:
        return list(connection.execute(select(tables.due_times)))


def test_it_is_due_from_its_moment_on_and_however_late(engine: Engine) -> None:
    _schedule(engine, a_due_time())
    assert [_due(engine, at) for at in (IN_AN_HOUR - SECOND, IN_AN_HOUR, IN_AN_HOUR + MONTH)] == [[], ["a1"], ["a1"]]


def test_the_longest_due_come_first(engine: Engine) -> None:
    _schedule(engine, *(a_due_time(n, due_at=NOW - n * SECOND) for n in (1, 3, 2)))
    assert _due(engine, NOW) == ["a3", "a2", "a1"]


def test_scheduling_it_again_changes_nothing(engine: Engine) -> None:
    _schedule(engine, a_due_time())
    before = _rows(engine)
    _schedule(engine, a_due_time(), a_due_time())
    assert _rows(engine) == before


def test_it_can_be_moved_until_it_has_fired(engine: Engine) -> None:
    _schedule(engine, a_due_time())
    _schedule(engine, a_due_time(due_at=NOW))
    assert _due(engine, NOW) == ["a1"]
    assert _claim(engine, a_due_time(), NOW)
    _schedule(engine, a_due_time(due_at=IN_AN_HOUR))
    assert _due(engine, IN_AN_HOUR + MONTH) == []


def test_it_is_claimed_once_whatever_the_clock_does(engine: Engine) -> None:
    _schedule(engine, a_due_time())
    assert [_claim(engine, a_due_time(), at) for at in (IN_AN_HOUR + MONTH, NOW - MONTH, IN_AN_HOUR)] == [
        True,
        False,
        False,
    ]


def test_a_claim_that_is_rolled_back_is_none(engine: Engine) -> None:
    _schedule(engine, a_due_time())
    with unit_of_work(engine) as connection:
        attempt = connection.begin_nested()
        assert due_times.claim(connection, [a_due_time().due_id], IN_AN_HOUR)
        attempt.rollback()
    assert _claim(engine, a_due_time())


def test_what_is_cancelled_never_fires_unless_it_is_wanted_again(engine: Engine) -> None:
    _schedule(engine, a_due_time(1), a_due_time(2), a_due_time(3, kind=Kind.ACKNOWLEDGEMENT, subject="a1"))
    with unit_of_work(engine) as connection:
        due_times.cancel(connection, ["a1"], [Kind.ESCALATION], NOW)
    assert sorted(_due(engine, IN_AN_HOUR)) == ["a1", "a2"]
    assert not _claim(engine, a_due_time(1))
    _schedule(engine, a_due_time(1))
    assert sorted(_due(engine, IN_AN_HOUR)) == ["a1", "a1", "a2"]


def test_a_case_keeps_only_what_is_still_wanted_of_these_kinds(engine: Engine) -> None:
    moments = [a_due_time(n, kind=Kind.EMBARGO_END) for n in (1, 2)]
    _schedule(engine, *moments, a_due_time(3), a_due_time(4, kind=Kind.EMBARGO_END, case_id="c2"))
    with unit_of_work(engine) as connection:
        due_times.keep_only(connection, "c1", [Kind.EMBARGO_END], [moments[0].due_id], NOW)
    assert sorted(_due(engine, IN_AN_HOUR)) == ["a1", "a3", "a4"]


def test_what_failed_rests_and_holds_up_nothing(engine: Engine) -> None:
    _schedule(engine, a_due_time(1), a_due_time(2))
    with unit_of_work(engine) as connection:
        due_times.postpone(connection, a_due_time(1).due_id, timedelta(minutes=5), IN_AN_HOUR)
    assert _due(engine, IN_AN_HOUR) == ["a2"]
    assert _due(engine, IN_AN_HOUR + timedelta(minutes=5)) == ["a1", "a2"]


def test_what_failed_by_a_clock_that_was_ahead_does_not_rest_until_then(engine: Engine) -> None:
    _schedule(engine, a_due_time(1))
    with unit_of_work(engine) as connection:
        due_times.postpone(connection, a_due_time(1).due_id, timedelta(minutes=5), IN_AN_HOUR + MONTH)
    assert _due(engine, IN_AN_HOUR) == ["a1"]


def test_what_was_given_up_can_be_taken_up_again(engine: Engine) -> None:
    _schedule(engine, a_due_time(1))
    with unit_of_work(engine) as connection:
        assert due_times.claim(connection, [a_due_time(1).due_id], IN_AN_HOUR)
        due_times.settle(connection, {a_due_time(1).due_id: FAILED})
        assert [given_up.subject for given_up in due_times.given_up(connection)] == ["a1"]
    assert _due(engine, IN_AN_HOUR) == []
    with unit_of_work(engine) as connection:
        assert [due_times.revive(connection, a_due_time(1).due_id) for _ in range(2)] == [True, False]
    assert _due(engine, IN_AN_HOUR) == ["a1"]


def test_it_follows_its_subject_to_another_case(engine: Engine) -> None:
    _schedule(engine, a_due_time(1, case_id=None))
    with unit_of_work(engine) as connection:
        due_times.place(connection, "a1", "c9")
        (found,) = due_times.waiting(connection, "c9")
    assert found == replace(a_due_time(1), case_id="c9")


_HELD = (
    "INSERT INTO alerts (alert_id, case_id, mechanism, mandate, revision, round, state, priority, level, rule, detail, "
    "recipients, release_at, raised_at, updated_at) VALUES ('{0}', 'c1', 'UN-WGAD', '{0}', 1, 0, '{1}', 'P1', 'L0', 'r', "
    "'d', '[]', {2}, '2026-11-24T09:00:00.000000+00:00', '2026-11-24T09:00:00.000000+00:00')"
)


def test_an_embargo_of_an_earlier_version_still_ends_by_itself(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    upgrade(url, "0003")
    earlier = open_database(url)
    with unit_of_work(earlier) as connection:
        moment = f"'{IN_AN_HOUR.isoformat(timespec='microseconds')}'"
        for row in (("a1", "held", moment), ("a2", "held", "NULL"), ("a3", "raised", "NULL")):
            connection.execute(text(_HELD.format(*row)))
    upgrade(url)
    with reading(earlier) as connection:
        (found,) = due_times.due(connection, IN_AN_HOUR, 10)
    assert (found.time.kind, found.time.case_id, found.time.due_at) == (Kind.EMBARGO_END, "c1", IN_AN_HOUR)
    assert _due(earlier, IN_AN_HOUR - SECOND) == []
    earlier.dispose()
