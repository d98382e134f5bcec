"""Following a case, and stopping: only by who may see it, and on record."""

from pathlib import Path

import pytest

from builders import a_claim
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.tables.wishes import subscriptions
from visiting import DESK, HOLDER, MANDATE, NEIGHBOUR, STRANGER, Browser, Place, PostForm, a_place, forms_of, text_of


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path)


def form_of(browser: Browser, place: Place, follows: str) -> PostForm:
    found = [form for form in forms_of(browser.get(place.path)) if form.action.endswith("/updates")]
    return next(form for form in found if form.fields["follows"] == follows)


def chosen(place: Place) -> set[tuple[str, str, bool]]:
    return {(row.recipient_id, row.alert_id, row.follows) for row in place.rows(subscriptions)}


@pytest.mark.parametrize("address", [DESK, HOLDER])
def test_who_may_see_a_case_follows_it_and_stops(place: Place, address: str) -> None:
    browser, own = place.signed_in(address), (place.people[address], place.alert_ids[MANDATE])
    assert "You follow this case" in text_of(browser.submit(form_of(browser, place, "yes")))
    assert chosen(place) == {(*own, True)}
    assert "You get no updates" in text_of(browser.submit(form_of(browser, place, "no")))
    assert chosen(place) == {(*own, False)}
    done = [row.action for row in place.rows(tables.audit) if row.action.startswith("updates-")]
    assert done == ["updates-followed", "updates-stopped"]


def test_choosing_the_same_twice_is_choosing_once(place: Place) -> None:
    browser = place.signed_in()
    form = form_of(browser, place, "yes")
    for _ in range(2):
        browser.submit(form)
    assert len(chosen(place)) == 1
    assert [row.action for row in place.rows(tables.audit)].count("updates-followed") == 1


def test_for_a_case_that_is_not_theirs_it_is_the_page_of_what_is_absent(place: Place) -> None:
    stranger = place.signed_in(STRANGER)
    token = forms_of(stranger.get("/preferences"))[0].fields["csrf"]
    answers = [
        stranger.post(f"{path}/updates", csrf=token, follows="yes") for path in (place.path, "/cases/HRD-0000-000")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text
    assert chosen(place) == set()


def test_where_nothing_may_be_told_any_more_nothing_can_be_followed(place: Place) -> None:
    browser = place.signed_in()
    form = form_of(browser, place, "yes")
    with unit_of_work(place.engine) as connection:
        refused = a_claim(publisher="IACHR-RELE", consents=[]).model_dump(mode="json", exclude_none=True)
        connection.execute(tables.reports.update().values(claim=refused))
    assert browser.submit(form).status_code == 404
    assert "Updates by mail" not in text_of(browser.get(place.path))
    assert chosen(place) == set()


def test_a_form_of_another_browser_changes_nothing(place: Place) -> None:
    form = form_of(place.signed_in(NEIGHBOUR), place, "yes")
    assert place.signed_in().submit(form).status_code == 403
    assert place.browser().submit(form).status_code == 403
    assert chosen(place) == set()
