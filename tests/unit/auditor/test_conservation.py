"""The auditor finds each thing that can be lost or stuck, and nothing where all is well."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, update

import planted
from databases import NOW, a_database
from tocsin.auditor.conservation import Auditor
from tocsin.store import tables
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import DueTime, Kind
from tocsin.store.auditing import audit_findings
from tocsin.store.database import reading, unit_of_work
from tocsin.store.matching import reviews

REPORTS, CASES, ALERTS = "tocsin.reports.v1", "tocsin.cases.v1", "tocsin.alerts.v1"
ALL_READ = {(REPORTS, 0): 5, (CASES, 0): 5, (ALERTS, 0): 5}
LONG_AGO = NOW - timedelta(hours=1)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        planted.plant_healthy(connection)
    return engine


def findings(engine: Engine, ends: dict[tuple[str, int], int] | None = None) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        return [(f.kind, f.subject) for f in Auditor().audit(connection, ALL_READ if ends is None else ends, NOW)]


def test_nothing_is_found_where_all_is_well(engine: Engine) -> None:
    assert findings(engine) == []


def _delete_offset(connection: Connection) -> str:
    seen = tables.processed_messages
    connection.execute(seen.delete().where(seen.c.consumer == "dispatcher", seen.c.offset == 2))
    return "dispatcher:tocsin.cases.v1-0"


def _report_without_case(connection: Connection) -> str:
    return planted.plant_report(connection, planted.ident("case", 99))


def _report_whose_case_is_silent(connection: Connection) -> str:
    return planted.plant_report(connection, planted.plant_case(connection, 2))


def _report_silenced_by_a_closed_alert(connection: Connection) -> str:
    case_id = planted.plant_case(connection, 2)
    planted.plant_alert(connection, case_id, state="closed")
    return planted.plant_report(connection, case_id)


def _alert_with_two_recipients_and_one_mail(connection: Connection) -> str:
    case_id = planted.plant_case(connection, 2)
    alert_id = planted.plant_alert(connection, case_id, recipients=[planted.ident(1), planted.ident(2)])
    planted.plant_delivery(connection, alert_id, case_id)
    return alert_id


def _delivery(connection: Connection, **over: object) -> str:
    case_id = planted.plant_case(connection, 2)
    return planted.plant_delivery(connection, planted.plant_alert(connection, case_id), case_id, **over)


def _claimed_long_ago(connection: Connection) -> str:
    return _delivery(connection, state="claimed", claimed_at=LONG_AGO)


def _due_long_ago(connection: Connection) -> str:
    return _delivery(connection, state="requested", next_attempt_at=LONG_AGO)


def _in_doubt_for_long(connection: Connection) -> str:
    return _delivery(connection, state="unknown", updated_at=LONG_AGO)


def _routine_in_doubt_and_nobody_asked(connection: Connection) -> str:
    return _delivery(connection, state="unknown", updated_at=LONG_AGO, priority="P3")


def _carried_by_nothing(connection: Connection) -> str:
    return _delivery(connection, state="carried", carried_by=planted.ident("bundle"))


def _silent_for_too_long(connection: Connection) -> str:
    return _delivery(connection, state="accepted", provider="sendgrid", requested_at=LONG_AGO)


def _in_no_known_state(connection: Connection) -> str:
    return _delivery(connection, state="vanished")


def _outbox_stands_still(connection: Connection) -> str:
    planted.plant_outbox(connection, CASES, "case", published_at=None)
    return "outbox"


def _dead_letter_lost(connection: Connection) -> str:
    planted.plant_progress(connection, "resolver", "tocsin.actions.v1", [0], outcome="dead-letter")
    return "tocsin.actions.v1-0-0"


def _due_and_not_fired(connection: Connection) -> str:
    due = DueTime(
        planted.ident("due", 1), Kind.ESCALATION, planted.plant_case(connection, 2), "a", "UN-WGAD", 1, LONG_AGO
    )
    due_times.schedule(connection, [due], LONG_AGO)
    return due.due_id


def _answer_that_nobody_heard(connection: Connection) -> str:
    return planted.plant_answer(connection, LONG_AGO)


def _hole_in_the_answers(connection: Connection) -> str:
    planted.plant_progress(connection, "dispatcher", "tocsin.answers.v1", [0, 1, 3])
    return "dispatcher:tocsin.answers.v1-0"


BREACHES: list[tuple[str, Callable[[Connection], str]]] = [
    ("offset_gap", _delete_offset),
    ("report_without_case", _report_without_case),
    ("report_silent", _report_whose_case_is_silent),
    ("report_silent", _report_silenced_by_a_closed_alert),
    ("alert_undelivered", _alert_with_two_recipients_and_one_mail),
    ("delivery_claimed", _claimed_long_ago),
    ("delivery_overdue", _due_long_ago),
    ("delivery_in_doubt", _in_doubt_for_long),
    ("delivery_in_doubt", _routine_in_doubt_and_nobody_asked),
    ("delivery_uncarried", _carried_by_nothing),
    ("delivery_overlooked", _silent_for_too_long),
    ("delivery_state_unknown", _in_no_known_state),
    ("due_overdue", _due_and_not_fired),
    ("answer_unheard", _answer_that_nobody_heard),
    ("offset_gap", _hole_in_the_answers),
    ("outbox_stuck", _outbox_stands_still),
    ("dead_letter_missing", _dead_letter_lost),
]


@pytest.mark.parametrize(("kind", "plant"), BREACHES, ids=lambda value: getattr(value, "__name__", value))
def test_each_breach_is_found_and_named(engine: Engine, kind: str, plant: Callable[[Connection], str]) -> None:
    with unit_of_work(engine) as connection:
        subject = plant(connection)
    assert findings(engine) == [(kind, subject)]


def _routine_in_doubt_before_a_person(connection: Connection) -> None:
    delivery_id = _routine_in_doubt_and_nobody_asked(connection)
    reviews.request_of(connection, "delivery_unknown", delivery_id, "reason", LONG_AGO, None)


def _silent_and_somebody_else_was_turned_to(connection: Connection) -> None:
    _delivery(connection, state="accepted", requested_at=LONG_AGO, fallback_at=LONG_AGO)


def _taken_by_a_server_that_reports_no_delivery(connection: Connection) -> None:
    _delivery(connection, state="accepted", provider="smtp", requested_at=LONG_AGO)


def _carried_by_a_mail(connection: Connection) -> None:
    carrier = planted.plant_delivery(connection, planted.plant_alert(connection, planted.plant_case(connection, 3)), "")
    _delivery(connection, state="carried", carried_by=carrier)


def _withdrawn(connection: Connection) -> None:
    planted.plant_report(connection, planted.plant_case(connection, 2), withdrawn_at=NOW)


def _parked(connection: Connection) -> None:
    case_id = planted.plant_case(connection, 2)
    planted.plant_report(connection, case_id)
    planted.plant_review(connection, case_id)


def _held(connection: Connection) -> None:
    case_id = planted.plant_case(connection, 2)
    planted.plant_report(connection, case_id)
    planted.plant_alert(connection, case_id, state="held", recipients=[], hold_reason="embargo")


def _merged(connection: Connection) -> None:
    planted.plant_report(connection, planted.plant_case(connection, 2, redirects_to=planted.ident("case", 1)))


def _told_through_another_mandate(connection: Connection) -> None:
    planted.plant_alert(connection, planted.plant_case(connection, 2), recipients=[])


def _waiting_for_its_next_attempt(connection: Connection) -> None:
    _delivery(connection, state="requested", next_attempt_at=NOW + timedelta(minutes=1))


def _just_claimed(connection: Connection) -> None:
    _delivery(connection, state="claimed", claimed_at=NOW - timedelta(seconds=2))


def _dead_letter_written(connection: Connection) -> None:
    planted.plant_progress(connection, "resolver", "tocsin.actions.v1", [0], outcome="dead-letter")
    planted.plant_outbox(connection, "tocsin.dead-letters.v1", "tocsin.actions.v1-0-0")


def _answer_followed(connection: Connection) -> None:
    planted.plant_answer(connection, LONG_AGO, outcome="acknowledged")


def _answer_just_given(connection: Connection) -> None:
    planted.plant_answer(connection, NOW - timedelta(seconds=2))


SOUND = [
    _answer_followed,
    _answer_just_given,
    _routine_in_doubt_before_a_person,
    _silent_and_somebody_else_was_turned_to,
    _taken_by_a_server_that_reports_no_delivery,
    _carried_by_a_mail,
    _withdrawn,
    _parked,
    _held,
    _merged,
    _told_through_another_mandate,
    _waiting_for_its_next_attempt,
    _just_claimed,
    _dead_letter_written,
]


@pytest.mark.parametrize("plant", SOUND, ids=lambda plant: plant.__name__.strip("_"))
def test_what_is_in_a_final_state_or_on_its_way_is_no_breach(
    engine: Engine, plant: Callable[[Connection], None]
) -> None:
    with unit_of_work(engine) as connection:
        plant(connection)
    assert findings(engine) == []


def test_a_report_is_not_called_silent_while_the_dispatcher_works_off_its_backlog(engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        planted.plant_report(connection, planted.plant_case(connection, 2), accepted_at=NOW - timedelta(minutes=1))
    assert findings(engine, ALL_READ | {(CASES, 0): 9}) == []
    assert [kind for kind, _ in findings(engine)] == ["report_silent"]


def test_a_finding_is_one_row_that_is_cleared_and_opened_again(engine: Engine) -> None:
    found = [audit_findings.Finding("report_silent", "r-1", "no alert")]
    for now, present, expected in ((NOW, found, 1), (NOW, found, 1), (NOW, [], 0), (NOW, found, 1)):
        with unit_of_work(engine) as connection:
            audit_findings.record(connection, audit_findings.compare(connection, present), now)
            assert len(audit_findings.standing(connection)) == expected
    with reading(engine) as connection:
        assert len(connection.execute(tables.audit_findings.select()).all()) == 1


def test_a_second_audit_of_the_same_breach_changes_nothing(engine: Engine) -> None:
    found = [audit_findings.Finding("report_silent", "r-1", "no alert")]
    with unit_of_work(engine) as connection:
        audit_findings.record(connection, audit_findings.compare(connection, found), NOW)
        assert not audit_findings.compare(connection, found)


def test_an_alert_of_a_withdrawn_report_needs_no_delivery(engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        alert_id = planted.plant_alert(connection, planted.plant_case(connection, 2))
        connection.execute(update(tables.alerts).where(tables.alerts.c.alert_id == alert_id).values(state="closed"))
    assert findings(engine) == []
