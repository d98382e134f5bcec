"""At what pace what waits goes in: at once where the road is clear, and else by the share of its publisher."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from admitting import Desk, a_fairness, report_by
from tocsin.runtime import clock
from tocsin.store import tables
from tocsin.store.database import unit_of_work

FLOODER = "NGO-FLD"
SHORT = 0.5
"""Seconds: far shorter than the time after which a bucket that was emptied has another token."""
SLOW = a_fairness(per_second=0.001)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Five reports of one publisher, of whom four wait; the clock of the worker is later, and one token is there."""
    desk = Desk(tmp_path, SLOW)
    for number in range(5):
        desk.take(report_by(FLOODER, number))
    desk.start()
    return desk


def _left_after(desk: Desk, seconds: float, until: Callable[[], bool] = lambda: False) -> int:
    """How many still wait after the worker has had so long, or what is waited for."""

    async def run() -> None:
        task = asyncio.create_task(desk.releasing.keep_releasing())
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not until() and not task.done():  # noqa: ASYNC110 - the database signals nothing
                    await asyncio.sleep(0.02)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())
    return desk.waiting().total()


def _unread_event(desk: Desk) -> None:
    at = clock.now() - timedelta(seconds=5)
    row = {"event_id": "unread", "topic": "tocsin.cases.v1", "key": "k", "headers": [], "body": b"", "created_at": at}
    with unit_of_work(desk.engine) as connection:
        connection.execute(tables.outbox.delete())
        connection.execute(tables.outbox.insert(), row)


def _nothing_announced(desk: Desk) -> None:
    """The clock of these tests is not that of the worker: what was announced before is not waited for."""
    with unit_of_work(desk.engine) as connection:
        connection.execute(tables.outbox.delete())


def test_where_the_road_is_clear_everything_goes_in(tmp_path: Path) -> None:
    patient = SLOW.release.model_copy(update={"clear": timedelta(minutes=1)})
    desk = Desk(tmp_path, SLOW.model_copy(update={"release": patient}))
    for number in range(5):
        desk.take(report_by(FLOODER, number))
    desk.start()
    _nothing_announced(desk)
    assert _left_after(desk, 20, lambda: desk.waiting().total() == 0) == 0


def test_while_what_follows_is_behind_only_a_token_lets_one_in(desk: Desk) -> None:
    _unread_event(desk)
    assert _left_after(desk, SHORT) == 3


def test_while_others_come_in_a_crowd_only_a_token_lets_one_in(desk: Desk) -> None:
    _nothing_announced(desk)
    for _ in range(16):
        desk.releasing.note_arrival()
    assert _left_after(desk, SHORT) == 3


def test_whatever_the_road_is_like_each_publisher_gets_its_share(tmp_path: Path) -> None:
    desk = Desk(tmp_path, a_fairness(per_second=20))
    for publisher in (FLOODER, "NGO-OBS"):
        for number in range(4):
            desk.take(report_by(publisher, number))
    desk.start()
    _unread_event(desk)
    assert _left_after(desk, 20, lambda: desk.waiting().total() == 0) == 0


def test_a_turn_without_token_is_none_while_the_road_is_not_clear(desk: Desk) -> None:
    desk.later(-1)
    waited = desk.waiting().total()
    assert desk.releasing.release_one(desk.now, is_free=False) is None
    assert desk.waiting().total() == waited
    assert desk.releasing.release_one(desk.now, is_free=True) == "opened"
