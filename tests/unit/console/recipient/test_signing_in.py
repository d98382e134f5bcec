"""Signing in tells nobody who is in the directory, and takes a code that was mailed to this person, in this browser."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import an_entry
from databases import NOW
from directories import put_recipient
from tocsin.console.recipient.app import app_of
from tocsin.console.recipient.signing_in import digits
from tocsin.console.recipient.visits import way_back
from tocsin.console.recipient.words import LANGUAGES, best_language
from tocsin.runtime.pages.site import site_of
from tocsin.runtime.settings import Settings
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.directory import notices
from tocsin.store.directory import rows as directory_rows
from tocsin.store.recipients.sessions import LONGEST
from visiting import DESK, HOLDER, SITE, Browser, Place, a_place, forms_of, links_of, text_of

UNKNOWN = "nobody@elsewhere.example"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path)


def test_the_answer_is_the_same_for_an_address_that_nobody_has(place: Place) -> None:
    def asked(address: str) -> tuple[int, str, int]:
        browser = place.browser()
        page = browser.ask_for_code(address, place.path)
        text = page.text
        for form in forms_of(page):
            text = text.replace(form.fields["csrf"], "CSRF")
        return page.status_code, text, len(place.rows(tables.sign_in_codes))

    known, unknown = asked(DESK), asked(UNKNOWN)
    assert known[:2] == unknown[:2]
    assert (known[2], unknown[2]) == (1, 2), "and leaves as many rows"
    rows = {row.kind for row in place.rows(tables.notices) if row.state == "waiting"}
    assert rows == {"sign-in-code"}
    assert [address for address, _ in place.codes()] == [DESK]


def test_no_code_opens_what_nobody_asked_for(place: Place) -> None:
    browser = place.browser()
    browser.ask_for_code(UNKNOWN)
    assert browser.enter("000000").status_code == 403
    assert not browser.is_signed_in


@pytest.mark.parametrize("typed", ["Desk@Mechanism.example", " desk@mechanism.example ", "desk@MECHANISM.EXAMPLE"])
def test_an_address_may_be_typed_in_capitals(place: Place, typed: str) -> None:
    place.browser().ask_for_code(typed)
    assert [address for address, _ in place.codes()] == [DESK]


def test_who_shares_an_address_gets_a_code_each_and_signs_in_as_that_person(tmp_path: Path) -> None:
    place = a_place(tmp_path, key="desk-2")
    with unit_of_work(place.engine) as connection:
        put_recipient(connection, place.deployment, an_entry(DESK, ["UN-FOE"], key="desk-3"), NOW)
    browser = place.browser()
    browser.ask_for_code(DESK)
    codes = {row.recipient_id: row for row in place.rows(tables.sign_in_codes)}
    assert len(codes) == 2
    assert {tuple(row.fields) for row in place.rows(tables.notices) if row.kind == "sign-in-code"} == {
        ("UN-WGAD",),
        ("UN-FOE",),
    }
    browser.enter(place.codes()[0][1])
    assert browser.is_signed_in


def test_an_entry_that_was_altered_is_sent_nothing_and_a_session_of_it_ends(place: Place) -> None:
    browser = place.signed_in()
    with unit_of_work(place.engine) as connection:
        where = tables.recipients.c.recipient_id == place.people[DESK]
        connection.execute(tables.recipients.update().where(where).values(seal="0" * 64))
        assert directory_rows.one(connection, place.people[DESK]) is not None
    assert "There is a case for you" in text_of(browser.get(place.path))
    sent = len(place.codes())
    place.browser().ask_for_code(DESK)
    assert len(place.codes()) == sent
    assert [row.kind for row in place.rows(tables.reviews)] == ["directory_altered"]


def test_an_address_gets_few_codes_and_others_go_on(place: Place) -> None:
    for _ in range(5):
        place.browser().ask_for_code(DESK)
    assert len(place.codes()) == 3
    place.browser().ask_for_code(HOLDER)
    assert len(place.codes()) == 4
    place.later(timedelta(minutes=11))
    place.browser().ask_for_code(DESK)
    assert len(place.codes()) == 5


def test_strangers_who_use_up_an_address_do_not_lock_out_a_browser_in_which_the_person_has_signed_in(
    place: Place,
) -> None:
    browser = place.signed_in()
    browser.post("/sign-out", **next(f for f in forms_of(browser.get("/")) if f.action == "/sign-out").fields)
    place.later(timedelta(minutes=11))
    for _ in range(5):
        place.browser().ask_for_code(DESK)
    before = len(place.codes())
    for _ in range(5):
        browser.ask_for_code(DESK)
    assert len(place.codes()) == before + 3, "a share of its own, and no more"
    browser.enter(place.codes()[-1][1])
    assert browser.is_signed_in


def test_a_browser_is_known_for_the_address_alone_of_which_a_code_was_good_in_it(place: Place) -> None:
    browser = place.signed_in(HOLDER)
    known = browser.cookies["tocsin-known"]
    for forged in (known, "A" * 43, known[:11] + "0" * 32):
        stranger = place.browser()
        stranger.cookies.set("tocsin-known", forged, domain="127.0.0.1")
        for _ in range(4):
            stranger.ask_for_code(DESK)
    assert [address for address, _ in place.codes()].count(DESK) == 3


def test_operators_learn_whose_codes_were_used_up_and_the_answer_tells_nobody(place: Place) -> None:
    for address in (DESK, UNKNOWN):
        pages = [place.browser().ask_for_code(address) for _ in range(4)]
        assert len({page.status_code for page in pages}) == 1
    found = [(row.kind, row.reason) for row in place.rows(tables.reviews)]
    assert sorted(found) == [
        ("sign_in_refused", "an address that nobody has: too many codes were asked for"),
        ("sign_in_refused", f"recipient {place.people[DESK]}: too many codes were asked for"),
    ]


def test_nothing_of_who_asked_is_kept_in_clear(place: Place) -> None:
    place.browser().ask_for_code(UNKNOWN)
    (row,) = place.rows(tables.sign_in_codes)
    kept = "".join(str(value) for value in row)
    assert [word for word in (UNKNOWN, "nobody", "127.0.0.1") if word in kept] == []


def test_after_a_day_nothing_is_left_of_who_asked(place: Place) -> None:
    for address in (DESK, UNKNOWN):
        place.browser().ask_for_code(address)
    with unit_of_work(place.engine) as connection:
        for row in place.rows(tables.notices):
            notices.mark(connection, row.notice_id, "sent", place.now[0])
    place.later(timedelta(days=1, seconds=1))
    place.browser().ask_for_code(HOLDER)
    assert len(place.rows(tables.sign_in_codes)) == 1
    assert [row.kind for row in place.rows(tables.notices)].count("sign-in-code") == 1


def test_only_the_last_code_of_a_browser_is_good(place: Place) -> None:
    browser = place.browser()
    browser.ask_for_code(DESK)
    browser.ask_for_code(DESK)
    first, second = (code for _, code in place.codes())
    if first != second:
        browser.enter(first)
        assert not browser.is_signed_in
    browser.enter(second)
    assert browser.is_signed_in


def test_a_session_ends_after_twelve_hours_however_busy_it_is(place: Place) -> None:
    browser = place.signed_in()
    for _ in range(int(LONGEST / timedelta(minutes=29))):
        assert "Your alerts" in text_of(browser.get("/"))
        place.later(timedelta(minutes=29))
    place.later(timedelta(minutes=29))
    assert "Sign in" in text_of(browser.get("/"))


def test_cookies_are_for_this_site_alone_and_no_script_sees_them(place: Place) -> None:
    browser = place.browser()
    browser.ask_for_code(DESK)
    form = next(form for form in forms_of(browser.get("/sign-in/code")) if form.action == "/sign-in/code")
    answer = browser.post(form.action, **(form.fields | {"code": place.codes()[-1][1]}))
    cookies = {line.split("=")[0]: line for line in answer.headers.get_list("set-cookie")}
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Max-Age=43200"} <= set(cookies["tocsin-session"].split("; "))
    assert "Domain" not in cookies["tocsin-session"]
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=7776000"} <= set(cookies["tocsin-known"].split("; "))


def test_behind_https_cookies_are_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    app = app_of(replace(place.desk, site=replace(place.desk.site, origin="https://pages.example")))
    (line,) = Browser(app).get(place.path).headers.get_list("set-cookie")
    assert line.startswith("__Host-tocsin-browser=")
    assert "Secure" in line.split("; ")


def test_only_the_public_name_is_answered_to_behind_https() -> None:
    assert site_of("https://pages.example", "0.0.0.0").hosts == {"pages.example"}
    assert "127.0.0.1" in site_of("http://127.0.0.1:8084", "127.0.0.1").hosts


@given(st.text(max_size=80))
def test_after_signing_in_nobody_is_led_elsewhere(wanted: str) -> None:
    assert way_back(wanted) == "/" or wanted.upper().startswith("/CASES/HRD-")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("/cases/hrd-7f3k-22q", "/cases/HRD-7F3K-22Q"),
        (f"/drills/{'0d' * 16}", f"/drills/{'0d' * 16}"),
        ("//elsewhere.example", "/"),
        ("https://elsewhere.example/", "/"),
        ("/cases/HRD-7F3K-22Q/../..", "/"),
        ("/sign-out", "/"),
    ],
)
def test_one_comes_back_to_the_case_that_was_asked_for(wanted: str, expected: str) -> None:
    assert way_back(wanted) == expected


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de, en;q=0.5, ar;q=0.7", "ar"),
        ("zh", "en"),
        ("", "en"),
        ("ru;q=broken, pt;q=0.1", "pt"),
        ("es;q=0", "en"),
    ],
)
def test_the_language_is_the_one_that_the_browser_prefers(accepted: str, expected: str) -> None:
    assert best_language(accepted) == expected


def test_after_signing_in_the_language_is_the_persons_until_another_is_chosen(tmp_path: Path) -> None:
    place = a_place(tmp_path, languages=["zh", "pt"])
    browser = place.signed_in(**{"accept-language": "fr"})
    assert '<html lang="pt" dir="ltr">' in browser.get("/").text
    assert '<html lang="ar" dir="rtl">' in browser.get("/?lang=ar").text
    assert '<html lang="ar" dir="rtl">' in browser.get(place.path).text
    assert set(LANGUAGES) == {link[-2:] for link in links_of(browser.get("/")) if "lang=" in link}


def test_a_code_may_be_typed_in_other_digits_and_with_spaces() -> None:
    assert digits(" 12 34-56 ") == digits("١٢٣٤٥٦") == digits("१२३४५६") == "123456"


def test_the_site_is_the_one_of_the_tests() -> None:
    assert Settings().pages_url == SITE
