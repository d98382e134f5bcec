"""What goes wrong beside the rest is told to whoever waits for it."""

import asyncio
import threading

import pytest

from tocsin.runtime.beside import beside


@pytest.mark.parametrize("failure", [ValueError("a"), SystemExit(3)], ids=["an error", "an exit"])
def test_a_failure_is_raised_where_it_is_waited_for(failure: BaseException) -> None:
    def fail() -> None:
        raise failure

    with pytest.raises(type(failure)):
        beside("failing", fail).result(5)


def test_what_work_returns_is_handed_on_from_a_thread_of_that_name() -> None:
    assert beside("named", lambda: threading.current_thread().name).result(5) == "named"


def test_whoever_stops_waiting_stops_nothing_and_breaks_nothing() -> None:
    go_on, ended = threading.Event(), threading.Event()

    async def wait() -> None:
        waiting = asyncio.ensure_future(asyncio.wrap_future(future))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    future = beside("going on", lambda: go_on.wait(5) and ended.set())
    asyncio.run(wait())
    go_on.set()
    assert future.result(5) is None
    assert ended.is_set()
