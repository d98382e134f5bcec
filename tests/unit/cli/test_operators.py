"""What operators ask on the command line is answered from the database, without names, and exit codes tell alarms."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

import planted
from databases import NOW, a_database
from tocsin.cli import connection as cli_connection
from tocsin.cli.audit import audit as audit_command
from tocsin.cli.cases import cases
from tocsin.cli.directory.commands import directory
from tocsin.cli.status import status
from tocsin.domain.identifiers import case_reference
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import unit_of_work

REFERENCE = case_reference(planted.ident("case", 1))
ENDS = {("tocsin.reports.v1", 0): 7, ("tocsin.cases.v1", 0): 5, ("tocsin.alerts.v1", 0): 5}


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("tocsin.cli.status.broker_ends", lambda settings: ENDS)
    monkeypatch.setattr("tocsin.cli.status.clock.now", lambda: NOW)
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        planted.plant_healthy(connection)
    return engine


def run(command: Any, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_status_of_a_healthy_deployment_exits_0(engine: Engine) -> None:
    result = run(status)
    assert result.exit_code == 0, result.output
    assert "Nothing is stuck" in result.output


def test_status_as_json_gives_lag_outbox_and_states(engine: Engine) -> None:
    state = json.loads(run(status, "--json").output)
    assert {row["consumer"]: row["lag"] for row in state["consumers"]} == {"resolver": 2, "dispatcher": 0, "mailer": 0}
    assert (state["reports"], state["cases"], state["deliveries"], state["outbox_pending"]) == (
        1,
        1,
        {"delivered": 1},
        0,
    )
    assert state["stuck"] == []


def test_status_exits_1_if_something_is_stuck(engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        planted.plant_report(connection, planted.plant_case(connection, 2))
    result = run(status, "--json")
    assert result.exit_code == 1
    assert [thing["kind"] for thing in json.loads(result.output)["stuck"]] == ["report_silent"]
    assert "report_silent" in run(status).output


def test_status_says_when_the_broker_does_not_answer(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.cli.status.broker_ends", lambda settings: None)
    assert "broker does not answer" in run(status).output
    state = json.loads(run(status, "--json").output)
    assert state["broker"] is None
    assert all(row["lag"] is None for row in state["consumers"])


def test_looking_creates_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "none"))
    for command in (cases, audit_command, directory):
        result = run(command, "list" if command is not audit_command else "verify")
        assert result.exit_code == 1
        assert "no database" in result.output
    assert not (tmp_path / "none").exists()


def test_a_database_without_tables_is_one_line_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    (tmp_path / "tocsin.db").touch()
    result = run(cases, "list")
    assert result.exit_code == 1
    assert "cannot be read" in result.output


def test_cases_are_listed_and_shown(engine: Engine) -> None:
    assert REFERENCE in run(cases, "list").output
    shown = run(cases, "show", REFERENCE.lower()).output
    for expected in (REFERENCE, "UN-WGAD", "1 delivered", "ACHPR-SRHRD"):
        assert expected in shown
    assert json.loads(run(cases, "show", REFERENCE, "--json").output)["priority"] == "P1"
    assert json.loads(run(cases, "list", "--json").output)[0]["reference"] == REFERENCE


def test_an_unknown_case_is_refused(engine: Engine) -> None:
    result = run(cases, "show", "HRD-0000-000")
    assert (result.exit_code, result.output) == (1, "Error: No case has this reference.\n")


def test_a_whole_audit_log_is_confirmed_and_an_altered_entry_exits_1(engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        for number in range(3):
            audit.append(connection, "resolver", "report-accepted", str(number), {}, NOW)
    whole = run(audit_command, "verify", "--json")
    assert (whole.exit_code, json.loads(whole.output)["heads"]["resolver"]["length"]) == (0, 3)
    with unit_of_work(engine) as connection:
        connection.execute(tables.audit.update().where(tables.audit.c.seq == 2).values(subject="9"))
    broken = run(audit_command, "verify")
    assert broken.exit_code == 1
    assert "BROKEN: resolver, entry 2: entry-altered" in broken.output
    assert json.loads(run(audit_command, "verify", "--json").output)["faults"] == [
        {"chain": "resolver", "seq": 2, "kind": "entry-altered"}
    ]


def test_a_broker_that_is_down_is_not_an_error_of_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(bootstrap: str, topics: list[str]) -> dict[tuple[str, int], int]:
        raise ConnectionError

    monkeypatch.setattr(cli_connection.kafka, "end_offsets", refuse)
    assert cli_connection.broker_ends(cli_connection.Settings()) is None
