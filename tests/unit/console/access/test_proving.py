"""Grave acts are asked of whoever has just proved who they are; one's own sessions are seen, and ended one by one."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from authenticator import Authenticator
from operating import REFERENCE, SITE, Browser, House, a_house, csrf_of, routes_of
from passkeys_used import register, sign_in
from tocsin.console.access.viewer import ASKED_AFTER, TAKEN_UNTIL, Proof, Role
from tocsin.store.database import reading
from tocsin.store.publishing import publishers

DESK = "desk-1"
NEW = "/publishers/new"
FIELDS = {"name": "NGO-OBS", "acts_for": ""}
GRAVE = {
    ("GET", "/dead-letters/{event_id}/message"): "/dead-letters/{event_id}/message",
    ("POST", "/dead-letters/{event_id}/replay"): "/dead-letters/{event_id}",
    ("POST", "/publishers/new"): "/publishers/new",
    ("POST", "/publishers/registered/{name}/keys"): "/publishers/registered/{name}",
    ("POST", "/publishers/registered/{name}/api-keys"): "/publishers/registered/{name}",
    ("POST", "/publishers/registered/{name}/password"): "/publishers/registered/{name}",
}
"""And where one goes on after proving it. What takes something away is not among them: it must not wait."""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return a_house(tmp_path)


@pytest.fixture
def device(house: House) -> Authenticator:
    made = Authenticator(SITE)
    register(Browser(house), house.invited(DESK, Role.DIRECTORY_ADMIN, Role.DUTY_OFFICER), made)
    return made


def stay(house: House, browser: Browser, away: timedelta) -> None:
    """Use the console for so long, without signing in again."""
    for _ in range(int(away / timedelta(minutes=5))):
        house.later(timedelta(minutes=5))
        assert browser.ask("/account").status_code == 200
    house.later(away % timedelta(minutes=5))


def registered(house: House) -> set[str]:
    with reading(house.engine) as connection:
        return {known.publisher_id for known in publishers.every(connection, house.desk.identities)}


def test_the_grave_acts_are_these_and_lead_back_to_where_they_are_done(house: House) -> None:
    found = {
        (method, route.path): dependency.dependency.back
        for route in routes_of(house.app.routes)
        for dependency in route.dependencies
        if isinstance(dependency.dependency, Proof)
        for method in route.methods
    }
    assert found == GRAVE
    assert set(GRAVE.values()) <= {route.path for route in routes_of(house.app.routes) if "GET" in route.methods}


@pytest.mark.parametrize(
    ("since", "is_shown", "is_taken"),
    [
        (timedelta(0), True, True),
        (ASKED_AFTER, True, True),
        (ASKED_AFTER + timedelta(seconds=1), False, True),
        (TAKEN_UNTIL, False, True),
        (TAKEN_UNTIL + timedelta(seconds=1), False, False),
    ],
    ids=str,
)
def test_the_form_is_shown_for_ten_minutes_and_what_was_filled_in_is_taken_for_ten_more(
    house: House, device: Authenticator, since: timedelta, is_shown: bool, is_taken: bool
) -> None:
    browser = Browser(house)
    sign_in(browser, device)
    shown = browser.ask(NEW)
    stay(house, browser, since)
    later = browser.ask(NEW).text
    assert ('name="acts_for"' in later) == is_shown
    assert ('href="/sign-in?next=%2Fpublishers%2Fnew"' in later) == (not is_shown)
    answer = browser.post(NEW, csrf_of(shown), **FIELDS)
    assert (FIELDS["name"] in registered(house)) == is_taken
    assert answer.status_code == (303 if is_taken else 403)
    if not is_taken:
        assert "Nothing was done" in answer.text
        assert 'href="/sign-in/passkey?next=%2Fpublishers%2Fnew"' in answer.text


def test_a_fault_in_the_form_takes_away_nothing_that_was_typed(house: House, device: Authenticator) -> None:
    browser = Browser(house)
    sign_in(browser, device)
    shown = browser.ask(NEW)
    stay(house, browser, ASKED_AFTER + timedelta(minutes=1))
    answer = browser.post(NEW, csrf_of(shown), name="not a name", acts_for="AC-HRD")
    assert answer.status_code == 422
    assert 'value="AC-HRD"' in answer.text


def test_whoever_proves_it_goes_on_in_a_new_session_and_the_one_before_is_over(
    house: House, device: Authenticator
) -> None:
    browser = Browser(house)
    sign_in(browser, device)
    before = dict(browser.cookies)
    stay(house, browser, TAKEN_UNTIL)
    assert "Prove that it is you" in browser.ask(f"/sign-in?next={NEW}").text
    welcome = sign_in(browser, device, NEW)
    assert f'content="0; url={NEW}"' in welcome.text
    assert 'name="acts_for"' in browser.ask(NEW).text
    old = Browser(house, cookies=before)
    assert old.ask("/account").status_code == 303


def test_a_message_is_opened_by_whoever_has_just_proved_it_and_nobody_else(house: House, device: Authenticator) -> None:
    browser, path = Browser(house), f"/dead-letters/{'0' * 32}/message"
    sign_in(browser, device)
    assert browser.ask(path).status_code == 404, "there is none"
    stay(house, browser, TAKEN_UNTIL + timedelta(minutes=1))
    asked = browser.ask(path)
    assert asked.status_code == 403
    assert f"next={path.replace('/', '%2F')}" in asked.text


def test_whoever_may_not_do_it_is_not_asked_to_prove_anything(house: House) -> None:
    house.account("reviewer-1", Role.REVIEWER)
    browser = Browser(house).signed_in("reviewer-1")
    stay(house, browser, TAKEN_UNTIL + timedelta(minutes=5))
    answer = browser.post(NEW, csrf_of(browser.ask("/account")), **FIELDS)
    assert answer.status_code == 404


def test_one_session_is_ended_from_another_browser_and_nobody_elses(house: House, device: Authenticator) -> None:
    here, there = Browser(house), Browser(house)
    sign_in(here, device)
    house.later(timedelta(minutes=1))
    sign_in(there, device)
    house.account("other-1", Role.REVIEWER)
    stranger = Browser(house).signed_in("other-1")
    page = here.ask("/account")
    assert page.text.count("Since ") == 2
    assert page.text.count("This browser") == 1
    [digest] = re.findall(r'name="session" value="([0-9a-f]{64})"', page.text)
    stranger.post("/account/session", csrf_of(stranger.ask("/account")), session=digest)
    assert there.ask(f"/cases/{REFERENCE}").status_code == 200
    assert here.post("/account/session", csrf_of(page), session=digest).status_code == 303
    assert there.ask(f"/cases/{REFERENCE}").status_code == 303
    assert here.ask(f"/cases/{REFERENCE}").status_code == 200
