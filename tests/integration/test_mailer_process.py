"""The mailer as a process, between a real Kafka and the simulator; and its claims on a real PostgreSQL."""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from builders import an_entry
from directories import put_recipient
from mailing import MANDATE, a_simulator, an_office, eventually
from tocsin.devtools.broker import Broker
from tocsin.runtime import kafka
from tocsin.store.database import unit_of_work
from tocsin.store.mail import deliveries
from tocsin_schemas.alerts import AlertRaised, DisclosureLevel
from tocsin_schemas.events import Event
from tocsin_schemas.topics import ALERTS
from tocsin_schemas.vocabulary import Priority


@pytest.mark.kafka
def test_an_alert_on_kafka_becomes_one_mail_though_the_mailer_is_killed(tmp_path: Path, fresh_broker: Broker) -> None:
    office = an_office(tmp_path)
    people = _people(office, 6)
    with a_simulator(tmp_path) as simulator, closing(kafka.producer(fresh_broker.bootstrap)) as producer:
        environment = os.environ | {
            "TOCSIN_HOME": str(tmp_path),
            "TOCSIN_KAFKA_BOOTSTRAP": fresh_broker.bootstrap,
            "TOCSIN_SENDGRID_HOST": simulator.url,
            "TOCSIN_DOUBT_SECONDS": "1",
        }
        for number in range(2):
            event = _raised(office, people[number * 3 : number * 3 + 3], f"event-{number}")
            for _ in range(2):  # the relay may repeat itself
                producer.send(ALERTS.name, key=office.alert_id.encode(), value=event.body(), headers=event.headers())
            producer.flush()
            process = subprocess.Popen([sys.executable, "-m", "tocsin.mailer"], env=environment)
            try:
                eventually(lambda expected=3 * (number + 1): len(simulator.ledger) >= expected, 80)
            finally:
                process.kill() if number == 0 else process.terminate()
            assert process.wait(10) in ({-9} if number == 0 else {0})
        mails = Counter(mail["custom_args"]["d"] for mail in simulator.ledger.whole())
    assert len(mails) == 6
    assert set(mails.values()) == {1}


@pytest.mark.postgresql
def test_on_postgresql_many_workers_claim_each_delivery_once(tmp_path: Path, migrated: Callable[[], str]) -> None:
    office = an_office(tmp_path, url=migrated())
    for number in range(60):
        office.request(f"desk{number}@mechanism.example", Priority.P2)
    claimed: list[str] = []

    def claim(fence: str) -> None:
        while True:
            with unit_of_work(office.engine) as connection:
                found = deliveries.claim_due(connection, 5, fence, office.now)
            if not found:
                return
            claimed.extend(delivery.delivery_id for delivery in found)

    workers = [threading.Thread(target=claim, args=(f"worker-{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(claimed) == sorted(office.delivery_ids)
    with unit_of_work(office.engine) as connection:
        expired = deliveries.expire_claims(connection, office.deployment.identities, office.now, office.now, "worker-1")
    assert office.states() == {k: v for k, v in {"claimed": 60 - expired, "unknown": expired}.items() if v}
    office.engine.dispose()


def _people(office, count: int) -> list[str]:
    with unit_of_work(office.engine) as connection:
        return [
            put_recipient(
                connection,
                office.deployment,
                an_entry(f"desk{n}@mechanism.example", [MANDATE]),
                office.now,
            )
            for n in range(count)
        ]


def _raised(office, recipients: list[str], event_id: str) -> Event:
    body = AlertRaised(
        alert_id=office.alert_id,
        case_id=office.case.case_id,
        mechanism=MANDATE,
        mandate=MANDATE,
        priority=Priority.P1,
        rule="mandate-always",
        at=office.now,
        level=DisclosureLevel.L1,
        recipients=recipients,
    )
    return Event(event_id, "alert.raised", "/tocsin", office.now, body, office.case.case_id)
