"""The auditor finds what waits too long, and what waits nowhere; operators see whose reports wait."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from admitting import Desk, report_by
from databases import NOW
from tocsin.auditor.__main__ import _show_parked
from tocsin.auditor.conservation import Auditor
from tocsin.cli.status import status
from tocsin.console.app import create_app
from tocsin.runtime import metrics
from tocsin.runtime.settings import Settings
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.views import waiting_reports
from tocsin_schemas.vocabulary import Priority
from web_client import ask

FLOODER = "NGO-FLD"
KINDS = {"report_parked_long", "parked_astray"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for number, priority in enumerate([Priority.P1, Priority.P1, Priority.P1, Priority.P4, Priority.P4]):
        desk.take(report_by(FLOODER, number, priority))
    return desk


def _found(desk: Desk, later: timedelta = timedelta()) -> list[tuple[str, str]]:
    with reading(desk.engine) as connection:
        return [(f.kind, f.subject) for f in Auditor().audit(connection, {}, NOW + later) if f.kind in KINDS]


def test_what_waits_its_turn_is_in_order(desk: Desk) -> None:
    assert _found(desk, timedelta(minutes=14)) == []


def test_an_urgent_report_that_waits_for_a_quarter_of_an_hour_is_named_by_its_publisher(desk: Desk) -> None:
    assert _found(desk, timedelta(minutes=16)) == [("report_parked_long", "NGO-FLD:P1")]
    assert len(_found(desk, timedelta(hours=13))) == 2


def test_a_report_that_was_parked_and_waits_nowhere_is_found(desk: Desk) -> None:
    with unit_of_work(desk.engine) as connection:
        connection.execute(tables.parked_reports.delete().where(tables.parked_reports.c.offset == 1))
    assert _found(desk) == [("parked_astray", "tocsin.reports.v1-0-1")]


def test_a_report_that_waits_though_its_message_says_otherwise_is_found(desk: Desk) -> None:
    message = tables.processed_messages
    with unit_of_work(desk.engine) as connection:
        connection.execute(update(message).where(message.c.offset == 2).values(outcome="opened"))
    assert _found(desk) == [("parked_astray", "tocsin.reports.v1-0-2")]


def test_operators_see_whose_reports_wait_how_many_and_since_when(desk: Desk) -> None:
    with reading(desk.engine) as connection:
        assert waiting_reports.by_publisher(connection) == [waiting_reports.Waiting(FLOODER, 4, 2, NOW)]
        _show_parked(waiting_reports.by_publisher(connection))
    urgent = metrics.REGISTRY.get_sample_value("hrd_reports_parked", {"urgent": "yes"})
    others = metrics.REGISTRY.get_sample_value("hrd_reports_parked", {"urgent": "no"})
    assert (urgent, others) == (2, 2)


def test_the_command_and_the_console_show_them(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("TOCSIN_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("TOCSIN_CONSOLE_OPEN", "true")
    shown = json.loads(CliRunner().invoke(status, ["--json"]).output)["parked"]
    assert [(each["publisher_id"], each["reports"], each["urgent"]) for each in shown] == [(FLOODER, 4, 2)]
    monkeypatch.setenv("COLUMNS", "200")
    assert "4 of NGO-FLD (2 urgent)" in CliRunner().invoke(status).output
    page = ask(create_app(Settings()), "/").text
    assert 'data-key="NGO-FLD"><bdi>NGO-FLD</bdi>: <bdi>4</bdi> reports, <bdi>2</bdi> of them urgent' in page
