"""While the first provider is down, urgent mail is claimed and sent; what can wait is left where it is."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailing import a_sending as sending_of
from mailing import an_office, send_batch
from tocsin.mailer.sender import Accepted, Mail, Outcome, RetryAfter, Stops
from tocsin_schemas.deliveries import DeliveryState
from tocsin_schemas.vocabulary import Priority


@dataclass
class Down:
    """A sender whose first way is down: urgent mails go by the second."""

    until: datetime
    stops: Stops = Stops.ROUTINE
    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> Outcome:
        self.mails.append(mail)
        return Accepted("id", "smtp") if mail.is_urgent else RetryAfter(self.until, "unreachable", self.stops)


@pytest.mark.parametrize("priority", list(Priority))
def test_a_mail_is_urgent_by_its_priority_alone(tmp_path: Path, priority: Priority) -> None:
    office = an_office(tmp_path)
    office.request("desk@mechanism.example", priority)
    sender = Down(office.now + timedelta(seconds=30))
    send_batch(office, sender)
    assert [mail.is_urgent for mail in sender.mails] == [priority in {Priority.P1, Priority.P2}]


def _lanes(tmp_path: Path, stops: Stops) -> tuple[DeliveryState, DeliveryState, int]:
    """What becomes of an urgent and a routine mail that are asked for while a routine one was put off."""
    from concurrent.futures import ThreadPoolExecutor

    office = an_office(tmp_path)
    office.request("first@mechanism.example", Priority.P3)
    sender = Down(office.now + timedelta(seconds=30), stops)
    sending = sending_of(office, sender)
    with ThreadPoolExecutor(1) as pool:
        sending.send_batch(pool)
        urgent = office.request("urgent@mechanism.example", Priority.P1)
        routine = office.request("routine@mechanism.example", Priority.P4)
        sending.send_batch(pool)
        attempts = office.find(routine).attempt
    return office.find(urgent).state, office.find(routine).state, attempts


def test_what_stops_routine_mail_does_not_stop_urgent_mail_and_claims_no_other(tmp_path: Path) -> None:
    assert _lanes(tmp_path, Stops.ROUTINE) == (DeliveryState.ACCEPTED, DeliveryState.REQUESTED, 0)


def test_what_stops_everything_stops_urgent_mail_too(tmp_path: Path) -> None:
    assert _lanes(tmp_path, Stops.ALL) == (DeliveryState.REQUESTED, DeliveryState.REQUESTED, 0)


def test_a_mail_that_alone_was_put_off_stops_no_other(tmp_path: Path) -> None:
    assert _lanes(tmp_path, Stops.NONE) == (DeliveryState.ACCEPTED, DeliveryState.REQUESTED, 1)


def test_when_the_time_is_over_routine_mail_is_claimed_again(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    office = an_office(tmp_path)
    routine = office.request("routine@mechanism.example", Priority.P3)
    sender = Down(office.now + timedelta(seconds=30))
    sending = sending_of(office, sender)
    with ThreadPoolExecutor(1) as pool:
        sending.send_batch(pool)
        office.now += timedelta(seconds=31)
        assert sending.send_batch(pool) in {0, 1}, "it may still be within its own spread"
        office.now += timedelta(seconds=60)
        sending.send_batch(pool)
    assert office.find(routine).attempt >= 2
