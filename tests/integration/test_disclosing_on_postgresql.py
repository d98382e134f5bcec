"""Whoever withdraws a consent while a mail is being written is told of it by one of two: the mail, or its record."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from builders import a_claim, an_entry
from directories import FIRST, SECOND
from mailing import MANDATE, KeepingSender, Office, an_office, eventually, send_batch, told_of
from racing import at_once
from tocsin.mailer.noticing import Noticing
from tocsin.mailer.sender import Accepted, Mail, Unknown
from tocsin.store.alerting import disclosures
from tocsin.store.database import lock_keys, reading, unit_of_work
from tocsin.store.directory.approvals import enter
from tocsin.store.tables import notices, reports

pytestmark = pytest.mark.postgresql
CLAIM = a_claim(publisher="IACHR-RELE")


@pytest.fixture
def office(tmp_path: Path, migrated: Callable[[], str]) -> Iterator[Office]:
    office = an_office(tmp_path, CLAIM, url=migrated())
    office.request("desk@mechanism.example")
    yield office
    office.engine.dispose()


def test_a_withdrawal_that_comes_first_stops_the_mail(office: Office) -> None:
    sender = KeepingSender()
    with unit_of_work(office.engine) as connection:
        lock_keys(connection, [office.case.case_id])
        withdrawn = CLAIM.model_copy(update={"consents": []}).model_dump(mode="json", exclude_none=True)
        connection.execute(update(reports).values(claim=withdrawn))
        sending = threading.Thread(target=send_batch, args=(office, sender))
        sending.start()
        eventually(lambda: _waits(office))
    sending.join(20)
    assert sender.mails == []
    assert office.states() == {"cancelled": 1}


def test_a_withdrawal_that_comes_later_finds_who_was_told(office: Office) -> None:
    found: list[int] = []

    def look(_: Mail) -> None:
        with unit_of_work(office.engine) as connection:
            lock_keys(connection, [office.case.case_id])
            found.append(len(told_of(connection, office.case.case_id, CLAIM.report_id)))

    send_batch(office, KeepingSender(Unknown("timeout"), look))
    assert found == [1]
    with reading(office.engine) as connection:
        assert len(disclosures.of_case(connection, office.case.case_id)) == 1


def test_two_mailers_tell_each_notice_once(office: Office) -> None:
    with unit_of_work(office.engine) as connection:
        for number in range(12):
            entry = an_entry(f"desk{number}@mechanism.example", [MANDATE])
            enter(connection, office.deployment, (FIRST, SECOND), entry, office.now)
    sender = KeepingSender(Accepted("id"))
    mailers = [
        Noticing(office.engine, office.deployment, sender, None, "tocsin.example", office.clock)  # type: ignore[arg-type]
        for _ in range(2)
    ]
    at_once(*[mailer.tell for mailer in mailers])
    assert len({mail.delivery_id for mail in sender.mails}) == len(sender.mails) == 12
    with reading(office.engine) as connection:
        states = connection.execute(select(notices.c.state).where(notices.c.state != "cancelled")).scalars()
        assert set(states) == {"sent"}


def _waits(office: Office) -> bool:
    """Whether somebody waits for a case."""
    with reading(office.engine) as connection:
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return connection.execute(waiting).scalar_one() > 0
