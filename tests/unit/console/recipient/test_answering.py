"""An answer is durable, with its event, before a page says so; it is the person's own, and for one mandate."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from databases import NOW
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.recipients import heard_answers
from tocsin_schemas.answers import AnswerGiven
from tocsin_schemas.topics import ACTIONS, ANSWERS
from visiting import (
    DESK,
    HOLDER,
    MANDATE,
    NEIGHBOUR,
    OTHER,
    STRANGER,
    Place,
    a_place,
    forms_of,
    is_sealed,
    received,
    text_of,
)

DRILL = "d" * 32
OUTCOMES = {
    "acknowledged": "the others have been told",
    "known": "the others have been told",
    "more-urgent-since": "answer again",
    "not-raised": "had come to an end",
    "not-entitled": "could not be followed",
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path)


def test_taking_it_in_hand_is_recorded_with_its_event_and_then_said(place: Place) -> None:
    browser = place.signed_in()
    page = browser.submit(browser.form(place.path, "acknowledged"))
    (row,) = place.rows(tables.given_answers)
    (event,) = [row for row in place.rows(tables.outbox) if row.topic == ANSWERS.name]
    said = AnswerGiven.model_validate_json(event.body)
    assert (said.alert_id, said.recipient, said.answer, said.priority) == (
        place.alert_ids[MANDATE],
        place.people[DESK],
        "acknowledged",
        "P1",
    )
    assert (row.answer_id, event.event_id, event.key) == (said.answer_id, said.answer_id, said.alert_id)
    assert "You take it in hand." in text_of(page)
    assert "It is being passed on" in text_of(page)
    assert page.url.path == f"{place.path}/answers/{said.answer_id}"


def test_a_receipt_says_pending_until_the_dispatcher_has_heard_it(place: Place) -> None:
    browser = place.signed_in()
    path = browser.submit(browser.form(place.path, "acknowledged")).url.path
    for outcome, expected in OUTCOMES.items():
        with unit_of_work(place.engine) as connection:
            heard_answers.settle(connection, path.rpartition("/")[2], outcome)
        assert expected in text_of(browser.get(path))


def test_a_double_click_is_one_answer(place: Place) -> None:
    browser = place.signed_in()
    form = browser.form(place.path, "acknowledged")
    first, second = browser.submit(form), browser.submit(form)
    assert first.url == second.url
    assert len(place.rows(tables.given_answers)) == len(received(place, "answer.given")) == 1


def test_what_is_taken_back_counts_and_the_earlier_receipt_says_so(place: Place) -> None:
    browser = place.signed_in()
    first = browser.submit(browser.form(place.path, "acknowledged")).url.path
    place.later(timedelta(minutes=1))
    browser.submit(browser.form(place.path, "revoked"))
    assert [said["answer"] for said in received(place, "answer.given")] == ["acknowledged", "revoked"]
    assert "You have given another answer since" in text_of(browser.get(first))
    assert "acknowledged" in {form.fields.get("answer") for form in forms_of(browser.get(place.path))}


def test_handing_over_names_a_colleague_of_the_same_mandate(place: Place) -> None:
    browser = place.signed_in()
    form = browser.form(place.path, "handed_over")
    assert form.choices["to"] == ["", place.people[HOLDER]]
    page = browser.submit(form, to=place.people[HOLDER])
    assert "mandate-holder ( holder-mechanism-example )" in text_of(page)
    (said,) = received(place, "answer.given")
    assert (said["answer"], said["to"]) == ("handed_over", place.people[HOLDER])


@pytest.mark.parametrize("to", ["", "0" * 32, "NEIGHBOUR", "DESK"])
def test_it_cannot_be_handed_to_anybody_else(place: Place, to: str) -> None:
    to = {"NEIGHBOUR": place.people[NEIGHBOUR], "DESK": place.people[DESK]}.get(to, to)
    browser = place.signed_in()
    page = browser.submit(browser.form(place.path, "handed_over"), to=to)
    assert page.status_code == 422
    assert "something was left unchosen" in text_of(page)
    assert place.rows(tables.given_answers) == []


def test_not_mine_gives_a_reason_of_the_closed_list(place: Place) -> None:
    browser = place.signed_in()
    form = browser.form(place.path, "not_mine")
    assert browser.submit(form).status_code == 422
    assert browser.submit(form, reason="tired").status_code == 422
    assert "I am away" in text_of(browser.submit(form, reason="away"))
    (said,) = received(place, "answer.given")
    assert (said["answer"], said["reason"]) == ("not_mine", "away")


def test_an_answer_is_for_one_mandate(tmp_path: Path) -> None:
    place = a_place(tmp_path, mandates=[MANDATE, OTHER])
    browser = place.signed_in()
    forms = [form for form in forms_of(browser.get(place.path)) if form.fields.get("answer") == "acknowledged"]
    assert len(forms) == 2
    browser.submit(next(form for form in forms if place.alert_ids[OTHER] in form.action))
    assert [said["alert_id"] for said in received(place, "answer.given")] == [place.alert_ids[OTHER]]


@pytest.mark.parametrize("over", [{"state": "closed"}, {"state": "held"}, {"recipients": []}])
def test_an_alert_that_is_no_longer_open_is_not_answered(place: Place, over: dict[str, Any]) -> None:
    browser = place.signed_in()
    form = browser.form(place.path, "acknowledged")
    place.change_alert(**over)
    assert browser.submit(form).status_code == (200 if "recipients" in over else 404), "one in line may always answer"
    assert len(place.rows(tables.given_answers)) == ("recipients" in over)


@pytest.mark.parametrize("key", ["", "x" * 32, "0" * 31])
def test_a_form_without_its_key_is_refused(place: Place, key: str) -> None:
    browser = place.signed_in()
    assert browser.submit(browser.form(place.path, "acknowledged"), key=key).status_code == 422
    assert place.rows(tables.given_answers) == []


def test_a_receipt_is_shown_to_the_person_alone(place: Place) -> None:
    browser = place.signed_in()
    paths = [
        browser.submit(browser.form(place.path, "acknowledged")).url.path,
        browser.submit(browser.form(place.path, "actions"), stands="planned", type="country_visit").url.path,
    ]
    for path in paths:
        assert place.signed_in(STRANGER).get(path).status_code == 404
        assert "Sign in" in text_of(place.browser().get(path))
        place.later(timedelta(minutes=15))
        assert browser.get(path).status_code == 200


def test_an_action_is_told_in_the_name_of_the_mandate(place: Place) -> None:
    browser = place.signed_in()
    form = browser.form(place.path, "actions")
    assert "wgad_urgent_action" in form.choices["type"]
    typed = {"stands": "taken", "type": "wgad_urgent_action", "on": "2026-11-23"}
    number = {"reference": "UA TGO 1/2026", "scheme": "un_communication"}
    pages = [browser.submit(form, **typed, **number) for _ in range(2)]
    (said,) = received(place, "action.taken")
    assert said == {
        "mechanism": MANDATE,
        "action": "wgad_urgent_action",
        "case": place.case.reference,
        "taken_on": "2026-11-23",
        "signatories": [],
        "states": [],
        "references": [{"scheme": "un_communication", "value": "UA TGO 1/2026"}],
        "recorded_at": "2026-11-24T09:00:00Z",
    }
    (row,) = [row for row in place.rows(tables.outbox) if row.topic == ACTIONS.name]
    assert row.key == place.case.case_id
    assert is_sealed(row), "what a person wrote is closed to the broker, and to whoever reads the database"
    assert b"UA TGO" not in row.body
    for expected in ("urgent action of the Working Group", "UA TGO 1/2026", "23 November 2026", "being passed on"):
        assert expected in text_of(pages[0])
    assert pages[0].url == pages[1].url


def test_a_plan_needs_no_day(place: Place) -> None:
    browser = place.signed_in()
    browser.submit(browser.form(place.path, "actions"), stands="planned", type="country_visit", on="")
    (said,) = received(place, "action.planned")
    assert (said["action"], "planned_for" in said) == ("country_visit", False)


@pytest.mark.parametrize(
    "typed",
    [
        {"type": "country_visit", "on": "2026-11-23"},
        {"stands": "taken", "on": "2026-11-23"},
        {"stands": "taken", "type": "prayer", "on": "2026-11-23"},
        {"stands": "taken", "type": "country_visit", "on": ""},
        {"stands": "taken", "type": "country_visit", "on": "2026-11-26"},
        {"stands": "taken", "type": "country_visit", "on": "yesterday"},
        {"stands": "taken", "type": "country_visit", "on": "0001-01-01"},
        {"stands": "taken", "type": "country_visit", "on": "2026-11-23", "reference": "a\u202eb", "scheme": "other"},
        {"stands": "taken", "type": "country_visit", "on": "2026-11-23", "reference": "A 1", "scheme": "of-mine"},
    ],
)
def test_an_action_that_is_not_clear_is_refused_and_not_repeated(place: Place, typed: dict[str, str]) -> None:
    browser = place.signed_in()
    page = browser.submit(browser.form(place.path, "actions"), **typed)
    assert page.status_code == 422
    assert "Nothing was recorded" in text_of(page)
    assert [word for word in ("prayer", "yesterday", "\u202e", "of-mine") if word in page.text] == []
    assert received(place, "action.taken") == []


def test_who_answered_and_who_signed_in_is_in_the_audit_log(place: Place) -> None:
    browser = place.signed_in()
    browser.submit(browser.form(place.path, "acknowledged"))
    browser.submit(browser.form(place.path, "actions"), stands="planned", type="country_visit")
    told = [(row.action, row.subject) for row in place.rows(tables.audit) if row.chain == "recipients"]
    alert_id = place.alert_ids[MANDATE]
    assert told == [("signed-in", place.people[DESK]), ("answer-given", alert_id), ("action-told", alert_id)]
    with reading(place.engine) as connection:
        assert audit.verify(connection) == []


@pytest.mark.parametrize("mandate", [None, MANDATE])
def test_a_drill_is_confirmed_once_and_touches_no_case(place: Place, mandate: str | None) -> None:
    with unit_of_work(place.engine) as connection:
        started = {"started_by": "operator", "started_at": NOW, "answer_by": NOW + timedelta(hours=1)}
        connection.execute(tables.drills.insert(), {"drill_id": DRILL, "mandate": mandate, **started})
    browser, path = place.signed_in(), f"/drills/{DRILL}"
    assert "There is an exercise for you" in text_of(place.browser().get(path))
    form = next(form for form in forms_of(browser.get(path)) if form.action == path)
    for _ in range(2):
        assert "Thank you. Confirmed on" in text_of(browser.submit(form))
    assert len(place.rows(tables.drill_answers)) == 1
    assert place.rows(tables.given_answers) == []
    other = place.signed_in(STRANGER).get(path)
    assert other.status_code == (200 if mandate is None else 404)
    assert browser.get(f"/drills/{'0' * 32}").status_code == 404
