"""How far each topic was read: a tail that stands still, the watermark, and where the first hole is."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

import planted
from databases import NOW, a_database
from tocsin.auditor.conservation import Auditor, lag
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.views import conservation

REPORTS, CASES, ALERTS = "tocsin.reports.v1", "tocsin.cases.v1", "tocsin.alerts.v1"
ALL_READ = {(REPORTS, 0): 5, (CASES, 0): 5, (ALERTS, 0): 5}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        planted.plant_healthy(connection)
    return engine


def test_a_tail_in_which_nothing_moves_is_reported_and_one_that_moves_is_not(engine: Engine) -> None:
    auditor, ends = Auditor(), ALL_READ | {(REPORTS, 0): 9}
    later = NOW + timedelta(seconds=25)
    with reading(engine) as connection:
        assert auditor.audit(connection, ends, NOW) == []
        found = auditor.audit(connection, ends, later)
    assert [(f.kind, f.subject) for f in found] == [("tail_lag", "resolver:tocsin.reports.v1-0")]
    with unit_of_work(engine) as connection:
        row = {"consumer": "resolver", "topic": REPORTS, "partition": 0, "offset": 5, "outcome": "opened"}
        connection.execute(tables.processed_messages.insert().values(**row, processed_at=later))
    with reading(engine) as connection:
        assert auditor.audit(connection, ends, later) == []


def test_a_hole_is_reported_at_once_where_messages_are_done_in_order_and_else_when_it_stands_still(
    engine: Engine,
) -> None:
    auditor, moment = Auditor(), timedelta(seconds=20)

    def done(consumer: str, topic: str, offset: int) -> None:
        row = {"consumer": consumer, "topic": topic, "partition": 0, "offset": offset, "outcome": "opened"}
        with unit_of_work(engine) as connection:
            connection.execute(tables.processed_messages.insert().values(**row, processed_at=NOW))

    def holes(number: int) -> list[str]:
        with reading(engine) as connection:
            found = auditor.audit(connection, {}, NOW + number * moment)
        return [f.subject for f in found if f.kind == "offset_gap"]

    in_order, in_turns = "dispatcher:tocsin.cases.v1-0", "resolver:tocsin.reports.v1-0"
    done("resolver", REPORTS, 6)
    done("dispatcher", CASES, 6)
    assert [holes(number) for number in range(3)] == [[in_order], [in_order], [in_order, in_turns]]
    done("resolver", REPORTS, 5)
    done("resolver", REPORTS, 8)
    assert [holes(number) for number in (3, 4, 5)] == [[in_order], [in_order], [in_order, in_turns]]


def test_the_watermark_stands_for_everything_below_it(engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        planted.plant_progress(connection, "resolver", "tocsin.actions.v1", [7, 8], start=7)
    with reading(engine) as connection:
        at = next(p for p in conservation.progress(connection) if p.topic == "tocsin.actions.v1")
    assert (at.next_offset, at.missing) == (9, 0)
    assert lag([at], {("tocsin.actions.v1", 0): 12}) == 3


@pytest.mark.parametrize(("offsets", "hole", "missing"), [([0, 1, 3], 2, 1), ([1, 2], 0, 1), ([0, 5, 6], 1, 4)])
def test_the_first_hole_is_where_reading_begins_again(
    engine: Engine, offsets: list[int], hole: int, missing: int
) -> None:
    with unit_of_work(engine) as connection:
        planted.plant_progress(connection, "resolver", "tocsin.actions.v1", offsets)
    with reading(engine) as connection:
        at = next(p for p in conservation.progress(connection) if p.topic == "tocsin.actions.v1")
        assert (conservation.first_hole(connection, at), at.missing) == (hole, missing)
