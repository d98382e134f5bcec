"""Guarantee: in a running deployment, whatever stops is noticed within two periods of the canary, the canary included.

A component is stopped as by a hang (SIGSTOP): it takes connections and answers nothing, and no supervisor sees it. With
five minutes from drill to drill, two periods are ten minutes.
"""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dead_man import DeadMan, dead_man
from postgres import PostgreSQL
from tocsin.auditor.__main__ import PERIOD_SECONDS
from tocsin.devtools.broker import Broker
from tocsin.devtools.stack import HURRIED, Stack
from tocsin.runtime import heartbeats
from tocsin.store.auditing import audit_findings, passages
from tocsin.store.database import reading
from tocsin.store.views import overview

PERIOD = float(os.environ.get("TOCSIN_CANARY_PERIOD", "6"))
"""Seconds from drill to drill: 300 is the real one, and takes some hours."""
pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(300 + 10 * PERIOD)]
TEN_MINUTES = 2 * PERIOD
IN_TURN = ("resolver", "relay", "dispatcher", "mailer", "webhook", "auditor", "console", "broker", "database")


@contextmanager
def running(home: Path, switch: DeadMan, without: list[str], **over: str) -> Iterator[Stack]:
    overrides = HURRIED | {"canary_seconds": str(PERIOD), "canary_ping_url": switch.url} | over
    stack = Stack(home, overrides=overrides, fresh=True, without=without, canary=True)
    stack.start()
    try:
        stack.wait_ready()
        wait(lambda: delivered(stack), 60)
        yield stack
    finally:
        stack.stop()


def standings(stack: Stack) -> dict[str, str]:
    left = heartbeats.last(stack.home, heartbeats.CANARY)
    return dict(left[1]["standings"]) if left is not None else {"canary": "absent"}


def delivered(stack: Stack) -> str | None:
    left = heartbeats.last(stack.home, heartbeats.CANARY)
    return left[1]["delivered_at"] if left is not None else None


def wait(until: Callable[[], object], seconds: float) -> float:
    """How long it took."""
    began = time.monotonic()
    while not until():
        assert time.monotonic() - began < seconds, "it was not noticed in time"
        time.sleep(0.1)
    return time.monotonic() - began


@contextmanager
def stopped(*roots: int) -> Iterator[None]:
    """The processes and whatever they started, as if they hung."""
    pids = [pid for root in roots for pid in family(root)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def family(root: int) -> list[int]:
    children = [int(each.parent.name) for each in Path("/proc").glob("[0-9]*/stat") if parent_of(each) == root]
    return [root, *(pid for child in children for pid in family(child))]


def parent_of(stat: Path) -> int | None:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None  # it has just ended


def mails_to_duty(stack: Stack) -> list[str]:
    with urllib.request.urlopen(stack.addresses["mailbox"] + "/simulator/ledger") as answer:
        found = json.load(answer)
    mails = found["mails"] if isinstance(found, dict) else found
    return [mail["subject"] for mail in mails if mail["to"] == "duty@tocsin.example"]


def findings(stack: Stack) -> set[tuple[str, str]]:
    with reading(stack.engine) as connection:
        return {(found.kind, found.subject) for found in audit_findings.standing(connection)}


def is_noticed(stack: Stack, component: str) -> Callable[[], bool]:
    return lambda: standings(stack).get(component) == "down"


def recovers(stack: Stack) -> None:
    wait(lambda: set(standings(stack).values()) == {"working"}, 60 + 2 * PERIOD)


def show(component: str, seconds: float) -> None:
    told = f"{component}: noticed after {seconds:.1f} s, of {TEN_MINUTES:.0f} s that stand for ten minutes"
    print(told)  # noqa: T201 - pytest -rP shows it


def stop_and_see(stack: Stack, component: str, pid: int) -> float:
    """Stop it, see it noticed and told, and let it go on; returns how long it took to be noticed."""
    before = len(mails_to_duty(stack))
    with stopped(pid):
        took = wait(is_noticed(stack, component), TEN_MINUTES)
        wait(lambda: len(mails_to_duty(stack)) > before, PERIOD)
        if component != "database":
            wait(lambda: ("component_down", component) in findings(stack), PERIOD)
    return took


def test_a_component_that_stops_is_noticed_in_time_and_told(tmp_path: Path, emptied: Callable[[], Broker]) -> None:
    apart, broker = ["intake", "pages", "console"], emptied().bootstrap
    with dead_man() as switch, running(tmp_path / "home", switch, apart, kafka_bootstrap=broker) as stack:
        for component in ("dispatcher", "auditor"):
            recovers(stack)
            show(component, stop_and_see(stack, component, stack.pids()[component]))
        assert mails_to_duty(stack)[0] == "[TOCSIN] Not working"
        assert len(switch.pings) > 1
        with reading(stack.engine) as connection:
            assert len(passages.latest(connection, 9)) > 1
            assert overview.counts(connection).reports == overview.counts(connection).cases == 0
            assert overview.counts(connection).deliveries == {}


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.timeout(900 + 50 * PERIOD)
def test_whatever_stops_is_noticed_in_time_and_so_is_the_canary(tmp_path: Path, postgresql_server: PostgreSQL) -> None:
    database = postgresql_server.database()
    with dead_man() as switch, running(tmp_path / "home", switch, [], database_url=database) as stack:
        for component in IN_TURN:
            recovers(stack)
            pid = postgresql_server.pid if component == "database" else stack.pids()[component]
            show(component, stop_and_see(stack, component, pid))
        recovers(stack)
        with stopped(stack.pids()["canary"]):
            show("outside", wait(lambda: switch.alarms(PERIOD), TEN_MINUTES))
            found = wait(lambda: ("canary_silent", "canary") in findings(stack), TEN_MINUTES + 2 * PERIOD_SECONDS)
            show("canary", found)
        wait(lambda: findings(stack) == set(), 60 + 2 * PERIOD)
