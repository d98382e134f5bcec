"""Each message is worked on once, and reading starts at the first one that is not in the database."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from databases import NOW, a_database
from tocsin.store.database import unit_of_work
from tocsin.store.streams import inbox
from tocsin_schemas.topics import REPORTS

PAIR = (REPORTS.name, 0)


def _consume(engine, offset: int, event_id: str | None = None, done: list[int] | None = None) -> str:
    def work(_: Connection) -> str:
        if done is not None:
            done.append(offset)
        return "opened"

    return inbox.consume(engine, "resolver", (REPORTS.name, 0, offset), event_id, NOW, work)


def test_a_message_read_twice_is_worked_on_once(tmp_path: Path) -> None:
    engine, done = a_database(tmp_path), []
    assert _consume(engine, 0, "a", done) == "opened"
    assert _consume(engine, 0, "a", done) == "already-processed"
    assert done == [0]


def test_an_event_published_twice_is_worked_on_once_and_both_offsets_are_kept(tmp_path: Path) -> None:
    engine, done = a_database(tmp_path), []
    inbox.ensure_watermarks(engine, "resolver", [REPORTS])
    assert [_consume(engine, n, "a", done) for n in range(3)] == ["opened", "repeat", "repeat"]
    assert done == [0]
    assert inbox.positions(engine, "resolver", [PAIR]) == {PAIR: 3}


def test_work_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    engine = a_database(tmp_path)
    inbox.ensure_watermarks(engine, "resolver", [REPORTS])

    def fails(_: Connection) -> str:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        inbox.consume(engine, "resolver", (REPORTS.name, 0, 0), "a", NOW, fails)
    assert inbox.positions(engine, "resolver", [PAIR]) == {PAIR: 0}
    assert _consume(engine, 0, "a") == "opened"


OFFSETS = [
    ([], 0),
    ([0], 1),
    ([0, 1, 2], 3),
    ([1, 2], 0),
    ([0, 2, 3], 1),
    ([0, 1, 4, 2], 3),
]


@pytest.mark.parametrize(("seen", "position"), OFFSETS)
def test_reading_starts_at_the_first_hole(tmp_path: Path, seen: list[int], position: int) -> None:
    engine = a_database(tmp_path)
    inbox.ensure_watermarks(engine, "resolver", [REPORTS])
    for offset in seen:
        _consume(engine, offset)
    assert inbox.positions(engine, "resolver", [PAIR]) == {PAIR: position}
    assert inbox.positions(engine, "resolver", [PAIR]) == {PAIR: position}, "asking moves nothing"


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 12)), st.sets(st.integers(0, 12)))
def test_the_position_is_the_first_missing_offset_whatever_came_before(first: set[int], second: set[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = a_database(Path(folder))
        inbox.ensure_watermarks(engine, "resolver", [REPORTS])
        for batch, seen in ((first, first), (second, first | second)):
            for offset in batch:
                _consume(engine, offset)
            expected = next(n for n in range(14) if n not in seen)
            assert inbox.positions(engine, "resolver", [PAIR]) == {PAIR: expected}
        engine.dispose()


def test_a_message_that_ended_three_processes_is_known_as_deadly(tmp_path: Path) -> None:
    engine, place = a_database(tmp_path), (REPORTS.name, 0, 7)
    for deaths in range(3):
        assert inbox.deadly_messages(engine, "resolver") == {}, deaths
        inbox.record_failure(engine, "resolver", place, "ZeroDivisionError", NOW)
    assert inbox.deadly_messages(engine, "resolver") == {place: "ZeroDivisionError"}


def test_a_hole_is_asked_for_once_until_the_consumer_starts_again(tmp_path: Path) -> None:
    engine, place = a_database(tmp_path), (REPORTS.name, 0, 7)
    for _ in range(2):
        with unit_of_work(engine) as connection:
            inbox.request_reread(connection, "resolver", place, NOW)
    assert inbox.reread_requested(engine, "resolver")
    inbox.close_rereads(engine, "resolver", NOW)
    assert not inbox.reread_requested(engine, "resolver")
