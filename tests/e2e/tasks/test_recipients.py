"""A mandate's staff: from the mail to what they answer, and what the dispatcher makes of it."""

import pytest

from seats import ADDRESS, DRILL, Seat
from tocsin.console.recipient.words import label, words
from tocsin.knowledge.load import load
from tocsin.store import tables
from visitor import Visitor
from ways import EVERY_WAY, first_of

pytestmark = EVERY_WAY
OFFERED = [action.value for action in load().mechanisms["UN-WGAD"].actions]


def test_from_the_link_in_a_mail_through_a_code_to_the_case_and_out(stranger: Visitor, seat: Seat) -> None:
    stranger.open(seat.path)
    assert stranger.heading == stranger.said("door.heading.cases")
    stranger.write(stranger.said("door.address"), ADDRESS)
    stranger.push(stranger.said("door.send"))
    stranger.write(stranger.said("code.label"), seat.mailed_code())
    stranger.push(stranger.said("code.enter"))
    assert seat.path.rpartition("/")[2] in stranger.heading
    assert stranger.sees("Togo")
    stranger.push(stranger.said("sign_out"))
    stranger.open(seat.path)
    assert not stranger.sees("Togo")


def test_an_alert_is_taken_in_hand_which_is_heard_and_taken_back(recipient: Visitor, seat: Seat) -> None:
    recipient.open("/")
    recipient.follow(f"{recipient.said('case')} {seat.path.rpartition('/')[2]}")
    recipient.push(recipient.said("acknowledge.button"))
    assert recipient.sees(recipient.said("receipt.pending"))
    seat.pass_on()
    assert seat.is_in_hand()
    recipient.follow(recipient.said("receipt.look_again"))
    assert not recipient.sees(recipient.said("receipt.pending"))
    recipient.follow(recipient.said("receipt.back"))
    assert recipient.sees(recipient.said("status.mine"))
    recipient.push(recipient.said("revoke.button"))
    seat.pass_on()
    assert not seat.is_in_hand()
    recipient.open(seat.path)
    assert recipient.sees(recipient.said("status.waits"))


def test_an_alert_is_handed_over_to_a_colleague(recipient: Visitor, seat: Seat) -> None:
    recipient.open(seat.path)
    recipient.unfold(recipient.said("hand_over.title"))
    holder = f"{recipient.said('role.mandate_holder')} (wgad-holder-un-example)"
    recipient.choose(recipient.said("hand_over.to"), holder)
    recipient.push(recipient.said("hand_over.button"))
    seat.pass_on()
    assert seat.chain["mandate_holder"] in seat.alert.recipients


def test_an_alert_that_is_not_theirs_is_given_back(recipient: Visitor, seat: Seat) -> None:
    recipient.open(seat.path)
    recipient.unfold(recipient.said("not_mine.title"))
    recipient.mark(recipient.said("reason.away"))
    recipient.push(recipient.said("not_mine.button"))
    assert recipient.sees(recipient.said("reason.away"))
    seat.pass_on()
    assert [(row.answer, row.outcome) for row in seat.rows(tables.given_answers)] == [("not_mine", "passed-on")]


@pytest.mark.parametrize("action", first_of([(code,) for code in OFFERED]))
def test_each_kind_of_action_is_recorded_and_answers_the_alert(recipient: Visitor, seat: Seat, action: str) -> None:
    said = words(recipient.way.language)
    recipient.open(seat.path)
    recipient.unfold(recipient.said("action.title"))
    recipient.mark(recipient.said("action.planned"))
    recipient.choose(recipient.said("action.type"), label(said, "actions", action))
    recipient.push(recipient.said("action.button"))
    assert recipient.sees(recipient.said("receipt.pending"))
    seat.pass_on()
    assert [row.action for row in seat.rows(tables.actions)] == [action]


def test_an_action_without_its_day_is_not_recorded_and_the_page_says_why(recipient: Visitor, seat: Seat) -> None:
    recipient.open(seat.path)
    recipient.unfold(recipient.said("action.title"))
    recipient.mark(recipient.said("action.taken"))
    recipient.choose(recipient.said("action.type"), label(words(recipient.way.language), "actions", "country_visit"))
    recipient.push(recipient.said("action.button"))
    assert recipient.sees(recipient.said("notice.action"))
    assert [row for row in seat.rows(tables.outbox) if "action" in dict(row.headers)["ce_type"]] == []


def test_a_drill_is_confirmed(recipient: Visitor, seat: Seat) -> None:
    recipient.open(f"/drills/{DRILL}")
    recipient.push(recipient.said("drill.button"))
    assert [row.recipient_id for row in seat.rows(tables.drill_answers)] == [seat.chain["staff"]]
    assert not recipient.there_is("button", recipient.said("drill.button"))
