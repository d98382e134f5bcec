"""A mail that does not arrive is never left at that: another address, the next in line, and always a person who looks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from builders import an_entry
from databases import a_message
from directories import put_recipient
from mailing import MANDATE, KeepingSender, an_office, send_batch
from tocsin.mailer.requesting import Requesting
from tocsin.mailer.sender import Accepted
from tocsin.store import tables
from tocsin.store.alerting import acknowledgements, due_times
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Observation
from tocsin_schemas.alerts import AlertUpdated, DisclosureLevel, UpdateCause
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState, MailKind
from tocsin_schemas.events import Event
from tocsin_schemas.vocabulary import Priority
from watched import FIRST, PATIENCE, SECOND, Desk

FAILED = [DeliveryState.REJECTED, DeliveryState.BOUNCED, DeliveryState.DROPPED, DeliveryState.COMPLAINED]
UNDER_WAY = [
    DeliveryState.REQUESTED,
    DeliveryState.CLAIMED,
    DeliveryState.UNKNOWN,
    DeliveryState.ACCEPTED,
    DeliveryState.DEFERRED,
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(an_office(tmp_path))
    yield desk
    desk.office.engine.dispose()


@pytest.mark.parametrize("state", FAILED)
def test_a_mail_that_failed_goes_to_the_second_address_at_once_and_once(desk: Desk, state: DeliveryState) -> None:
    first = desk.request(second=SECOND)
    desk.put(first, state)
    assert (desk.watch_after(timedelta(seconds=5)), desk.watching.watch()) == (1, 0)
    (second,) = desk.second_mails()
    asked = desk.office.find(first)
    assert (second.alert_id, second.recipient_id, second.round, second.kind, second.priority) == (
        asked.alert_id,
        asked.recipient_id,
        asked.round,
        asked.kind,
        asked.priority,
    )
    assert (second.state, desk.wakes, desk.is_hastened()) == (DeliveryState.REQUESTED, [desk.office.now], False)
    assert desk.reviews() == [f"{state}, second-address: alert of {MANDATE}"]


@pytest.mark.parametrize("state", UNDER_WAY)
def test_a_mail_that_is_silent_for_too_long_counts_as_undelivered(desk: Desk, state: DeliveryState) -> None:
    desk.put(desk.request(second=SECOND), state, provider="sendgrid")
    assert desk.watch_after(PATIENCE - timedelta(seconds=1)) == 0
    assert desk.watch_after() == 1
    assert len(desk.second_mails()) == 1


@pytest.mark.parametrize("kind", [MailKind.ALERT, MailKind.ESCALATION, MailKind.REMINDER, MailKind.UPDATE])
def test_without_a_second_address_the_next_in_line_are_told_now(desk: Desk, kind: MailKind) -> None:
    desk.put(desk.request(kind=kind, priority=Priority.P2), DeliveryState.BOUNCED)
    assert desk.watch_after(timedelta(seconds=1)) == 1
    assert desk.is_hastened()
    assert desk.reviews() == [f"bounced, next-in-line: {kind} of {MANDATE}"]


@pytest.mark.parametrize("state", [DeliveryState.DELIVERED, DeliveryState.CANCELLED])
def test_what_arrived_or_was_never_to_be_told_is_left_alone(desk: Desk, state: DeliveryState) -> None:
    desk.put(desk.request(second=SECOND), state)
    assert desk.watch_after(timedelta(days=3)) == 0


def test_when_the_second_address_fails_too_the_next_in_line_are_told(desk: Desk) -> None:
    desk.put(desk.request(second=SECOND), DeliveryState.BOUNCED)
    desk.watch_after(timedelta(seconds=1))
    (second,) = desk.second_mails()
    desk.put(second.delivery_id, DeliveryState.DROPPED)
    assert desk.watch_after(timedelta(seconds=3)) == 1
    assert desk.is_hastened()
    assert len(desk.reviews()) == 2


def test_the_second_mail_is_written_to_the_second_address(desk: Desk) -> None:
    desk.put(desk.request(second=SECOND), DeliveryState.BOUNCED)
    desk.watch_after(timedelta(seconds=1))
    sender = KeepingSender(Accepted("m2"))
    send_batch(desk.office, sender)
    assert [mail.to for mail in sender.mails] == [SECOND]
    assert "HRD-" in sender.mails[0].subject


def test_what_is_called_back_is_called_back_from_the_second_address_too(desk: Desk) -> None:
    first = desk.request(second=SECOND)
    with unit_of_work(desk.office.engine) as connection:
        asked = desk.office.find(first)
        assert asked.alert_id is not None
        assert deliveries.channels_to(connection, asked.alert_id, asked.recipient_id) == ["email"]
    desk.put(first, DeliveryState.BOUNCED)
    desk.watch_after(timedelta(seconds=1))
    send_batch(desk.office, KeepingSender(Accepted("m2")))
    back = AlertUpdated(
        alert_id=asked.alert_id,
        case_id=desk.office.case.case_id,
        mechanism=MANDATE,
        mandate=MANDATE,
        priority=Priority.P1,
        rule="mandate-always",
        at=desk.office.now,
        level=DisclosureLevel.L0,
        cause=UpdateCause.WITHDRAWN,
        notify=True,
        round=1,
        recipients=[asked.recipient_id],
    )
    with unit_of_work(desk.office.engine) as connection:
        event = Event("id", "alert.updated", "/tocsin", desk.office.now, back)
        Requesting(desk.office.deployment)(connection, event, a_message(b""), desk.office.now)
    sender = KeepingSender(Accepted("m3"))
    send_batch(desk.office, sender)
    assert SECOND in [mail.to for mail in sender.mails]


def test_a_second_address_that_is_gone_by_then_gets_nothing(desk: Desk) -> None:
    desk.put(desk.request(second=SECOND), DeliveryState.BOUNCED)
    desk.watch_after(timedelta(seconds=1))
    with unit_of_work(desk.office.engine) as connection:
        put_recipient(connection, desk.office.deployment, an_entry(FIRST, [MANDATE]), desk.office.now)
    sender = KeepingSender()
    send_batch(desk.office, sender)
    assert sender.mails == []
    assert desk.second_mails()[0].state is DeliveryState.CANCELLED


@pytest.mark.parametrize(
    ("other", "passed", "word"),
    [
        (DeliveryState.DELIVERED, 1, "others-reached"),
        (DeliveryState.ACCEPTED, 1, "others-awaited"),
        (DeliveryState.BOUNCED, 1, "next-in-line"),
        (DeliveryState.ACCEPTED, 600, "next-in-line"),
    ],
)
def test_the_next_in_line_are_told_only_if_nobody_else_was_or_may_yet_be_reached(
    desk: Desk, other: DeliveryState, passed: int, word: str
) -> None:
    desk.put(desk.request("other@mechanism.example"), other, provider="sendgrid")
    desk.put(desk.request(), DeliveryState.BOUNCED)
    desk.watch_after(timedelta(seconds=passed))
    assert f"bounced, {word}: alert of {MANDATE}" in desk.reviews()
    assert desk.is_hastened() == (word == "next-in-line")


def test_the_last_of_several_who_are_not_reached_brings_the_next_step_forward(desk: Desk) -> None:
    desk.put(desk.request("other@mechanism.example"), DeliveryState.ACCEPTED, provider="sendgrid")
    desk.put(desk.request(), DeliveryState.BOUNCED)
    desk.watch_after(timedelta(seconds=1))
    assert not desk.is_hastened()
    assert desk.watch_after() == 1
    assert desk.is_hastened()


def test_what_somebody_has_in_hand_is_not_escalated_but_operators_hear_of_it(desk: Desk) -> None:
    delivery_id = desk.request()
    desk.put(delivery_id, DeliveryState.BOUNCED)
    person = desk.office.find(delivery_id).recipient_id
    with unit_of_work(desk.office.engine) as connection:
        acknowledgements.add(connection, desk.office.alert_id, "P1", person, desk.office.now)
    desk.watch_after(timedelta(seconds=1))
    assert (desk.is_hastened(), desk.reviews()) == (False, [f"bounced, in-hand: alert of {MANDATE}"])


def test_where_nobody_is_left_in_line_operators_are_told_so(desk: Desk) -> None:
    with unit_of_work(desk.office.engine) as connection:
        due_times.claim(connection, [desk.due_id], desk.office.now)
    desk.put(desk.request(), DeliveryState.BOUNCED)
    desk.watch_after(timedelta(seconds=1))
    assert desk.reviews() == [f"bounced, nobody-left: alert of {MANDATE}"]


def test_an_alert_that_is_over_turns_to_nobody(desk: Desk) -> None:
    desk.put(desk.request(second=SECOND), DeliveryState.BOUNCED)
    with unit_of_work(desk.office.engine) as connection:
        connection.execute(update(tables.alerts).values(state="closed"))
    desk.watch_after(timedelta(seconds=1))
    assert (desk.second_mails(), desk.reviews(), desk.is_hastened()) == ([], [], False)


def test_that_a_server_took_it_is_the_best_evidence_where_none_reports_delivery(desk: Desk) -> None:
    silent, failing = desk.request(), desk.request("other@mechanism.example")
    desk.put(silent, DeliveryState.ACCEPTED, provider="smtp")
    desk.put(failing, DeliveryState.ACCEPTED, provider="smtp")
    assert desk.watch_after(timedelta(days=3)) == 0
    desk.put(failing, DeliveryState.BOUNCED)
    assert desk.watch_after(timedelta(days=3)) == 1
    assert desk.reviews() == [f"bounced, others-reached: alert of {MANDATE}"]


def _put_off(desk: Desk, delivery_id: str, cause: DeliveryCause, until: timedelta) -> None:
    with unit_of_work(desk.office.engine) as connection:
        (claimed,) = deliveries.claim_due(connection, 1, "a-1", desk.office.now)
        later = Observation(DeliveryState.REQUESTED, cause, next_attempt_at=desk.began + until)
        deliveries.record_outcome(connection, desk.office.deployment.identities, claimed, later, desk.office.now)


@pytest.mark.parametrize("is_taken_up", [True, False])
@pytest.mark.parametrize("cause", [DeliveryCause.QUIET_HOURS, DeliveryCause.BUNDLED])
def test_what_was_put_off_on_purpose_counts_from_when_it_should_be_taken_up(
    desk: Desk, cause: DeliveryCause, is_taken_up: bool
) -> None:
    delivery_id = desk.request(second=SECOND, priority=Priority.P2)
    _put_off(desk, delivery_id, cause, timedelta(hours=8))
    assert desk.watch_after(timedelta(hours=8)) == 0
    if is_taken_up:
        with unit_of_work(desk.office.engine) as connection:
            deliveries.claim_due(connection, 1, "a-1", desk.office.now)
        desk.put(delivery_id, DeliveryState.ACCEPTED)
    assert desk.watch_after(timedelta(hours=8, minutes=9)) == 0
    assert desk.watch_after(timedelta(hours=8, minutes=10)) == 1


def test_what_a_provider_that_is_down_puts_off_is_not_excused(desk: Desk) -> None:
    delivery_id = desk.request(second=SECOND)
    _put_off(desk, delivery_id, DeliveryCause.PROVIDER_UNREACHABLE, timedelta(hours=8))
    assert desk.watch_after() == 1
    assert desk.reviews() == [f"requested, second-address: alert of {MANDATE}"]


@pytest.mark.parametrize("kind", [MailKind.ALERT, MailKind.DIGEST, MailKind.WITHDRAWAL])
def test_what_is_not_urgent_is_looked_at_after_a_day(desk: Desk, kind: MailKind) -> None:
    desk.put(desk.request(second=SECOND, priority=Priority.P3, kind=kind), DeliveryState.DEFERRED)
    assert desk.watch_after(timedelta(hours=23)) == 0
    assert desk.watch_after(timedelta(hours=24)) == 1
    assert (len(desk.reviews()), desk.second_mails(), desk.is_hastened()) == (1, [], False)
    assert desk.watch_after(timedelta(hours=48)) == 0


def test_what_is_delivered_late_after_all_closes_its_review_and_a_bounce_after_that_starts_anew(desk: Desk) -> None:
    delivery_id = desk.request(second=SECOND)
    desk.put(delivery_id, DeliveryState.ACCEPTED)
    desk.watch_after()
    assert len(desk.reviews()) == 1
    desk.observe(delivery_id, DeliveryState.DELIVERED)
    assert desk.reviews() == []
    (second,) = desk.second_mails()
    desk.put(second.delivery_id, DeliveryState.BOUNCED, fallback_at=desk.office.now)
    desk.observe(delivery_id, DeliveryState.BOUNCED)
    assert desk.watching.watch() == 1
    assert desk.is_hastened()
    assert desk.reviews() == [f"bounced, next-in-line: alert of {MANDATE}"]


def test_each_turn_is_one_line_in_the_audit_log_and_names_nobody(desk: Desk) -> None:
    delivery_id = desk.request(second=SECOND)
    desk.put(delivery_id, DeliveryState.BOUNCED)
    desk.watch_after(timedelta(seconds=1))
    with reading(desk.office.engine) as connection:
        rows = connection.execute(select(tables.audit).where(tables.audit.c.action == "mail-undelivered")).all()
        assert audit.verify(connection) == []
    assert [(row.subject, row.detail["turned"]) for row in rows] == [(delivery_id, "second-address")]
    assert "@" not in repr(rows)
