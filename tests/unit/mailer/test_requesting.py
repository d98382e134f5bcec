"""An alert becomes one delivery to each person, once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from databases import NOW, a_message
from mailing import Office, an_office
from tocsin.mailer.requesting import Requesting, waking
from tocsin.store.database import unit_of_work
from tocsin.store.mail.deliveries import Delivery
from tocsin_schemas import alerts
from tocsin_schemas.deliveries import MailKind
from tocsin_schemas.events import Event
from tocsin_schemas.vocabulary import Priority

PEOPLE = ["0a" * 16, "0b" * 16]


def _event(office: Office, event_type: str, model: type[alerts.AlertChange], **over: Any) -> Event:
    body = model(
        alert_id=office.alert_id,
        case_id=office.case.case_id,
        mechanism="UN-SP",
        mandate="UN-WGAD",
        priority=Priority.P1,
        rule="mandate-by-violation",
        at=NOW,
        **over,
    )
    return Event("id", event_type, "/tocsin", NOW, body)


def _handle(office: Office, event: Event) -> str:
    with unit_of_work(office.engine) as connection:
        return Requesting(office.deployment)(connection, event, a_message(b""), NOW)


def _raised(office: Office, **over: Any) -> Event:
    fields = {"level": alerts.DisclosureLevel.L1, "recipients": PEOPLE, "reply_by": NOW + timedelta(hours=5)}
    return _event(office, "alert.raised", alerts.AlertRaised, **(fields | over))


def test_an_alert_asks_for_one_mail_to_each_person_however_often_it_is_read(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    assert _handle(office, _raised(office)) == "requested"
    assert _handle(office, _raised(office)) == "requested"
    assert office.states() == {"requested": 2}


def test_an_update_that_notifies_is_a_mail_of_its_own(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    _handle(office, _raised(office))
    for round_, notify in ((1, True), (2, False)):
        update = _event(
            office,
            "alert.updated",
            alerts.AlertUpdated,
            level=alerts.DisclosureLevel.L1,
            recipients=PEOPLE,
            round=round_,
            notify=notify,
            cause=alerts.UpdateCause.PRIORITY_RAISED,
        )
        _handle(office, update)
    assert office.states() == {"requested": 4}


@pytest.mark.parametrize("cause", alerts.UpdateCause)
def test_an_update_is_of_the_kind_that_its_cause_asks_for(tmp_path: Path, cause: alerts.UpdateCause) -> None:
    office = an_office(tmp_path)
    fields = {"level": alerts.DisclosureLevel.L1, "recipients": PEOPLE[:1], "round": 3, "notify": True}
    assert _handle(office, _event(office, "alert.updated", alerts.AlertUpdated, cause=cause, **fields)) == "requested"
    asked = _asked(office, PEOPLE[0], 3)
    withdrawn = cause is alerts.UpdateCause.WITHDRAWN
    assert (asked.kind, asked.update_cause) == (MailKind.WITHDRAWAL if withdrawn else MailKind.UPDATE, cause)


def test_an_escalation_asks_the_next_in_line_once_for_each_round(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    fields = {"level": alerts.DisclosureLevel.L1, "reply_by": NOW + timedelta(minutes=30)}
    for round_, people in ((1, PEOPLE), (1, PEOPLE), (2, PEOPLE[1:])):
        escalated = _event(
            office, "alert.escalated", alerts.AlertEscalated, step=round_, round=round_, recipients=people, **fields
        )
        assert _handle(office, escalated) == "requested"
    assert office.states() == {"requested": 3}
    asked = _asked(office, PEOPLE[1], 2)
    assert (asked.kind, asked.update_cause, asked.priority) == (MailKind.ESCALATION, None, "P1")


@pytest.mark.parametrize("cause", alerts.EscalationCause)
def test_why_the_next_in_line_are_asked_is_kept_until_the_mail_is_written(
    tmp_path: Path, cause: alerts.EscalationCause
) -> None:
    office = an_office(tmp_path)
    fields = {"level": alerts.DisclosureLevel.L1, "recipients": PEOPLE[:1], "round": 3, "step": 1}
    _handle(office, _event(office, "alert.escalated", alerts.AlertEscalated, cause=cause, **fields))
    asked = _asked(office, PEOPLE[0], 3)
    assert (asked.kind, asked.update_cause) == (MailKind.ESCALATION, cause)


def _asked(office: Office, person: str, round_: int) -> Delivery:
    return office.find(office.deployment.identities.delivery(office.alert_id, person, "email", round_))


def test_a_held_alert_asks_for_nothing_and_a_released_one_does(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    held = _event(office, "alert.held", alerts.AlertHeld, reason=alerts.HoldReason.EMBARGO)
    assert _handle(office, held) == "noted"
    assert office.states() == {}
    released = _event(
        office,
        "alert.released",
        alerts.AlertReleased,
        level=alerts.DisclosureLevel.L1,
        recipients=PEOPLE,
        held_because=alerts.HoldReason.EMBARGO,
    )
    assert _handle(office, released) == "requested"
    assert office.states() == {"requested": 2}


def test_a_closed_alert_cancels_what_is_not_sent(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    _handle(office, _raised(office))
    closed = _event(office, "alert.closed", alerts.AlertClosed, reason="report_withdrawn")
    assert _handle(office, closed) == "cancelled"
    assert office.states() == {"cancelled": 2}
    assert _handle(office, closed) == "noted"


def test_the_sending_loop_is_woken_only_after_the_commit() -> None:
    order: list[str] = []
    waking(lambda _: order.append("committed"), lambda: order.append("woken"))(a_message(b""))
    assert order == ["committed", "woken"]

    def fail(_: Any) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        waking(fail, lambda: order.append("woken again"))(a_message(b""))
    assert order == ["committed", "woken"]
