"""How far what follows is behind: by the oldest that nobody has read, and never for ever by one that was put aside."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, update

import planted
from databases import NOW, a_database
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.receiving.downstream import Downstream

NOTHING, SECOND = timedelta(), timedelta(seconds=1)
CASES, ALERTS = "tocsin.cases.v1", "tocsin.alerts.v1"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


def _event(connection: Connection, topic: str, name: str, seconds_ago: float) -> None:
    at = NOW - timedelta(seconds=seconds_ago)
    row = {"event_id": name, "topic": topic, "key": "k", "headers": [], "body": b"", "created_at": at}
    connection.execute(tables.outbox.insert(), row | {"published_at": at})


def _read(connection: Connection, consumer: str, name: str, offset: int) -> None:
    place = {"consumer": consumer, "topic": "t", "partition": 0, "offset": offset}
    row = {"event_id": name, "outcome": "done", "processed_at": NOW}
    connection.execute(tables.processed_messages.insert(), place | row)


def _behind(engine: Engine, downstream: Downstream | None = None) -> timedelta:
    with reading(engine) as connection:
        return (downstream or Downstream()).behind(connection, NOW)


def test_where_nothing_waits_nothing_is_behind(engine: Engine) -> None:
    assert _behind(engine) == NOTHING


@pytest.mark.parametrize(("topic", "reader"), [(CASES, "dispatcher"), (ALERTS, "mailer")])
def test_the_oldest_that_its_reader_has_not_read_counts(engine: Engine, topic: str, reader: str) -> None:
    downstream = Downstream()
    with unit_of_work(engine) as connection:
        for number in range(1, 4):
            _event(connection, topic, f"e{number}", 5 - number)
        _read(connection, reader, "e2", 0)
    assert _behind(engine, downstream) == 4 * SECOND
    with unit_of_work(engine) as connection:
        _read(connection, reader, "e1", 1)
    assert _behind(engine, downstream) == 2 * SECOND
    with unit_of_work(engine) as connection:
        _read(connection, reader, "e3", 2)
    assert _behind(engine, downstream) == NOTHING
    with unit_of_work(engine) as connection:
        _event(connection, topic, "e4", 3)
    assert _behind(engine, downstream) == 3 * SECOND


def test_an_event_that_was_put_aside_is_not_waited_for(engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        _event(connection, CASES, "lost", 120)
        _event(connection, CASES, "new", 1)
        _read(connection, "dispatcher", "new", 0)
    assert _behind(engine) == NOTHING


def test_a_mail_that_is_due_counts_and_one_that_is_gathered_does_not(engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        case_id = planted.plant_case(connection, 1)
        alert_id = planted.plant_alert(connection, case_id)
        mail = planted.plant_delivery(connection, alert_id, case_id, state="requested", next_attempt_at=NOW + SECOND)
    assert _behind(engine) == NOTHING
    with unit_of_work(engine) as connection:
        one = update(tables.deliveries).where(tables.deliveries.c.delivery_id == mail)
        connection.execute(one.values(next_attempt_at=NOW - 2 * SECOND))
    assert _behind(engine) == 2 * SECOND
