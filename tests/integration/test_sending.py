"""Claim, send, record, on a real database with the real client and the simulator: told once, whatever dies when."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from builders import a_claim
from mailing import a_reconciliation, a_sender, a_sending, a_simulator, an_office, eventually, serving
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.mailer.sender import Accepted, Outcome
from tocsin.mailer.webhook import create_app
from tocsin.runtime.settings import Settings
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import deliveries
from tocsin.store.streams import outbox
from tocsin_schemas.consent import ConsentDecision
from tocsin_schemas.deliveries import DeliveryState
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Priority, Purpose

ADDRESS = "desk@mechanism.example"


class Killed(BaseException):
    """Ends the process in the test's stead."""


class DiesAfterSending:
    def __init__(self, sender) -> None:
        self.sender = sender

    def send(self, mail) -> Outcome:
        self.sender.send(mail)
        raise Killed


class DiesBeforeSending:
    def send(self, mail) -> Outcome:
        raise Killed


def _send(sending) -> int:
    with ThreadPoolExecutor(2) as pool:
        return sending.send_batch(pool)


def _custom_args(simulator) -> list[dict]:
    return [mail["custom_args"] for mail in simulator.ledger.whole()]


def test_a_delivery_is_sent_once_and_recorded(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with a_simulator(tmp_path) as simulator:
        delivery_id = office.request(ADDRESS)
        sending = a_sending(office, a_sender(simulator, tmp_path))
        assert _send(sending) == 1
        assert _send(sending) == 0
        assert _custom_args(simulator) == [{"d": delivery_id, "a": "1"}]
    assert office.states() == {"accepted": 1}
    with reading(office.engine) as connection:
        types = [dict(m.headers)["ce_type"] for m in outbox.unpublished(connection, office.deployment.vault, 10)]
    assert types == [b"org.tocsin.delivery.requested", b"org.tocsin.delivery.changed"]


def test_killed_between_send_and_record_still_exactly_one_mail(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with a_simulator(tmp_path) as simulator:
        delivery_id, sender = office.request(ADDRESS), a_sender(simulator, tmp_path)
        with pytest.raises(Killed):
            _send(a_sending(office, DiesAfterSending(sender)))
        assert office.find(delivery_id).state is DeliveryState.CLAIMED

        successor = a_sending(office, sender)
        assert successor.expire_predecessors() == 1
        assert _send(successor) == 0, "a doubtful mail is not simply sent again"
        office.now += timedelta(seconds=11)
        assert a_reconciliation(office, simulator, tmp_path).settle() == 1
        assert _send(successor) == 0
        assert _custom_args(simulator) == [{"d": delivery_id, "a": "1"}]
    assert office.find(delivery_id).state in {DeliveryState.ACCEPTED, DeliveryState.DELIVERED}


@pytest.mark.parametrize("priority", [Priority.P1, Priority.P2])
def test_killed_before_the_send_an_urgent_mail_goes_out_marked_as_a_possible_repeat(
    tmp_path: Path, priority: Priority
) -> None:
    office = an_office(tmp_path)
    with a_simulator(tmp_path) as simulator:
        delivery_id = office.request(ADDRESS, priority)
        with pytest.raises(Killed):
            _send(a_sending(office, DiesBeforeSending()))
        successor = a_sending(office, a_sender(simulator, tmp_path))
        successor.expire_predecessors()
        reconciliation = a_reconciliation(office, simulator, tmp_path)
        office.now += timedelta(seconds=6)
        assert reconciliation.settle() == 0, "too early"
        office.now += timedelta(seconds=5)
        assert reconciliation.settle() == 1
        assert _send(successor) == 1
        (mail,) = simulator.ledger.whole()
    assert mail["custom_args"] == {"d": delivery_id, "a": "2"}
    assert "Possible repeat" in mail["text"]
    assert "Possible repeat" in mail["html"]


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.ERROR_AFTER])
def test_an_answer_lost_after_acceptance_is_found_in_the_log(tmp_path: Path, fault: Fault) -> None:
    office = an_office(tmp_path)
    with a_simulator(tmp_path) as simulator:
        office.request(ADDRESS)
        simulator.faults.plan(fault, 1)
        sending = a_sending(office, a_sender(simulator, tmp_path))
        _send(sending)
        assert office.states() == {"unknown": 1}
        office.now += timedelta(seconds=11)
        a_reconciliation(office, simulator, tmp_path).settle()
        _send(sending)
        assert len(_custom_args(simulator)) == 1


def test_while_the_log_cannot_be_asked_an_urgent_mail_waits_longer_and_then_goes_out(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with a_simulator(tmp_path) as simulator:
        delivery_id = office.request(ADDRESS)
        simulator.faults.plan(Fault.DROP_BEFORE, 1)
        simulator.faults.plan(Fault.LOG_UNAVAILABLE, -1)
        _send(a_sending(office, a_sender(simulator, tmp_path)))
        reconciliation = a_reconciliation(office, simulator, tmp_path)
        office.now += timedelta(seconds=11)
        assert reconciliation.settle() == 0
        office.now += timedelta(seconds=9)
        assert reconciliation.settle() == 1
    assert office.find(delivery_id).state is DeliveryState.REQUESTED


def test_a_provider_that_is_down_is_tried_again_without_doubt(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with a_simulator(tmp_path) as simulator:
        sender = a_sender(simulator, tmp_path)
    delivery_id = office.request(ADDRESS)
    assert _send(a_sending(office, sender)) == 1
    found = office.find(delivery_id)
    assert (found.state, found.possible_repeat, found.fence) == (DeliveryState.REQUESTED, False, None)


def test_a_stopped_lane_sends_nothing_until_its_time(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with a_simulator(tmp_path) as simulator:
        simulator.faults.plan(Fault.UNAUTHORISED, 1)
        sending = a_sending(office, a_sender(simulator, tmp_path), threads=1)
        for number in range(3):
            office.request(f"desk{number}@mechanism.example")
        _send(sending)
        assert _send(sending) == 0
        assert not sending.stopped.is_set()


def test_two_workers_never_claim_the_same_delivery_and_urgent_comes_first(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    for number, priority in enumerate([Priority.P3, Priority.P1, Priority.P4, Priority.P2]):
        office.request(f"desk{number}@mechanism.example", priority)
    with unit_of_work(office.engine) as connection:
        first = deliveries.claim_due(connection, 2, "a-1", office.now)
    with unit_of_work(office.engine) as connection:
        second = deliveries.claim_due(connection, 9, "b-1", office.now)
    assert [d.priority for d in first] == ["P1", "P2"]
    assert [d.priority for d in second] == ["P3", "P4"]


def test_consent_withdrawn_after_the_alert_stops_the_mail(tmp_path: Path) -> None:
    refused = ConsentDecision(recipient=Audience.ALL_MECHANISMS, purpose=Purpose.ALERT, status=ConsentStatus.REFUSED)
    claim = a_claim(publisher="IACHR-RELE", consents=[_rule(refused)])
    office = an_office(tmp_path, claim)
    with a_simulator(tmp_path) as simulator:
        delivery_id = office.request(ADDRESS)
        _send(a_sending(office, a_sender(simulator, tmp_path)))
        assert len(simulator.ledger) == 0
    assert office.find(delivery_id).state is DeliveryState.CANCELLED


def _rule(decision: ConsentDecision):
    from tocsin.domain.claims import ConsentRule

    return ConsentRule(recipient=decision.recipient, purpose=decision.purpose, status=decision.status)


def test_a_sender_whose_claim_was_given_up_sends_nothing(tmp_path: Path) -> None:
    office = an_office(tmp_path)

    class Slow:
        sent = 0

        def send(self, mail) -> Outcome:
            self.sent += 1
            office.now += timedelta(seconds=61)
            return Accepted("id")

    slow = Slow()
    for number in range(3):
        office.request(f"desk{number}@mechanism.example")
    with ThreadPoolExecutor(1) as pool:
        a_sending(office, slow, threads=1).send_batch(pool)
    assert slow.sent == 1
    assert office.states() == {"accepted": 1, "requested": 2}


def test_a_clean_stop_leaves_nothing_in_doubt(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with a_simulator(tmp_path) as simulator:
        for number in range(30):
            office.request(f"desk{number}@mechanism.example")
        sending = a_sending(office, a_sender(simulator, tmp_path))
        worker = threading.Thread(target=sending.run)
        worker.start()
        eventually(lambda: len(simulator.ledger) > 4)
        sending.stop()
        worker.join(5)
        assert set(office.states()) <= {"accepted", "requested"}
        assert office.states()["accepted"] == len(simulator.ledger)


def test_events_over_http_bring_every_mail_to_its_end(tmp_path: Path) -> None:
    """Sender, simulator and webhook together, with events lost in part, doubled, and settled by the log."""
    office = an_office(tmp_path)
    app = create_app(Settings(home=tmp_path))
    with serving(app) as webhook, a_simulator(tmp_path, f"{webhook}/webhooks/sendgrid") as simulator:
        simulator.faults.plan(Fault.EVENTS_TWICE, 1)
        for address in ("desk@m.example", "bounce@m.example", "drop@m.example", "defer@m.example"):
            office.request(address)
        simulator.faults.plan(Fault.DROP_AFTER, 1)
        _send(a_sending(office, a_sender(simulator, tmp_path)))
        eventually(lambda: office.states() == {"delivered": 2, "bounced": 1, "dropped": 1})
