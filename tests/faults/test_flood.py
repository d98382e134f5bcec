"""A flood of one publisher keeps nobody else waiting, and nothing of it is dropped; and the test can tell."""

import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import select

from tocsin.devtools.bench.flood import outcomes_of, records_of
from tocsin.devtools.bench.flooding import FLOODER, OTHERS, urgent_letters
from tocsin.devtools.broker import Broker
from tocsin.devtools.faults.evidence import read_ledger
from tocsin.devtools.publish import publish
from tocsin.devtools.stack import HURRIED, SHIPPED_SHARES, Stack
from tocsin.store.database import reading
from tocsin.store.tables import cases, deliveries
from tocsin.store.views import waiting_reports

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
FLOOD, OWN = 200, 5
APART = ("console", "pages", "intake", "auditor")
FIRST_COME = "tocsin.devtools.faults.mutants.first_come"


def _told(stack: Stack) -> set[str]:
    """Reports that founded a case of which the provider has taken a mail."""
    taken = [mail["custom_args"]["d"] for mail in read_ledger(stack.home / "simulator" / "ledger.jsonl")]
    about = select(deliveries.c.delivery_id, cases.c.founding_report_id).where(deliveries.c.case_id == cases.c.case_id)
    with reading(stack.engine) as connection:
        founding = {row[0]: row[1] for row in connection.execute(about)}
    return {founding[mail] for mail in taken if mail in founding}


def _until(condition: Callable[[], bool], seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("modules", "others_first"),
    [({}, True), pytest.param({"resolver": FIRST_COME}, False, marks=pytest.mark.slow)],
    ids=["fair", "first-come"],
)
def test_urgent_reports_of_others_overtake_a_flood_that_came_before_them(
    fresh_broker: Broker, tmp_path: Path, modules: dict[str, str], others_first: bool
) -> None:
    overrides = HURRIED | SHIPPED_SHARES | {"kafka_bootstrap": fresh_broker.bootstrap}
    stack = Stack(tmp_path / "home", overrides=overrides, modules=modules, fresh=True, without=APART)
    stack.start()
    try:
        stack.wait_ready()
        flood, own = list(islice(urgent_letters([FLOODER], 9), FLOOD)), list(islice(urgent_letters(OTHERS, 1), OWN))
        publish(stack.settings.kafka, [*flood, *own])
        wanted = {letter.key.decode() for letter in own}
        _until(lambda: wanted <= _told(stack))
        of_the_flood = len(_told(stack) - wanted)
        assert (of_the_flood < FLOOD / 2) == others_first
        if others_first:
            _until(lambda: sum(outcomes_of(stack).values()) == records_of(stack) == FLOOD + OWN)
            assert outcomes_of(stack).keys() <= {"opened", "parked"}
            with reading(stack.engine) as connection:
                assert {each.publisher_id for each in waiting_reports.by_publisher(connection)} == {FLOODER}
                assert waiting_reports.astray(connection, 1) == []
    finally:
        stack.stop()
