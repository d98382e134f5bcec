"""An operator whom two administrators have let in registers a passkey once, and signs in with it and nothing else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from authenticator import Authenticator
from operating import REFERENCE, SITE, Browser, House, a_house, csrf_of
from passkeys_used import options_of, register, sign_in
from tocsin.console.access.viewer import Role
from tocsin.store.access import operators
from tocsin.store.database import unit_of_work
from tocsin.store.tables import access

DESK = "desk-1"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return a_house(tmp_path)


def test_an_invitation_a_passkey_a_session_a_case_and_out(house: House) -> None:
    device, browser = Authenticator(SITE), Browser(house)
    assert register(browser, house.invited(DESK, Role.REVIEWER), device).status_code == 200
    welcome = sign_in(browser, device, f"/cases/{REFERENCE}")
    assert f'content="0; url=/cases/{REFERENCE}"' in welcome.text
    page = browser.ask(f"/cases/{REFERENCE}")
    assert page.status_code == 200
    assert [detail for _, detail in house.audited("case-read")] == [{"by": DESK}]
    out = browser.post("/sign-out", csrf_of(page))
    assert (out.status_code, out.headers["clear-site-data"]) == (303, '"cache", "storage"')
    assert browser.ask(f"/cases/{REFERENCE}").status_code == 303


def test_an_invitation_opens_once_and_only_for_a_day(house: House) -> None:
    code, device, browser = house.invited(DESK, Role.REVIEWER), Authenticator(SITE), Browser(house)
    assert register(browser, code, device).status_code == 200
    assert register(browser, code, Authenticator(SITE, credential=b"another")).status_code == 403
    late = house.invited("desk-2", Role.AUDITOR)
    house.later(timedelta(hours=24))
    assert register(browser, late, Authenticator(SITE, credential=b"third")).status_code == 403


REFUSED = {
    "another site asked it": {"origin": "https://attacker.example"},
    "its user was not verified": {"flags": 1},
    "another key signed": {"key": Authenticator(SITE).key},
    "it was copied and lags behind": {"count": 3},
    "nobody registered it": {"credential": b"unknown"},
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_what_is_not_proved_signs_nobody_in(house: House, wrong: dict[str, Any]) -> None:
    device, browser = Authenticator(SITE), Browser(house)
    register(browser, house.invited(DESK, Role.REVIEWER), device)
    device.count = 10
    assert sign_in(browser, device).status_code == 200
    browser.cookies.clear()
    assert sign_in(browser, replace(device, **wrong)).status_code == 403
    assert not any(name.endswith("session") for name in browser.cookies)


def test_a_challenge_is_answered_once_in_the_browser_that_was_asked_and_within_ten_minutes(house: House) -> None:
    device, browser, other = Authenticator(SITE), Browser(house), Browser(house)
    register(browser, house.invited(DESK, Role.REVIEWER), device)
    page = browser.ask("/sign-in/passkey")
    answer, csrf = device.get(options_of(page)), csrf_of(page)
    elsewhere = csrf_of(other.ask("/sign-in/passkey"))
    assert other.post("/sign-in/passkey", elsewhere, credential=answer).status_code == 403
    kept = dict(browser.cookies)
    assert browser.post("/sign-in/passkey", csrf, credential=answer).status_code == 200
    browser.cookies = kept
    assert browser.post("/sign-in/passkey", csrf, credential=answer).status_code == 403
    late = browser.ask("/sign-in/passkey")
    house.later(timedelta(minutes=10))
    assert browser.post("/sign-in/passkey", csrf_of(late), credential=device.get(options_of(late))).status_code == 403


@pytest.mark.parametrize("table", [access.operators, access.passkeys], ids=str)
def test_a_row_that_was_written_past_tocsin_opens_nothing(house: House, table: Any) -> None:
    device, browser = Authenticator(SITE), Browser(house)
    register(browser, house.invited(DESK, Role.REVIEWER), device)
    with unit_of_work(house.engine) as connection:
        connection.execute(table.update().values(seal="0" * 64))
    assert sign_in(browser, device).status_code == 403


def test_who_was_ended_is_out_at_once(house: House) -> None:
    device, browser = Authenticator(SITE), Browser(house)
    register(browser, house.invited(DESK, Role.REVIEWER), device)
    sign_in(browser, device)
    assert browser.ask("/").status_code == 200
    with unit_of_work(house.engine) as connection:
        operators.end(connection, house.desk.identities, DESK, "registry-1", house.now[0])
    assert browser.ask("/").status_code == 303
    assert sign_in(browser, device).status_code == 403


def test_signing_in_begins_a_new_session_and_ends_the_one_before(house: House) -> None:
    device, browser = Authenticator(SITE), Browser(house)
    register(browser, house.invited(DESK, Role.REVIEWER), device)
    sign_in(browser, device)
    first = dict(browser.cookies)
    sign_in(browser, device)
    assert browser.cookies != first
    assert Browser(house, cookies=first).ask("/").status_code == 303
    assert browser.ask("/").status_code == 200


def test_from_one_address_no_more_than_sixty_sign_ins_are_begun(house: House) -> None:
    statuses = [Browser(house).ask("/sign-in/passkey").status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
