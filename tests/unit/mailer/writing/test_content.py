"""What a claimed delivery becomes: a letter, nothing, or a later look."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from builders import a_claim
from mailing import KeepingSender, Office, an_office, send_batch
from tocsin.domain.following.acting import Action, ActionState
from tocsin.mailer.sender import Accepted, Outcome, Rejected, Unknown
from tocsin.store.alerting import acknowledgements, alerts
from tocsin.store.database import reading, unit_of_work
from tocsin.store.following import actions
from tocsin.store.following.actions import Kept
from tocsin.store.mail import deliveries
from tocsin.store.matching import reviews
from tocsin.store.tables import delivery_history, recipients
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.deliveries import DeliveryState, MailKind
from tocsin_schemas.vocabulary import ActionType, Purpose

DESK = "desk@mechanism.example"
CALL_BACK: dict[str, Any] = {"kind": MailKind.WITHDRAWAL, "update_cause": UpdateCause.WITHDRAWN}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def send(office: Office, outcome: Outcome | None = None) -> list[str]:
    """Send what is due; returns the texts."""
    sender = KeepingSender(outcome or Accepted("id"))
    send_batch(office, sender)
    return [" ".join(mail.text.split()) for mail in sender.mails]


def set_alert(office: Office, **over: Any) -> None:
    with unit_of_work(office.engine) as connection:
        alert = alerts.get(connection, office.alert_id)
        assert alert is not None
        alerts.replace_all(connection, [(replace(alert, **over), None)], office.now)


def reasons(office: Office, delivery_id: str) -> list[tuple[str, str]]:
    with reading(office.engine) as connection:
        query = delivery_history.select().where(delivery_history.c.delivery_id == delivery_id)
        rows = connection.execute(query.order_by(delivery_history.c.id)).all()
    return [(row.cause, row.detail) for row in rows]


@pytest.mark.parametrize("outcome", [Accepted("id"), Unknown("timeout")])
@pytest.mark.parametrize("state", ["raised", "held", "closed"])
def test_whoever_may_have_been_told_is_asked_to_delete_it_though_the_alert_is_over(
    office: Office, state: str, outcome: Outcome
) -> None:
    office.request(DESK)
    send(office, outcome)
    set_alert(office, state=state)
    office.request(DESK, round_=1, **CALL_BACK)
    (text,) = send(office)
    assert "Please delete every mail" in text
    assert "Togo" not in text


def test_nobody_is_asked_to_delete_what_they_never_had(office: Office) -> None:
    office.request(DESK)
    send(office, Rejected("http-400"))
    withdrawal = office.request(DESK, round_=1, **CALL_BACK)
    stranger = office.request("stranger@mechanism.example", round_=1, **CALL_BACK)
    assert send(office) == []
    for delivery_id in (withdrawal, stranger):
        assert office.find(delivery_id).state is DeliveryState.CANCELLED
        assert reasons(office, delivery_id)[-1] == ("earlier_mail", "nothing-to-call-back")


def test_while_an_earlier_mail_is_in_the_hands_of_a_sender_the_withdrawal_waits_for_it(office: Office) -> None:
    first = office.request(DESK)
    with unit_of_work(office.engine) as connection:
        (claimed,) = deliveries.claim_due(connection, 5, "other-1", office.now)
    withdrawal = office.request(DESK, round_=1, **CALL_BACK)
    assert send(office) == []
    assert office.find(withdrawal).state is DeliveryState.REQUESTED
    with unit_of_work(office.engine) as connection:
        deliveries.expire_claims(connection, office.deployment.identities, office.now, office.now)
    assert office.find(first).state is DeliveryState.UNKNOWN
    assert send(office) == [], "not before its time"
    office.now += timedelta(seconds=5)
    assert len(send(office)) == 1
    assert claimed.delivery_id == first


def test_a_closed_alert_cancels_what_is_not_sent_but_not_what_calls_it_back(office: Office) -> None:
    office.request(DESK)
    send(office)
    late = office.request(DESK, round_=1)
    withdrawal = office.request(DESK, round_=2, **CALL_BACK)
    with unit_of_work(office.engine) as connection:
        assert deliveries.cancel_unsent(connection, office.deployment.identities, office.alert_id, office.now) == 1
    assert office.find(late).state is DeliveryState.CANCELLED
    assert len(send(office)) == 1
    assert office.find(withdrawal).state is DeliveryState.ACCEPTED


def test_whoever_is_next_in_line_learns_since_when_nobody_has_answered(office: Office) -> None:
    asked_at = office.now.replace(second=0, microsecond=0)
    office.now = asked_at
    office.request(DESK)
    send(office)
    office.now += timedelta(hours=2)
    office.request("deputy@mechanism.example", round_=1, kind=MailKind.ESCALATION)
    (text,) = send(office)
    assert f"has answered since {asked_at.day} " in text
    assert f"{asked_at:%H:%M} UTC. You are next in line" in text


def test_an_escalation_that_was_answered_in_the_meantime_tells_nobody(office: Office) -> None:
    office.request(DESK)
    send(office)
    escalation = office.request("deputy@mechanism.example", round_=1, kind=MailKind.ESCALATION)
    with unit_of_work(office.engine) as connection:
        acknowledgements.add(
            connection, office.alert_id, "P1", office.find(office.delivery_ids[0]).recipient_id, office.now
        )
    assert send(office) == []
    assert reasons(office, escalation)[-1] == ("answered", "answered-meanwhile")


def test_an_entry_that_was_altered_in_the_database_is_written_to_by_nobody(office: Office) -> None:
    delivery_id = office.request(DESK)
    again = office.request(DESK, round_=1)
    person = office.find(delivery_id).recipient_id
    with unit_of_work(office.engine) as connection:
        other = recipients.c.recipient_id == person
        entry = dict(connection.execute(recipients.select().where(other)).one().entry)
        connection.execute(update(recipients).where(other).values(entry=entry | {"title": "Somebody else"}))
    assert send(office) == []
    for cancelled in (delivery_id, again):
        assert office.find(cancelled).state is DeliveryState.CANCELLED
        assert reasons(office, cancelled)[-1] == ("recipient_altered", "recipient-altered")
    with reading(office.engine) as connection:
        assert reviews.open_counts(connection) == {"directory_altered": 1}


def act(office: Office, action: ActionType, **over: Any) -> None:
    facts: dict[str, Any] = {
        "action_id": f"{len(over)}{action.value}"[:32],
        "state": ActionState.TAKEN,
        "mechanism": "UN-WGAD",
        "action": action,
        "signatories": (),
        "states": ("TGO",),
        "on": date(2026, 11, 22),
        "embargo_until": None,
        "recorded_at": office.now,
    }
    with unit_of_work(office.engine) as connection:
        actions.add(connection, Kept(Action(**(facts | over)), office.case.case_id, None, None), office.now)


def test_who_has_acted_is_told_as_far_as_the_reader_may_see_it(office: Office) -> None:
    office.request(DESK)
    act(office, ActionType.URGENT_APPEAL, embargo_until=office.now + timedelta(days=60))
    act(office, ActionType.QUIET_DIPLOMACY)
    act(office, ActionType.PRESS_STATEMENT)
    act(office, ActionType.COUNTRY_VISIT, state=ActionState.PLANNED, on=date(2026, 12, 1))
    (text,) = send(office)
    acted = text.partition("Who has already acted:")[2].partition("Why you:")[0]
    assert acted.count("Working Group on Arbitrary Detention") == 2
    assert "22 November 2026" in acted
    assert "planned for 1 December 2026" in acted
    assert "no reply" not in acted, "a statement awaits none"


def test_a_mandate_that_has_acted_is_named_as_a_mechanism_is(office: Office) -> None:
    office.request(DESK)
    act(office, ActionType.PRESS_STATEMENT, mechanism="ACHPR-SRHRD")
    act(office, ActionType.COUNTRY_VISIT, signatories=("UN-FOE", "NOT-KNOWN"), on=date(2026, 11, 23))
    (text,) = send(office)
    acted = text.partition("Who has already acted:")[2].partition("Why you:")[0]
    for key in ("ACHPR-SRHRD", "UN-FOE"):
        assert key not in acted
    assert "NOT-KNOWN" in acted, "a key that means nothing is still told"


def test_nothing_is_told_of_who_has_acted_to_those_who_are_shown_no_fact(tmp_path: Path) -> None:
    claim = a_claim(publisher="IACHR-RELE")
    alone = [consent for consent in claim.consents if consent.purpose is Purpose.ALERT]
    office = an_office(tmp_path, claim.model_copy(update={"consents": alone}))
    office.request(DESK)
    act(office, ActionType.PRESS_STATEMENT)
    (text,) = send(office)
    assert "Nothing more is said by mail" in text
    assert "Working Group" not in text


def test_later_mails_keep_the_subject_of_the_first_that_the_person_had(office: Office) -> None:
    sender = KeepingSender()
    office.request("deputy@mechanism.example", round_=1, kind=MailKind.ESCALATION, reply_by=None)
    send_batch(office, sender)
    office.request("deputy@mechanism.example", round_=2, update_cause=UpdateCause.PRIORITY_RAISED)
    send_batch(office, sender)
    first, second = (mail.subject for mail in sender.mails)
    assert second == f"Re: {first}"
