"""The buckets of publishers in the database: each its own, filled by time alone, and safe from clocks that jump."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from admitting import a_fairness
from databases import NOW, a_database
from tocsin.store.database import reading, unit_of_work
from tocsin.store.receiving import allowances
from tocsin_schemas.vocabulary import Priority

SHARES = a_fairness(burst=2, per_second=1.0).shares


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


def _take(engine: Engine, now: datetime = NOW, publisher: str = "NGO-OBS", priority: Priority = Priority.P1) -> bool:
    with unit_of_work(engine) as connection:
        return allowances.take(connection, publisher, SHARES[priority], now)


def test_a_bucket_is_full_at_first_and_then_empty(engine: Engine) -> None:
    assert [_take(engine) for _ in range(4)] == [True, True, False, False]


def test_each_publisher_and_each_priority_has_its_own(engine: Engine) -> None:
    assert [_take(engine) for _ in range(3)] == [True, True, False]
    assert _take(engine, publisher="UN-SRHRD")
    assert _take(engine, priority=Priority.P2)


def test_it_fills_with_time_and_never_above_its_brim(engine: Engine) -> None:
    for _ in range(2):
        _take(engine)
    assert [_take(engine, NOW + timedelta(seconds=1)) for _ in range(2)] == [True, False]
    assert [_take(engine, NOW + timedelta(days=300)) for _ in range(3)] == [True, True, False]


def test_a_clock_that_goes_back_gives_nothing_and_counts_from_there(engine: Engine) -> None:
    before = NOW - timedelta(days=30)
    for _ in range(2):
        _take(engine)
    assert not _take(engine, before)
    assert not _take(engine, before + timedelta(seconds=0.5))
    assert _take(engine, before + timedelta(seconds=1))
    assert not _take(engine, before + timedelta(seconds=1))


def test_entitled_is_who_has_a_token_left(engine: Engine) -> None:
    for _ in range(2):
        _take(engine)
    both = frozenset({Priority.P1, Priority.P2})
    waiting = {"NGO-OBS": both, "UN-SRHRD": frozenset({Priority.P1})}

    def entitled(now: datetime) -> dict[str, frozenset[Priority]]:
        with reading(engine) as connection:
            return dict(allowances.entitled(connection, waiting, SHARES, now))

    assert entitled(NOW) == {"NGO-OBS": frozenset({Priority.P2}), "UN-SRHRD": frozenset({Priority.P1})}
    assert entitled(NOW + timedelta(seconds=1)) == waiting
    assert waiting["NGO-OBS"] == both
    with reading(engine) as connection:
        assert allowances.entitled(connection, {}, SHARES, NOW) == {}
