"""What is watched cannot stop the watcher; what is outside hears from it while all is well, and only then."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from databases import NOW, a_database
from dead_man import dead_man
from tocsin.canary import looking
from tocsin.canary.bounded import Bounded
from tocsin.canary.drilling import Drilling
from tocsin.canary.looking import Looking, is_well, watched
from tocsin.canary.telling import Duty
from tocsin.canary.watch import Watch, ping
from tocsin.domain.watching import Judge, Standing
from tocsin.runtime import heartbeats
from tocsin.store.auditing.passages import Passage


@pytest.fixture
def mute() -> Iterator[str]:
    """Takes connections and never answers, as a process that was stopped."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/health/ready"


def test_what_hangs_is_waited_for_once_and_not_begun_again_before_it_ends() -> None:
    bounded, go, begun = Bounded(0.05), threading.Event(), []

    def hang() -> bool:
        begun.append(1)
        return go.wait(5)

    assert bounded("one", hang) is None
    before = time.monotonic()
    assert bounded("one", hang) is None
    assert time.monotonic() - before < 0.04
    assert bounded("other", lambda: True) is True
    go.set()
    while bounded("one", lambda: True) is None:
        time.sleep(0.01)
    assert len(begun) == 1


def test_a_component_that_takes_connections_and_says_nothing_is_not_well(
    mute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "SECONDS", 0.1)
    assert not is_well(mute)


@pytest.mark.parametrize(("status", "expected"), [(200, True), (503, False)])
def test_only_an_answer_of_200_is_well(status: int, expected: bool) -> None:
    with dead_man(status) as switch:
        assert is_well(switch.url) is expected
        assert ping(switch.url) is expected


def test_addresses_are_read_and_anything_but_http_is_refused() -> None:
    read = watched("resolver=http://127.0.0.1:1/health/ready, console=https://c.example/x?a=b,")
    assert read == {"resolver": "http://127.0.0.1:1/health/ready", "console": "https://c.example/x?a=b"}
    with pytest.raises(ValueError, match="1 of the watched"):
        watched("resolver=file:///etc/passwd")


@pytest.mark.parametrize(("age", "expected"), [(None, True), (60, True), (61, False)])
def test_an_auditor_that_answers_and_audits_no_more_is_not_well(
    tmp_path: Path, age: int | None, expected: bool
) -> None:
    if age is not None:
        heartbeats.beat(tmp_path, heartbeats.AUDITOR, NOW - timedelta(seconds=age))
    with dead_man() as switch:
        look = Looking(a_database(tmp_path), "127.0.0.1:1", {"auditor": switch.url}, tmp_path, timedelta(seconds=60))
        assert look.look(NOW) == {"broker": False, "database": True, "auditor": expected}


def test_the_switch_outside_is_asked_for_only_while_nothing_is_down_and_a_sign_of_life_is_left_always(
    tmp_path: Path,
) -> None:
    answers, shown = {"console": True}, []
    passage = Passage(NOW, NOW, NOW, NOW, NOW, NOW, NOW)
    with dead_man() as switch:
        watch = Watch(
            Drilling(lambda _: None, lambda _: passage, timedelta(minutes=5), timedelta(minutes=2)),
            lambda _: answers,
            Judge(timedelta(minutes=2)),
            Duty(None, "", "tocsin.example"),
            lambda *_: None,
            lambda *given: shown.append(given),
            lambda: ping(switch.url),
            tmp_path,
        )

        def after(minutes: int) -> tuple[int, Any]:
            watch.round(NOW + timedelta(minutes=minutes))
            return len(switch.pings), heartbeats.last(tmp_path, heartbeats.CANARY)

        assert after(0)[0] == 1
        answers["console"] = False
        assert after(1)[0] == 2
        pings, left = after(3)
        assert pings == 2
        assert left is not None
        assert left[0] == NOW + timedelta(minutes=3)
        assert left[1]["standings"]["console"] == "down"
        answers["console"] = True
        assert after(4)[0] == 3
        assert shown[-1][0]["console"] is Standing.WORKING
