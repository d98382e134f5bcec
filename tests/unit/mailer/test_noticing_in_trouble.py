"""A notice that cannot be written or is put off holds up no other, least of all somebody who waits for a code."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from databases import NOW, a_database, a_deployment
from tocsin.mailer.noticing import Noticing
from tocsin.mailer.sender import Accepted, LogUnavailable, Mail, Outcome, RetryAfter, Sent, Stops
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import notices
from tocsin.store.directory.notices import CodeNotice


class NoLog:
    def find(self, *_: object) -> Sent | None:
        raise LogUnavailable("down")


class Office:
    """outcome: what the provider answers to a mail; who was sent one is in ``asked``."""

    def __init__(self, folder: Path) -> None:
        self.engine, self.deployment, self.now = a_database(folder), a_deployment(folder), NOW
        self.outcome: Callable[[Mail], Outcome] = lambda _: Accepted("id")
        self.asked: list[str] = []
        self.noticing = Noticing(self.engine, self.deployment, self, NoLog(), "tocsin.example", lambda: self.now)

    def send(self, mail: Mail) -> Outcome:
        self.asked.append(mail.to)
        return self.outcome(mail)

    def code(self, number: int, at: datetime = NOW) -> str:
        """Somebody asks for a code; returns the address."""
        address, notice_id = f"desk-{number}@mechanism.example", f"{number:032x}"
        with unit_of_work(self.engine) as connection:
            notice = CodeNotice(notice_id, "0a" * 16, "staff", "en", [], address, at)
            notices.request_code(connection, self.deployment.vault, notice, "123456")
        return address

    def change(self, number: int) -> str:
        """Somebody's entry is changed."""
        address = self.code(number)
        with unit_of_work(self.engine) as connection:
            here = tables.notices.c.notice_id == f"{number:032x}"
            connection.execute(update(tables.notices).where(here).values(kind="directory-change", fields=["address"]))
        return address

    def tell(self, passed: timedelta = timedelta()) -> list[str]:
        self.now += passed
        before = len(self.asked)
        self.noticing.tell()
        return self.asked[before:]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_notice_that_was_altered_stops_no_other_and_is_put_before_operators(office: Office) -> None:
    office.code(1)
    sound = office.code(2)
    with unit_of_work(office.engine) as connection:
        here = tables.sealed_contents.c.subject == f"{1:032x}"
        connection.execute(update(tables.sealed_contents).where(here).values(ciphertext=b"\0" * 64))
    assert office.tell() == [sound]
    with reading(office.engine) as connection:
        assert notices.waiting(connection, office.now) == []
    with reading(office.engine) as connection:
        assert [row.kind for row in connection.execute(tables.reviews.select())] == ["mail_stopped"]


def test_a_code_goes_the_second_way_while_what_can_wait_waits_for_the_first(office: Office) -> None:
    office.change(1)
    waits = RetryAfter(NOW + timedelta(seconds=30), "unreachable", Stops.ROUTINE)
    office.outcome = lambda mail: Accepted("id", "smtp") if mail.is_urgent else waits
    office.tell()
    address = office.code(2, NOW + timedelta(seconds=1))
    assert office.tell(timedelta(seconds=2)) == [address]


def test_a_code_that_alone_was_put_off_holds_up_no_other(office: Office) -> None:
    grey, well = office.code(1), office.code(2, NOW + timedelta(seconds=1))
    later = RetryAfter(NOW + timedelta(seconds=40), "throttled", Stops.NONE)
    office.outcome = lambda mail: later if mail.to == grey else Accepted("id")
    assert well in office.tell(timedelta(seconds=2))
    assert office.tell(timedelta(seconds=10)) == []
    office.outcome = lambda _: Accepted("id")
    assert office.tell(timedelta(seconds=30)) == [grey]
