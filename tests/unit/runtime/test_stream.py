"""A worker is wired as measured, and nothing connects before it runs."""

import asyncio
from collections.abc import Callable

import faust
import pytest

from tocsin.runtime import stream
from tocsin.runtime.positions import DatabaseConsumer
from tocsin.runtime.reachable import is_reachable


class Exited(BaseException):
    """In place of the end of the process."""


def a_worker(**over: object):
    options = {
        "name": "resolver",
        "topics": ["tocsin.reports.v1"],
        "bootstrap": "kafka.example:9092",
        "instance": "1",
        "handle": lambda message: None,
        "positions": lambda wanted: {},
    }
    return stream.create_worker(**{**options, **over})


def test_the_settings_that_lose_nothing_are_in_force() -> None:
    app = a_worker(instance="7")
    assert issubclass(app.transport.Consumer, DatabaseConsumer)
    assert app.conf.consumer_group_instance_id == "resolver-7"
    assert app.conf.broker_session_timeout >= 5 * app.conf.broker_heartbeat_interval
    assert not app.conf.web_enabled
    assert not app.conf.topic_allow_declare
    assert app.conf.processing_guarantee.name == "AT_LEAST_ONCE"


def test_two_workers_do_not_share_positions() -> None:
    first, second = a_worker(positions=lambda wanted: {"first": 1}), a_worker(positions=lambda wanted: {"second": 2})
    assert first.transport.Consumer.positions([]) == {"first": 1}
    assert second.transport.Consumer.positions([]) == {"second": 2}


def test_another_version_of_faust_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faust, "__version__", "0.15.4")
    with pytest.raises(RuntimeError, match=r"0\.15\.3 is required"):
        a_worker()


class Assigned:
    """A consumer to whom these partitions are assigned."""

    def __init__(self, *partitions: str) -> None:
        self._partitions = partitions

    def assignment(self) -> tuple[str, ...]:
        return self._partitions

    async def join_again(self) -> None:
        return


def test_a_worker_is_ready_only_while_it_has_partitions() -> None:
    async def story() -> list[bool]:
        app, seen = a_worker(), []
        app.add_future = lambda waiting: waiting.close()
        seen.append(stream.is_assigned(app))
        for consumer in (Assigned("reports-0"), Assigned(), Assigned("reports-0")):
            app._consumer = consumer
            await app.on_rebalance_complete.send()
            seen.append(stream.is_assigned(app))
        await app.on_partitions_revoked.send({"reports-0"})
        return [*seen, stream.is_assigned(app)]

    assert asyncio.run(story()) == [False, True, False, True, False]


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    codes: list[int] = []

    def leave(code: int) -> None:
        codes.append(code)
        raise Exited

    monkeypatch.setattr(stream.os, "_exit", leave)
    monkeypatch.setattr(stream.logging, "shutdown", lambda: None)
    return codes


MESSAGE = stream.Message("t", 0, 1, None, None, (), None)  # type: ignore[arg-type]


def broken(*_: object) -> None:
    raise OSError("the database is gone too")


@pytest.mark.parametrize("on_failure", [None, lambda message, error: None, broken])
def test_a_failure_ends_the_process_whether_or_not_it_can_be_recorded(
    exits: list[int], on_failure: Callable[..., None] | None
) -> None:
    with pytest.raises(Exited):
        stream._Handling(broken, None, on_failure)([MESSAGE])
    assert exits == [stream.EXIT_UNEXPECTED]


@pytest.mark.parametrize("fails", [True, False], ids=["it fails", "it returns"])
def test_the_process_does_not_outlive_its_background(exits: list[int], fails: bool) -> None:
    async def background() -> None:
        if fails:
            raise ValueError("a")

    with pytest.raises(Exited):
        stream._ending_with_the_process(background)().send(None)
    assert exits == [stream.EXIT_UNEXPECTED]


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1", "127.0.0.1:port", "", "127.0.0.1:1,127.0.0.1:2"])
def test_nothing_is_there(address: str) -> None:
    assert not is_reachable(address)
