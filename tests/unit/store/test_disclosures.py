"""Who was told what is on record before a mail leaves, and stays so for as long as it may have left."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from builders import a_claim
from mailing import KeepingSender, Office, a_sending, an_office, send_batch, told_of
from tocsin.domain.claims import ConsentRule
from tocsin.mailer.sender import Accepted, Mail, Outcome, Rejected, RetryAfter, Unknown
from tocsin.mailer.sending import Sending
from tocsin.store.alerting import disclosures
from tocsin.store.alerting.disclosures import Disclosure
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Observation
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Purpose

CLAIM = a_claim(publisher="IACHR-RELE")
LATER = timedelta(seconds=90)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path, CLAIM)
    office.request("desk@mechanism.example")
    return office


def told(office: Office) -> list[tuple[str, str]]:
    with reading(office.engine) as connection:
        return told_of(connection, office.case.case_id, CLAIM.report_id)


def known(office: Office) -> list[Disclosure]:
    with reading(office.engine) as connection:
        return disclosures.of_case(connection, office.case.case_id)


def desk(office: Office) -> list[tuple[str, str]]:
    return [(office.alert_id, office.find(office.delivery_ids[0]).recipient_id)]


def answer(office: Office, outcome: Outcome) -> None:
    send_batch(office, KeepingSender(outcome))


def observe(office: Office, *states: DeliveryState) -> None:
    for state in states:
        with unit_of_work(office.engine) as connection:
            seen = Observation(state, DeliveryCause.WEBHOOK)
            deliveries.observe(connection, office.deployment.identities, office.delivery_ids[0], seen, office.now)


def test_when_the_mail_leaves_it_is_on_record_already(office: Office) -> None:
    seen: list[Sequence[tuple[str, str]]] = []

    def look(_: Mail) -> None:
        seen.append(told(office))

    send_batch(office, KeepingSender(meanwhile=look))
    assert seen == [desk(office)]


@pytest.mark.parametrize(
    ("outcome", "then", "is_told"),
    [
        (Accepted("id"), [], True),
        (Accepted("id"), [DeliveryState.DEFERRED], True),
        (Accepted("id"), [DeliveryState.DELIVERED], True),
        (Accepted("id"), [DeliveryState.BOUNCED], True),
        (Accepted("id"), [DeliveryState.DELIVERED, DeliveryState.COMPLAINED], True),
        (Accepted("id"), [DeliveryState.DROPPED], True),
        (Unknown("timeout"), [], True),
        (Rejected("http-400"), [], False),
        (Rejected("http-400"), [DeliveryState.DELIVERED], True),
    ],
)
def test_whoever_may_have_had_the_mail_was_told(
    office: Office, outcome: Outcome, then: list[DeliveryState], is_told: bool
) -> None:
    assert told(office) == [], "a request tells nobody"
    answer(office, outcome)
    observe(office, *then)
    assert told(office) == (desk(office) if is_told else [])


def test_a_mail_that_was_given_back_or_cancelled_has_told_nobody(office: Office) -> None:
    answer(office, RetryAfter(office.now, "unreachable"))
    assert told(office) == []
    with unit_of_work(office.engine) as connection:
        assert deliveries.cancel_unsent(connection, office.deployment.identities, office.alert_id, office.now) == 1
    assert told(office) == []
    assert known(office) == []


def test_what_may_have_left_once_was_told_whatever_became_of_the_next_attempt(office: Office) -> None:
    answer(office, Unknown("timeout"))
    with unit_of_work(office.engine) as connection:
        doubtful = office.find(office.delivery_ids[0])
        assert deliveries.request_again(connection, office.deployment.identities, doubtful, office.now)
    assert told(office) == desk(office)
    answer(office, RetryAfter(office.now, "unreachable"))
    assert told(office) == desk(office)
    assert [disclosure.attempt for disclosure in known(office)] == [1], "the second attempt told nothing"


class Crash(BaseException):
    """The process ends."""


def crash(office: Office, monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    """Die before this step of a batch, and start anew."""

    def die(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(Sending, before, die)
        with pytest.raises(Crash):
            send_batch(office, KeepingSender())
    a_sending(office, KeepingSender()).expire_predecessors()


def test_killed_between_the_record_and_the_send_it_may_have_left_for_all_we_know(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash(office, monkeypatch, "_send")
    assert office.states() == {"unknown": 1}
    assert told(office) == desk(office)


def test_killed_before_the_record_nothing_can_have_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    crash(office, monkeypatch, "_letters")
    assert office.states() == {"unknown": 1}
    assert told(office) == []
    assert known(office) == []


def test_a_mail_that_only_says_that_there_is_a_case_is_on_record_too(tmp_path: Path) -> None:
    alone = ConsentRule(recipient=Audience.ALL_MECHANISMS, purpose=Purpose.ALERT, status=ConsentStatus.GRANTED)
    claim = CLAIM.model_copy(update={"consents": [alone]})
    office = an_office(tmp_path, claim)
    office.request("desk@mechanism.example")
    answer(office, Accepted("id"))
    (only,) = known(office)
    assert (only.level, only.fields, only.report_id) == ("L0", [], CLAIM.report_id)


def test_of_a_case_it_is_known_who_knows_what_since_when(office: Office) -> None:
    office.request("second@mechanism.example")
    sent_at = office.now
    answer(office, Accepted("id"))
    office.now += LATER
    office.request("third@mechanism.example")
    answer(office, Accepted("id"))
    found = known(office)
    people = [office.find(delivery_id).recipient_id for delivery_id in office.delivery_ids]
    assert {disclosure.recipient_id for disclosure in found[:2]} == set(people[:2])
    assert [disclosure.told_at for disclosure in found] == [sent_at, sent_at, office.now]
    assert {disclosure.level for disclosure in found} == {"L1"}
    assert all(f == ["/violation/country", "/violation/date", "/violation/types"] for f in (d.fields for d in found))


def test_they_are_written_in_the_order_in_which_whoever_locks_several_deliveries_locks_them(office: Office) -> None:
    """On PostgreSQL each locks the row of its delivery: in another order, two of them wait for each other."""
    answer(office, Accepted("m-1"))
    [one] = known(office)
    ids = [office.request(f"colleague-{number}@mechanism.example") for number in range(6)]
    made = [replace(one, delivery_id=delivery_id) for delivery_id in sorted(ids, reverse=True)]
    with unit_of_work(office.engine) as connection:
        disclosures.record(connection, made)
        rows = connection.exec_driver_sql("SELECT delivery_id FROM disclosures ORDER BY rowid").scalars().all()
    assert rows[1:] == sorted(ids)
