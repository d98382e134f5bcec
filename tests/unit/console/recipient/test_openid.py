"""A recipient signs in through the provider of their mechanism: a verified address gives what a mailed code does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

import openid_provider
from builders import an_entry
from directories import put_recipient
from tocsin.console.access.provider import MechanismProvider, UnusableAccessFile, read_mechanism_providers
from tocsin.console.recipient.app import app_of
from tocsin.devtools.ports import free_ports
from tocsin.runtime import clock
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from visiting import DESK, MANDATE, SITE, Browser, Place, a_place, text_of

TABLE = """
[[openid]]
key = "own"
name = "The Mechanism"
issuer = "{issuer}"
client_id = "tocsin-pages"
secret_file = "openid.secret"
domains = ["mechanism.example"]
[[openid]]
key = "foreign"
name = "Another"
issuer = "{issuer}"
client_id = "tocsin-pages"
secret_file = "openid.secret"
domains = ["elsewhere.example"]
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with openid_provider.a_provider_process() as issuer:
        yield issuer


def providers(folder: Path, issuer: str) -> dict[str, MechanismProvider]:
    (folder / "openid.secret").write_text("a secret: of 2 parts\n")
    (folder / "pages.toml").write_text(TABLE.format(issuer=issuer))
    return read_mechanism_providers(folder / "pages.toml")


@pytest.fixture
def place(tmp_path: Path, issuer: str) -> Place:
    """Its clock is this machine's, as the provider's is."""
    place = a_place(tmp_path)
    place.now[0] = clock.now()
    place.desk = replace(place.desk, providers=providers(tmp_path, issuer))
    place.app = app_of(place.desk)
    return place


def consent(browser: Browser, subject: str, key: str = "own", wanted: str = "/") -> str:
    """The path with which the provider sends the browser back."""
    away = browser.get(f"/sign-in/openid/{key}?next={wanted}")
    assert away.status_code == 303
    back = httpx.post(away.headers["location"], data={"sub": subject}).headers["location"]
    assert back.startswith(f"{SITE}/sign-in/openid/{key}/answer?")
    return back.removeprefix(SITE)


@pytest.mark.parametrize("subject", ["desk", "capitals"])
def test_a_verified_address_of_the_directory_gives_the_session_of_its_person(place: Place, subject: str) -> None:
    browser = place.browser()
    assert "Sign in with The Mechanism" in text_of(browser.get("/"))
    page = browser.get(consent(browser, subject, wanted=place.path))
    assert (page.status_code, browser.is_signed_in) == (200, True)
    assert f'href="{place.path}"' in page.text
    assert "Togo" in text_of(browser.get(place.path))
    [signed_in] = [row for row in place.rows(tables.audit) if row.action == "signed-in"]
    assert (signed_in.subject, signed_in.detail) == (place.people[DESK], {"provider": "own"})


REFUSED = [
    ("unverified", "own"),
    ("claimed", "own"),
    ("unknown", "own"),
    ("elsewhere", "own"),
    ("nameless", "own"),
    ("desk", "foreign"),
    ("elsewhere", "foreign"),
]


def test_anybody_else_gets_one_answer_and_no_session_whatever_the_reason(place: Place) -> None:
    answers = set()
    for subject, key in REFUSED:
        browser = place.browser()
        page = browser.get(consent(browser, subject, key))
        assert not browser.is_signed_in, subject
        answers.add((page.status_code, text_of(page)))
    assert len(answers) == 1
    [(status, text)] = answers
    assert (status, "Nobody was signed in" in text) == (403, True)
    assert place.rows(tables.sessions) == []


def test_an_address_of_two_people_says_of_nobody_who_it_is(place: Place) -> None:
    with unit_of_work(place.engine) as connection:
        put_recipient(connection, place.deployment, an_entry(DESK, [MANDATE], key="the-other"), place.now[0])
    browser = place.browser()
    assert browser.get(consent(browser, "desk")).status_code == 403
    assert not browser.is_signed_in


def test_an_answer_serves_once_in_its_browser_for_its_provider_and_in_time(place: Place) -> None:
    browser, other = place.browser(), place.browser()
    back = consent(browser, "desk")
    consent(other, "desk")
    assert other.get(back).status_code == 403, "the state is of another browser"
    assert browser.get(back.replace("/own/", "/foreign/")).status_code == 403, "it was asked of another provider"
    kept = dict(browser.cookies)
    assert browser.get(back).status_code == 200
    again = place.browser()
    again.cookies.update(kept)
    assert again.get(back).status_code == 403, "it was used"
    late = consent(other, "desk")
    place.later(timedelta(minutes=10))
    assert other.get(late).status_code == 403, "it came too late"


def test_who_is_not_in_office_any_more_gets_no_session(tmp_path: Path, issuer: str) -> None:
    place = a_place(tmp_path, valid_to=clock.now().date())
    place.now[0] = clock.now()
    place.app = app_of(replace(place.desk, providers=providers(tmp_path, issuer)))
    browser = place.browser()
    assert browser.get(consent(browser, "desk")).status_code == 403


def test_a_provider_that_is_away_or_unknown_lets_nobody_in(tmp_path: Path) -> None:
    [port] = free_ports(1)
    place = a_place(tmp_path)
    place.app = app_of(replace(place.desk, providers=providers(tmp_path, f"http://127.0.0.1:{port}")))
    browser = place.browser()
    assert browser.get("/sign-in/openid/own").status_code == 503
    assert browser.get("/sign-in/openid/nobody").status_code == 404
    assert browser.get("/sign-in/openid/nobody/answer").status_code == 404
    assert browser.get("/sign-in/openid/own/answer").status_code == 403


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('key = "foreign"', 'key = "own"'),
        ('domains = ["elsewhere.example"]', "domains = []"),
        ('domains = ["elsewhere.example"]', ""),
        ('key = "foreign"', 'key = "../x"'),
        ('issuer = "https://id.example"', 'issuer = "http://id.example"'),
        ('secret_file = "openid.secret"', 'secret_file = "nothing"'),
    ],
)
def test_settings_that_cannot_be_used_are_refused_without_their_content(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "openid.secret").write_text("a secret: of 2 parts\n")
    (tmp_path / "pages.toml").write_text(TABLE.format(issuer="https://id.example").replace(old, new))
    with pytest.raises(UnusableAccessFile) as refused:
        read_mechanism_providers(tmp_path / "pages.toml")
    assert "id.example" not in str(refused.value)
