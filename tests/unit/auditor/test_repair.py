"""A hole is read again, once at a time; an offset at which the topic holds no record is not read for ever."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

import planted
from databases import NOW, a_database
from tocsin.auditor.repair import FirstRecord, repair
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.views import conservation

TOPIC = "tocsin.reports.v1"
STANDING = frozenset({f"resolver:{TOPIC}-0"})


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        planted.plant_progress(connection, "resolver", TOPIC, [0, 1, 4, 5])
    return engine


def holding(offset: int | None) -> FirstRecord:
    return lambda topic, partition, start: offset


def asked(engine: Engine) -> list[tuple[str, str, int, int]]:
    table = tables.rereads.c
    with reading(engine) as connection:
        return [
            tuple(r) for r in connection.execute(select(table.consumer, table.topic, table.partition, table.offset))
        ]


@pytest.mark.parametrize("first", [2, None], ids=["the record is there", "the broker cannot tell"])
def test_a_hole_is_read_again(engine: Engine, first: int | None) -> None:
    assert repair(engine, holding(first), NOW, STANDING) == 1
    assert asked(engine) == [("resolver", TOPIC, 0, 2)]


def test_the_same_hole_is_not_asked_for_again_at_once(engine: Engine) -> None:
    repair(engine, holding(2), NOW, STANDING)
    assert repair(engine, holding(2), NOW + timedelta(seconds=5), STANDING) == 0
    assert len(asked(engine)) == 1


def test_a_hole_without_a_record_is_filled_and_nothing_is_read_again(engine: Engine) -> None:
    assert repair(engine, holding(4), NOW, STANDING) == 0
    assert asked(engine) == []
    with reading(engine) as connection:
        assert [p.missing for p in conservation.progress(connection)] == [0]
        assert audit.verify(connection) == []


def test_only_the_offsets_without_a_record_are_filled(engine: Engine) -> None:
    repair(engine, holding(3), NOW, STANDING)
    repair(engine, holding(3), NOW, STANDING)
    assert asked(engine) == [("resolver", TOPIC, 0, 3)]


def test_where_nothing_stands_still_the_broker_is_not_asked(tmp_path: Path) -> None:
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        planted.plant_progress(connection, "resolver", TOPIC, [0, 1, 2])

    def unexpected(topic: str, partition: int, start: int) -> int | None:
        raise AssertionError("asked")

    assert repair(engine, unexpected, NOW, ()) == 0


@pytest.fixture
def whole(tmp_path: Path) -> Engine:
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        planted.plant_progress(connection, "resolver", TOPIC, [0, 1, 2])
    return engine


@pytest.mark.parametrize(("first", "requests"), [(3, [3]), (4, []), (None, [])])
def test_a_tail_is_read_again_only_if_it_surely_holds_a_record(
    whole: Engine, first: int | None, requests: list[int]
) -> None:
    repair(whole, holding(first), NOW, STANDING)
    assert [offset for _, _, _, offset in asked(whole)] == requests


def test_the_marker_of_a_transaction_at_the_end_is_no_lag_for_ever(whole: Engine) -> None:
    repair(whole, holding(4), NOW, STANDING)
    with reading(whole) as connection:
        assert [p.next_offset for p in conservation.progress(connection)] == [4]


def test_a_tail_that_moves_is_left_alone(whole: Engine) -> None:
    assert repair(whole, holding(3), NOW, ()) == 0
    assert asked(whole) == []


def test_a_hole_that_moves_is_left_alone(engine: Engine) -> None:
    assert repair(engine, holding(2), NOW, ()) == 0
    assert asked(engine) == []
