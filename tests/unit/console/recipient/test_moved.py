"""What has moved or ended while a page was open: alerts of cases that became part of others, terms that are over."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from databases import NOW
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from visiting import DESK, MANDATE, NEIGHBOUR, OTHER, Place, a_place, received, text_of

PART = "0c" * 16


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path)


def let_it_become_part(place: Place) -> None:
    """The first alert is of a case that has since become part of the one that stands."""
    with unit_of_work(place.engine) as connection:
        row = {**place.rows(tables.cases)[0]._asdict(), "case_id": PART, "reference": "HRD-0000-00A"}
        row |= {"state": "merged", "redirects_to": place.case.case_id, "founding_report_id": "other"}
        connection.execute(tables.cases.insert(), row)
        moved = tables.alerts.c.alert_id == place.alert_ids[MANDATE]
        connection.execute(update(tables.alerts).where(moved).values(case_id=PART))


@pytest.mark.parametrize("path", ["/cases/HRD-0000-00A", ""])
def test_an_alert_whose_case_became_part_of_another_is_answered_as_before(place: Place, path: str) -> None:
    let_it_become_part(place)
    browser = place.signed_in()
    page = browser.submit(browser.form(path or place.path, "acknowledged"))
    assert "It is recorded" in text_of(page)
    page = browser.submit(browser.form(path or place.path, "actions"), stands="planned", type="country_visit")
    assert "It is recorded" in text_of(page)
    (answer,), (action,) = received(place, "answer.given"), received(place, "action.planned")
    assert (answer["alert_id"], action["mechanism"]) == (place.alert_ids[MANDATE], MANDATE)


def test_a_form_that_was_open_while_the_cases_became_one_still_counts(place: Place) -> None:
    browser = place.signed_in()
    form = browser.form(place.path, "acknowledged")
    let_it_become_part(place)
    assert "It is recorded" in text_of(browser.submit(form))


def test_the_receipt_of_an_action_is_of_the_mandate_that_it_was_told_for(place: Place) -> None:
    browser = place.signed_in()
    path = browser.submit(browser.form(place.path, "actions"), stands="planned", type="country_visit").url.path
    other = path.replace(place.alert_ids[MANDATE], place.alert_ids[OTHER])
    assert place.signed_in(NEIGHBOUR).get(other).status_code == 404


def test_a_session_ends_with_the_term_of_office(tmp_path: Path) -> None:
    ends = NOW.replace(hour=0) + timedelta(days=1)
    place = a_place(tmp_path, valid_to=ends.date())
    place.change_alert(recipients=[place.people[DESK]])
    with unit_of_work(place.engine) as connection:
        row = {"alert_id": place.alert_ids[MANDATE], "case_id": place.case.case_id, "channel": "email", "round": 0}
        sent = {"kind": "alert", "priority": "P1", "state": "delivered", "attempt": 1, "possible_repeat": False}
        who = {"delivery_id": "0f" * 16, "recipient_id": place.people[DESK], "requested_at": NOW, "updated_at": NOW}
        connection.execute(tables.deliveries.insert(), row | sent | who)
    place.later(ends - NOW - timedelta(minutes=5))
    browser = place.signed_in()
    form = browser.form(place.path, "acknowledged")
    assert "Togo" in text_of(browser.last)
    place.later(timedelta(minutes=10))
    assert "Togo" not in text_of(browser.get(place.path))
    browser.submit(form)
    assert received(place, "answer.given") == []
