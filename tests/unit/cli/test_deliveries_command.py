"""A person decides about mails in doubt, and has the provider's log read; each decision is kept with a name."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from mailing import Office, a_sender, a_simulator, an_office, eventually, send_batch
from tocsin.cli.deliveries import deliveries as command
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.mailer.sender import Unknown
from tocsin.store import tables
from tocsin.store.database import reading
from tocsin_schemas.deliveries import DeliveryState


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    return an_office(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


class Silent:
    def send(self, _mail: Any) -> Unknown:
        return Unknown("timeout")


@pytest.fixture
def doubtful(office: Office) -> str:
    delivery_id = office.request("desk@mechanism.example")
    send_batch(office, Silent())
    return delivery_id


@pytest.mark.parametrize(
    ("decision", "state", "repeat"),
    [("--sent", DeliveryState.ACCEPTED, False), ("--again", DeliveryState.REQUESTED, True)],
)
def test_a_person_settles_a_mail_in_doubt_once(
    office: Office, doubtful: str, decision: str, state: DeliveryState, repeat: bool
) -> None:
    assert run("settle", doubtful[:8], decision, "--by", "officer-1").exit_code == 0
    found = office.find(doubtful)
    assert (found.state, found.possible_repeat) == (state, repeat)
    again = run("settle", doubtful, decision, "--by", "officer-1")
    assert (again.exit_code, state.value in again.output) == (1, True)
    with reading(office.engine) as connection:
        lines = connection.execute(select(tables.audit).where(tables.audit.c.action == "delivery-settled")).all()
    assert [(line.subject, line.detail["by"]) for line in lines] == [(doubtful, "officer-1")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("settle", "0f", "--again", "--by", "officer-1"), "No mail has this id"),
        (("settle", "0f", "--by", "officer-1"), "--sent or --again"),
        (("settle", "0f", "--again", "--by", "mailer"), "an identifier of your own"),
        (("backfill", "--since", "yesterday"), "does not match"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(office: Office, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert said in result.output


def test_lost_events_are_read_from_the_log_at_once(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No mail waits" in run("backfill").output
    with a_simulator(tmp_path) as simulator:
        monkeypatch.setenv("TOCSIN_SENDGRID_HOST", simulator.url)
        simulator.faults.plan(Fault.EVENTS_LOST, -1)
        office.request("desk@mechanism.example")
        send_batch(office, a_sender(simulator, tmp_path))
        since = (office.now - timedelta(days=1)).strftime("%Y-%m-%d")

        def is_known() -> bool:
            assert run("backfill", "--since", since).exit_code == 0
            return office.states() == {"delivered": 1}

        eventually(is_known)


def test_while_the_log_cannot_be_asked_that_is_said(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_simulator(tmp_path) as simulator:
        monkeypatch.setenv("TOCSIN_SENDGRID_HOST", simulator.url)
        office.request("desk@mechanism.example")
        send_batch(office, a_sender(simulator, tmp_path))
        simulator.faults.plan(Fault.LOG_UNAVAILABLE, -1)
        result = run("backfill")
    assert (result.exit_code, "cannot be asked" in result.output) == (1, True)
    assert office.states() == {"accepted": 1}
