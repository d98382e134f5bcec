"""Two mailers, a webhook and two watches at once on PostgreSQL: each mail is claimed once, each fall-back made once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from mailing import KeepingSender, Office, a_sending, an_office
from racing import at_once
from tocsin.mailer.evidence.provider_events import ProviderEvent, Receipts
from tocsin.mailer.sender import Accepted, Mail
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import copies, deliveries
from tocsin.store.mail.deliveries import Wanted
from tocsin_schemas.deliveries import DeliveryState, MailKind
from tocsin_schemas.vocabulary import Priority
from watched import FIRST, SECOND, Desk

pytestmark = pytest.mark.postgresql
MAILS = 24


@pytest.fixture
def office(tmp_path: Path, migrated: Callable[[], str]) -> Iterator[Office]:
    office = an_office(tmp_path, url=migrated())
    yield office
    office.engine.dispose()


def request_many(office: Office, address: str = FIRST) -> list[str]:
    person = office.find(office.request(address, round_=MAILS)).recipient_id
    identities, ids = office.deployment.identities, []
    with unit_of_work(office.engine) as connection:
        for round_ in range(MAILS - 1):
            ids.append(identities.delivery(office.alert_id, person, "email", round_))
            of = (ids[-1], office.alert_id, office.case.case_id, person)
            deliveries.request(connection, identities, Wanted(*of, round_, MailKind.ALERT, Priority.P1), office.now)
    return [*ids, office.delivery_ids[-1]]


def test_two_mailers_send_each_mail_once_while_its_events_come_in_any_order(office: Office) -> None:
    ids, dice = request_many(office), Random(6)
    receipts = Receipts(office.engine, office.deployment.identities)
    sent: list[str] = []

    def answer(mail: Mail) -> None:
        sent.append(mail.delivery_id)

    def mailer(instance: str) -> None:
        sender = KeepingSender(meanwhile=answer)
        sender.outcome = Accepted("")  # what the copy is called is told by its events
        sending = a_sending(office, sender, instance)
        with ThreadPoolExecutor(2) as pool:
            while sending.send_batch(pool):
                pass

    def webhook(seed: int) -> None:
        order = Random(seed)
        for _ in range(3):
            events = [
                ProviderEvent(f"{one}-{word}", one, word, office.now, "", f"m-{one}", 1)
                for one in order.sample(ids, len(ids))
                for word in ("delivered", "processed")
            ]
            receipts.record(order.sample(events, len(events)), office.now)

    at_once(lambda: mailer("1"), lambda: mailer("2"), lambda: webhook(dice.random()), lambda: webhook(dice.random()))
    webhook(1)
    assert len(sent) == len(set(sent))
    assert office.states() == {"delivered": MAILS}
    with reading(office.engine) as connection:
        assert copies.twins(connection) == []
        assert connection.execute(select(func.count()).select_from(tables.sent_copies)).scalar_one() == MAILS
        told = select(func.count()).where(tables.delivery_history.c.state == "delivered")
        assert connection.execute(told).scalar_one() == MAILS


def test_two_watches_turn_to_the_second_address_once(office: Office) -> None:
    desk = Desk(office)
    for number in range(8):
        desk.put(desk.request(second=SECOND, round_=number), DeliveryState.BOUNCED)
    counts: list[int] = []
    at_once(*[lambda: counts.append(desk.watching.watch())] * 2)
    assert sum(counts) == 8
    assert len(desk.second_mails()) == 8
    assert desk.watching.watch() == 0
