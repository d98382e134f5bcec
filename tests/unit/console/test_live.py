"""A page asks itself again without keeping anybody signed in, without a record every few seconds, and past no record."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

import planted
from operating import REFERENCE, Browser, House, a_house
from tocsin.console.access.viewer import Role
from tocsin.store.access import sessions
from tocsin.store.database import unit_of_work

CASE = f"/cases/{REFERENCE}"
LIVE = ("/", CASE, "/stuck", "/reviews")


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = a_house(tmp_path)
    for name in ("desk-1", "desk-2"):
        house.account(name, Role.DUTY_OFFICER)
    return house


def again(browser: Browser, path: str, page: httpx.Response) -> httpx.Response:
    return browser.ask(path, headers={"if-none-match": page.headers["etag"]})


def change(house: House) -> None:
    with unit_of_work(house.engine) as connection:
        planted.plant_review(connection, planted.ident("case", 1), "certainty", reason="certainty-cap")


@pytest.mark.parametrize("path", LIVE)
def test_what_has_not_changed_is_not_sent_again_and_what_has_is(house: House, path: str) -> None:
    browser = Browser(house).signed_in("desk-1")
    page = browser.ask(path)
    assert f"data-version={page.headers['etag']}" in page.text
    house.later(timedelta(seconds=10))
    same = again(browser, path, page)
    assert (same.status_code, same.content) == (304, b"")
    change(house)
    fresh = again(browser, path, page)
    assert (fresh.status_code, fresh.headers["etag"] != page.headers["etag"]) == (200, True)
    assert again(browser, path, fresh).status_code == 304


def test_a_case_that_is_looked_at_for_long_is_on_record_once_for_each_thing_that_was_shown(house: House) -> None:
    browser = Browser(house).signed_in("desk-1")
    page = browser.ask(CASE)
    for _ in range(5):
        assert again(browser, CASE, page).status_code == 304
    assert len(house.audited("case-read")) == 1
    change(house)
    again(browser, CASE, page)
    assert len(house.audited("case-read")) == 2


@pytest.mark.parametrize("version", ["", "*", "nothing", "of-another"])
def test_nobody_reads_a_case_past_the_record_by_naming_a_version(house: House, version: str) -> None:
    other = Browser(house).signed_in("desk-2").ask(CASE).headers["etag"]
    told = {"if-none-match": other if version == "of-another" else version}
    answer = Browser(house).signed_in("desk-1").ask(CASE, headers=told)
    assert answer.status_code == 200
    assert {"by": "desk-1"} in [detail for _, detail in house.audited("case-read")]


def test_a_page_that_asks_again_keeps_nobody_signed_in(house: House) -> None:
    browser = Browser(house).signed_in("desk-1")
    page = browser.ask(CASE)
    for _ in range(9):
        house.later(sessions.IDLE / 10)
        assert again(browser, CASE, page).status_code in (200, 304)
    house.later(sessions.IDLE / 5)
    over = again(browser, CASE, page)
    assert (over.status_code, REFERENCE in over.text) == (303, False)


def test_a_person_who_asks_stays_signed_in(house: House) -> None:
    browser = Browser(house).signed_in("desk-1")
    for _ in range(3):
        house.later(sessions.IDLE * 0.7)
        assert browser.ask(CASE).status_code == 200


def test_the_chosen_language_holds_on_every_page(house: House) -> None:
    browser = Browser(house).signed_in("desk-1")
    browser.ask("/stuck?lang=fr")
    for path in ("/", CASE, "/account", "/brief", "/search"):
        assert '<html lang="fr"' in browser.ask(path).text, path
