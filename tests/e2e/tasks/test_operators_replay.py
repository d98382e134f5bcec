"""An operator publishes a dead letter again, and it is on the broker byte for byte."""

from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaConsumer

from operating import House
from operations import ARABIC, operations, rows
from stage import Stage
from tocsin.console.access.viewer import Role
from tocsin.devtools.broker import Broker
from tocsin.store import tables
from tocsin_schemas.topics import REPORTS
from visitor import Visitor, Way

pytestmark = [pytest.mark.kafka, pytest.mark.parametrize("way", [Way("fr", scripts=False)], ids=str)]


@pytest.fixture
def connected(tmp_path: Path, stage: Stage, fresh_broker: Broker) -> House:
    """A console that has a way to the broker."""
    return operations(tmp_path, stage, broker=fresh_broker.bootstrap)


def test_a_dead_letter_goes_out_again_after_it_was_said_that_it_may_be_refused_again(
    visitor: Visitor, connected: House, fresh_broker: Broker
) -> None:
    connected.account("officer-1", Role.DUTY_OFFICER)
    visitor.keep("tocsin-console-session", connected.session("officer-1"))
    visitor.open("/dead-letters")
    visitor.follow("tocsin.reports.v1-3-41")
    visitor.mark(visitor.said("letters.anyway"), role="checkbox")
    visitor.push(visitor.said("letters.replay"))
    assert visitor.sees(visitor.said("done.replayed"))
    told = {"bootstrap_servers": fresh_broker.bootstrap, "auto_offset_reset": "earliest", "consumer_timeout_ms": 20_000}
    with closing(KafkaConsumer(REPORTS.name, **told)) as consumer:
        record = next(iter(consumer))
    assert record.value == f'{{"alleged_victims": "{ARABIC}"}}'.encode()
    assert (record.key, dict(record.headers)["ce_id"]) == (b"key", b"7")
    assert [row.detail["by"] for row in rows(connected, tables.audit) if row.action == "dead-letter-replayed"] == [
        "officer-1"
    ]
