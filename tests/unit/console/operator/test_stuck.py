"""What stands still is on one page, with since when; and where the auditor itself stands still, that is there."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

import planted
from databases import NOW, a_database, a_deployment
from operator_pages import an_app, read
from tocsin.auditor.conservation import KINDS
from tocsin.console.access.viewer import Role
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.domain.identifiers import case_reference
from tocsin.runtime import clock
from tocsin.store import tables
from tocsin.store.auditing import audit_findings, audits
from tocsin.store.auditing.audit_findings import Change, Finding
from tocsin.store.auditing.audits import Kind
from tocsin.store.database import unit_of_work
from tocsin.store.views import standstills
from web_client import ask

SAID = words("en")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> FastAPI:
    """The auditor has just looked."""
    with unit_of_work(engine) as connection:
        audits.note(connection, Kind.CONSERVATION, clock.now())
    return an_app(engine, a_deployment(tmp_path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_stuck_the_page_says_so(app: FastAPI, language: str) -> None:
    said, shown = words(language), read(app, f"/stuck?lang={language}")
    assert said("stuck.nothing") in shown
    assert said("stuck.something") not in shown


def test_what_the_auditor_found_stands_with_its_place_and_since_when(engine: Engine, app: FastAPI) -> None:
    with unit_of_work(engine) as connection:
        finding = Finding("outbox_stuck", "outbox", "an event waits since 08:00:00 to be published")
        audit_findings.record(connection, Change([finding], []), NOW)
    shown = read(app, "/stuck")
    for expected in (SAID("stuck.something"), SAID("finding.outbox_stuck"), "outbox_stuck", "2026-11-24 09:00:00 UTC"):
        assert expected in shown


@pytest.mark.parametrize("ago", [None, timedelta(minutes=11)])
def test_where_the_auditor_has_not_looked_nobody_says_that_nothing_is_stuck(
    engine: Engine, tmp_path: Path, ago: timedelta | None
) -> None:
    if ago is not None:
        with unit_of_work(engine) as connection:
            audits.note(connection, Kind.CONSERVATION, clock.now() - ago)
    shown = read(an_app(engine, a_deployment(tmp_path)), "/stuck")
    assert SAID("stuck.unaudited") in shown
    assert SAID("stuck.nothing") not in shown


def test_of_alerts_without_an_answer_the_most_urgent_are_named(engine: Engine, app: FastAPI) -> None:
    with unit_of_work(engine) as connection:
        for number in range(standstills.MOST + 5):
            case_id = planted.plant_case(connection, number)
            late = NOW - timedelta(hours=number + 1)
            planted.plant_alert(connection, case_id, reply_by=late, priority="P1" if number else "P4")
    shown = read(app, "/stuck")
    assert f"{SAID('stuck.unanswered')} {standstills.MOST}+" in shown
    assert case_reference(planted.ident("case", standstills.MOST)) in shown
    assert case_reference(planted.ident("case", 0)) not in shown


def test_a_mail_in_doubt_a_late_due_time_and_a_silence_each_show(engine: Engine, app: FastAPI) -> None:
    late = {"due_id": "d" * 32, "kind": "escalation", "case_id": None, "subject": "s", "about": "", "step": 0}
    with unit_of_work(engine) as connection:
        case_id = planted.plant_case(connection, 1)
        alert_id = planted.plant_alert(connection, case_id, reply_by=NOW - timedelta(hours=1), priority="P1")
        planted.plant_delivery(connection, alert_id, case_id, "unknown")
        planted.plant_review(connection, case_id, "delivery_unknown")
        times = {"due_at": NOW - timedelta(days=1), "created_at": NOW - timedelta(days=2), "attempts": 0}
        connection.execute(tables.due_times.insert(), late | times)
    shown = read(app, "/stuck")
    for name in ("doubt", "late"):
        assert f"{SAID(f'stuck.{name}')} 1" in shown
    for expected in (case_reference(case_id), "UN-WGAD", SAID("kind.delivery_unknown")):
        assert expected in shown


def test_every_kind_of_finding_has_words_in_every_language() -> None:
    assert [k for language in LANGUAGES for k in KINDS if not words(language).has(f"finding.{k}")] == []


@pytest.mark.parametrize("role", Role)
def test_operators_see_it_and_nobody_else(engine: Engine, tmp_path: Path, role: Role) -> None:
    is_operator = role not in (Role.RECIPIENT, Role.PUBLISHER)
    assert ask(an_app(engine, a_deployment(tmp_path), role), "/stuck").status_code == (200 if is_operator else 404)
