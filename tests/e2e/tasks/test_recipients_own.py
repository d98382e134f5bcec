"""A mandate's staff on pages that are their own: what they follow, how they are told, when they are away, what they did."""

import csv
import io
from datetime import time, timedelta

import pytest

from databases import NOW
from seats import Seat
from tocsin.console.recipient import recording
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import entries
from tocsin.store.tables.wishes import subscriptions
from tocsin_schemas.answers import Answer
from tocsin_schemas.directory import Recipient
from visitor import Visitor
from ways import EVERY_WAY

pytestmark = EVERY_WAY
OTHER = {"en": ("fr", "Français"), "fr": ("en", "English")}


def oneself(seat: Seat) -> Recipient:
    """As the directory has it, with what one has chosen."""
    with reading(seat.engine) as connection:
        found = entries.find(connection, seat.deployment, seat.chain["staff"])
    assert found is not None
    return found


def test_a_case_is_followed_and_followed_no_longer(recipient: Visitor, seat: Seat) -> None:
    recipient.open(seat.path)
    for button, state, follows in (("follow", "follows", True), ("stop", "stopped", False)):
        recipient.push(recipient.said(f"updates.{button}"))
        assert recipient.sees(recipient.said(f"updates.{state}"))
        assert [row.follows for row in seat.rows(subscriptions)] == [follows]


def test_the_language_of_mails_and_a_daily_digest_are_chosen(recipient: Visitor, seat: Seat) -> None:
    said, (code, language) = recipient.said, OTHER[recipient.way.language]
    recipient.open("/")
    recipient.follow(said("preferences.title"))
    recipient.choose(said("preferences.language"), language)
    recipient.mark(said("preferences.daily"))
    recipient.set_time(said("preferences.digest_at"), time(7, 30))
    recipient.push(said("preferences.keep"))
    assert recipient.page.locator(".notice.calm").count()
    person = oneself(seat)
    assert (person.language, f"{person.digest_at:%H:%M}") == (code, "07:30")


def test_an_absence_with_somebody_who_stands_in_is_entered_and_removed(recipient: Visitor, seat: Seat) -> None:
    said, first, last = recipient.said, NOW.date() + timedelta(days=1), NOW.date() + timedelta(days=8)
    recipient.open("/preferences")
    recipient.unfold(said("away.add"))
    recipient.set_day(said("away.first"), first)
    recipient.set_day(said("away.last"), last)
    holder = f"{said('role.mandate_holder')} (wgad-holder-un-example)"
    recipient.choose(said("away.who"), holder)
    recipient.push(said("away.keep"))
    assert recipient.sees(holder)
    (away,) = oneself(seat).absences
    assert (away.first_day, away.last_day, away.delegate) == (first, last, "wgad-holder-un-example")
    recipient.push(said("away.end"))
    assert recipient.sees(said("away.none"))
    assert oneself(seat).absences == []


@pytest.mark.slow
def test_an_absence_that_ends_before_it_begins_is_not_entered_and_the_page_says_why(
    recipient: Visitor, seat: Seat
) -> None:
    said = recipient.said
    recipient.open("/preferences")
    recipient.unfold(said("away.add"))
    recipient.set_day(said("away.first"), NOW.date() + timedelta(days=8))
    recipient.set_day(said("away.last"), NOW.date() + timedelta(days=1))
    recipient.push(said("away.keep"))
    assert recipient.sees(said("notice.days"))
    assert oneself(seat).absences == []


@pytest.mark.slow
def test_administrators_are_asked_for_what_two_of_them_must_approve(recipient: Visitor, seat: Seat) -> None:
    said = recipient.said
    recipient.open("/preferences")
    recipient.unfold(said("entry.ask"))
    recipient.choose(said("entry.what"), said("entry.timezone"))
    recipient.push(said("entry.send"))
    assert recipient.sees(said("preferences.wanted"))
    assert "directory-change-wanted" in {row.action for row in seat.rows(tables.audit)}


def test_what_one_has_answered_is_in_ones_record_and_in_its_table(recipient: Visitor, seat: Seat) -> None:
    said = recipient.said
    recipient.open(seat.path)
    recipient.push(said("acknowledge.button"))
    seat.pass_on()
    recipient.open("/")
    recipient.follow(said("record.title"))
    reference = seat.path.rpartition("/")[2]
    assert recipient.there_is("link", reference)
    table = recipient.save(said("record.download"), "button").decode("utf-8-sig")
    heading, line = csv.reader(io.StringIO(table))
    assert heading[1] == said("record.case")
    assert line[1] == reference


def test_the_session_of_a_browser_that_was_lost_is_ended(recipient: Visitor, seat: Seat) -> None:
    said = recipient.said
    seat.session()
    recipient.open("/preferences")
    recipient.push(said("sessions.end"))
    assert recipient.sees(said("preferences.session_ended"))
    assert not recipient.there_is("button", said("sessions.end"))
    assert [row.ended_at for row in seat.rows(tables.sessions)].count(None) == 1


@pytest.mark.slow
def test_a_long_record_is_turned_to_what_is_older_and_back(recipient: Visitor, seat: Seat) -> None:
    said, size = recipient.said, recording.OF_A_PAGE + 3
    whose = {"alert_id": seat.alert.alert_id, "recipient_id": seat.chain["staff"], "answer": Answer.REVOKED.value}
    given = [{"answer_id": f"{number:032x}", "given_at": NOW, **whose} for number in range(size)]
    with unit_of_work(seat.engine) as connection:
        connection.execute(tables.given_answers.insert(), given)
    recipient.open("/record")
    assert recipient.page.locator("li.sheet").count() == recording.OF_A_PAGE
    recipient.follow(said("record.older"))
    assert recipient.page.locator("li.sheet").count() == 3
    recipient.follow(said("record.newest"))
    assert recipient.page.locator("li.sheet").count() == recording.OF_A_PAGE
