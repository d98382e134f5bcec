"""Doubt is settled by the provider's evidence; without any, urgent mails go out again and people decide on the others."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailing import Office, an_office
from tocsin.mailer.evidence.reconcile import Reconciliation
from tocsin.mailer.sender import LogUnavailable, Sent
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import copies, deliveries, settling
from tocsin.store.mail.copies import Twin
from tocsin.store.mail.deliveries import Observation
from tocsin.store.mail.settling import NotInDoubt
from tocsin.store.matching import reviews
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState
from tocsin_schemas.vocabulary import Priority

DOUBT = timedelta(seconds=60)
DESK = "desk@mechanism.example"


@dataclass
class Log:
    """A provider's log. knows: copies by delivery. asked: (delivery, address) of every question."""

    knows: dict[str, list[Sent]] = field(default_factory=dict)
    is_down: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def copies(self, delivery_id: str, to: str, _reference: str, _since: datetime) -> list[Sent]:
        self.asked.append((delivery_id, to))
        if self.is_down:
            raise LogUnavailable("down")
        return self.knows.get(delivery_id, [])


@dataclass
class Doubt:
    """A mail in doubt, and what settles it."""

    office: Office
    log: Log = field(default_factory=Log)

    def __post_init__(self) -> None:
        self.began, office = self.office.now, self.office
        self.reconciliation = Reconciliation(office.engine, office.deployment, self.log, DOUBT, office.clock)

    def about(self, priority: Priority = Priority.P1, provider: str | None = "sendgrid", address: str = DESK) -> str:
        delivery_id = self.office.request(address, priority)
        self.try_in_vain(provider)
        return delivery_id

    def try_in_vain(self, provider: str | None = "sendgrid") -> None:
        with unit_of_work(self.office.engine) as connection:
            for claimed in deliveries.claim_due(connection, 9, "a-1", self.office.now):
                seen = Observation(DeliveryState.UNKNOWN, DeliveryCause.OUTCOME_UNKNOWN, "timeout", provider)
                deliveries.record_outcome(connection, self.office.deployment.identities, claimed, seen, self.office.now)

    def settle_after(self, times: float) -> int:
        self.office.now = self.began + DOUBT * times
        return self.reconciliation.settle()

    def is_put_before_a_person(self, delivery_id: str) -> bool:
        with reading(self.office.engine) as connection:
            return bool(reviews.open_of(connection, "delivery_unknown", [delivery_id]))

    def decide(self, delivery_id: str, again: bool) -> None:
        with unit_of_work(self.office.engine) as connection:
            identities = self.office.deployment.identities
            settling.settle(connection, identities, delivery_id, again, "officer-1", self.office.now)


@pytest.fixture
def doubt(tmp_path: Path) -> Iterator[Doubt]:
    doubt = Doubt(an_office(tmp_path))
    yield doubt
    doubt.office.engine.dispose()


def is_sent_again(doubt: Doubt, delivery_id: str) -> bool:
    found = doubt.office.find(delivery_id)
    assert found.possible_repeat == (found.state is DeliveryState.REQUESTED), "a repeat is always marked"
    return found.possible_repeat


@pytest.mark.parametrize("priority", [Priority.P1, Priority.P2])
def test_an_urgent_mail_that_is_not_in_the_log_goes_out_again_after_the_doubt(doubt: Doubt, priority: Priority) -> None:
    delivery_id = doubt.about(priority)
    assert (doubt.settle_after(0.99), doubt.log.asked) == (0, [])
    assert (doubt.settle_after(1), is_sent_again(doubt, delivery_id)) == (1, True)


@pytest.mark.parametrize("state", [DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED])
def test_what_is_in_the_log_is_believed_and_never_sent_again(doubt: Doubt, state: DeliveryState) -> None:
    delivery_id = doubt.about()
    doubt.log.knows[delivery_id] = [Sent(state, "m1.recvd-1", 1)]
    assert doubt.settle_after(1) == 1
    assert doubt.office.find(delivery_id).state is state
    assert doubt.log.asked == [(delivery_id, DESK)]


def test_while_the_log_is_down_an_urgent_mail_waits_twice_as_long_and_the_log_is_not_pestered(doubt: Doubt) -> None:
    one, two = doubt.about(), doubt.about(address="other@mechanism.example")
    doubt.log.is_down = True
    for times in (1, 1.01, 1.02):
        assert doubt.settle_after(times) == 0
    assert len(doubt.log.asked) == 1
    assert doubt.settle_after(2) == 2
    assert is_sent_again(doubt, one)
    assert is_sent_again(doubt, two)


def test_a_mail_that_went_by_a_provider_without_a_log_is_in_no_log(doubt: Doubt) -> None:
    delivery_id = doubt.about(provider="smtp")
    assert (doubt.settle_after(1), doubt.log.asked) == (1, [])
    assert is_sent_again(doubt, delivery_id)


@pytest.mark.parametrize("provider", ["sendgrid", "smtp", None])
def test_what_is_not_urgent_is_never_sent_again_by_itself(doubt: Doubt, provider: str | None) -> None:
    delivery_id = doubt.about(Priority.P3, provider)
    for times in range(1, 10):
        assert doubt.settle_after(times) == 0
    assert not doubt.is_put_before_a_person(delivery_id)
    assert len(doubt.log.asked) <= 4, "it is asked ever less often"
    doubt.settle_after(10)
    assert doubt.is_put_before_a_person(delivery_id)
    for times in range(11, 2000, 100):
        assert doubt.settle_after(times) == 0
    assert doubt.office.find(delivery_id).state is DeliveryState.UNKNOWN
    doubt.log.knows[delivery_id] = [Sent(DeliveryState.DELIVERED, "m1", 1)]
    if provider != "smtp":
        assert doubt.settle_after(2100) == 1, "evidence that comes late still counts"
        assert not doubt.is_put_before_a_person(delivery_id)


def test_a_person_has_it_sent_again_marked_as_a_repeat(doubt: Doubt) -> None:
    delivery_id = doubt.about(Priority.P4)
    doubt.settle_after(10)
    doubt.decide(delivery_id, again=True)
    assert is_sent_again(doubt, delivery_id)
    assert not doubt.is_put_before_a_person(delivery_id)
    with pytest.raises(NotInDoubt):
        doubt.decide(delivery_id, again=True)


def test_what_a_person_says_was_sent_is_asked_about_no_more(doubt: Doubt) -> None:
    delivery_id = doubt.about(Priority.P4)
    doubt.decide(delivery_id, again=False)
    found = doubt.office.find(delivery_id)
    assert (found.state, found.fallback_at) == (DeliveryState.ACCEPTED, doubt.office.now)
    with pytest.raises(NotInDoubt):
        doubt.decide("ff" * 16, again=False)


def test_many_that_wait_for_a_person_do_not_keep_an_urgent_one_waiting(doubt: Doubt) -> None:
    for number in range(3):
        doubt.about(Priority.P4, address=f"desk{number}@mechanism.example")
    urgent = doubt.about(Priority.P1)
    assert doubt.settle_after(1) == 1
    assert doubt.log.asked[0][0] == urgent


def test_a_late_copy_of_what_was_sent_again_is_a_labelled_twin(doubt: Doubt) -> None:
    delivery_id = doubt.about()
    doubt.settle_after(1)
    doubt.try_in_vain()
    doubt.log.knows[delivery_id] = [Sent(DeliveryState.ACCEPTED, "m2.x", 2), Sent(DeliveryState.DELIVERED, "m1.x", 1)]
    doubt.office.now += DOUBT
    assert doubt.reconciliation.settle() == 1
    with reading(doubt.office.engine) as connection:
        assert copies.twins(connection) == [Twin(delivery_id, 2, labelled=True)]
        lines = connection.execute(select(tables.audit.c.detail).where(tables.audit.c.action == "twin-found")).scalars()
        assert [line["copies"] for line in lines] == [2]
    assert doubt.office.find(delivery_id).state is DeliveryState.DELIVERED


def test_the_log_is_asked_for_the_address_that_was_written_to(doubt: Doubt) -> None:
    delivery_id = doubt.about()
    with unit_of_work(doubt.office.engine) as connection:
        connection.execute(update(tables.deliveries).values(channel="backup_email"))
    assert doubt.settle_after(1) == 1, "nobody has that address, so no log can know of it"
    assert doubt.log.asked == []
    assert is_sent_again(doubt, delivery_id)
