"""When nothing is under way any more. Read from outside: the broker's offsets and the SQLite file."""

import contextlib
import sqlite3
import time

from tocsin.devtools.stack import Stack
from tocsin.runtime import clock, kafka
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import load_deployment
from tocsin.store.mail import deliveries
from tocsin.store.mail.settling import NotInDoubt, settle
from tocsin.store.matching import reviews

_UNFINISHED = (
    "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) + "
    "(SELECT count(*) FROM parked_reports WHERE released_at IS NULL) + "
    "(SELECT count(*) FROM deliveries WHERE state IN ('requested', 'claimed', 'unknown'))"
)


def wait_until_settled(stack: Stack, records: int, patience: float) -> bool:
    """Wait until every record is consumed, published and sent, and stays so; tells whether it did in time.

    records: how many were published on the reports topic. patience: seconds.
    """
    deadline, calm = time.monotonic() + patience, 0
    while time.monotonic() < deadline:
        _decide_doubts(stack)
        calm = calm + 1 if _is_settled(stack, records) else 0
        if calm == 3:
            return True
        time.sleep(0.5)
    return False


def _decide_doubts(stack: Stack) -> None:
    """In place of the person who is asked about a mail in doubt that is not urgent: it is sent again."""
    with reading(stack.engine) as connection:
        doubtful = [delivery.delivery_id for delivery in deliveries.unknown_since(connection, clock.now())]
        asked = reviews.open_of(connection, "delivery_unknown", doubtful)
    for delivery_id in sorted(asked):
        identities = load_deployment(stack.settings.key_file).identities
        with contextlib.suppress(NotInDoubt), unit_of_work(stack.engine) as connection:
            settle(connection, identities, delivery_id, True, "duty-officer", clock.now())


def _is_settled(stack: Stack, records: int) -> bool:
    topics = {"resolver": "tocsin.reports.v1", "dispatcher": "tocsin.cases.v1", "mailer": "tocsin.alerts.v1"}
    try:
        ends = kafka.end_offsets(stack.addresses["kafka"], topics.values())
    except (kafka.BrokerUnreachable, kafka.KafkaError, OSError):
        return False
    with contextlib.closing(sqlite3.connect(f"file:{stack.home / 'tocsin.db'}?mode=ro", uri=True)) as rows:
        if rows.execute(_UNFINISHED).fetchone()[0]:
            return False
        query = "SELECT count(*) FROM processed_messages WHERE consumer = ? AND topic = ?"
        for consumer, topic in topics.items():
            end = sum(offset for (name, _), offset in ends.items() if name == topic)
            if rows.execute(query, (consumer, topic)).fetchone()[0] < max(
                end, records if consumer == "resolver" else 0
            ):
                return False
    return True
