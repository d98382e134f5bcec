"""Signing in to the console in a real browser: a passkey of Chromium's virtual authenticator, keyboard, axe, 320 px."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from starlette.types import Receive, Scope, Send

from axe import fits, violations
from chromium import SMALL_WINDOW, authenticator
from mailing import serving
from operating import REFERENCE, House, a_house
from tocsin.console.access.provider import Provider
from tocsin.console.access.viewer import Role
from tocsin.console.app import app_of
from tocsin.runtime.pages.site import site_of
from ways import WITHOUT_SCRIPTS

PAGES = ("/sign-in", "/sign-in/passkey", "/register")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    known = Provider(issuer="https://sso.example", client_id="c", secret_file=Path("unread"), roles={})
    return a_house(tmp_path_factory.mktemp("access"), known)


@pytest.fixture(scope="module")
def url(house: House) -> Iterator[str]:
    """Under the name ``localhost``: an address is no relying party."""

    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        """The application as it is when it is asked: its port is known only once it listens."""
        await house.app(scope, receive, send)

    with serving(late) as address:
        url = f"http://localhost:{address.rsplit(':', 1)[1]}"
        house.desk = replace(house.desk, site=site_of(url, "127.0.0.1", "tocsin-console"))
        house.app = app_of(house.desk)
        yield url


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_operator_registers_a_passkey_by_keyboard_and_signs_in_with_it(
    page: Page, url: str, house: House, language: str
) -> None:
    passkeys = authenticator(page)
    operator = f"desk-{language}"
    page.goto(f"{url}/register?lang={language}")
    page.focus("#invitation")
    page.keyboard.insert_text(house.invited(operator, Role.REVIEWER))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert operator in page.inner_text("body")
    assert violations(page) == []
    with page.expect_navigation():
        page.click("main button")
    assert urlsplit(page.url).path == "/register/passkey"
    assert len(passkeys()) == 1
    page.goto(f"{url}/cases/{REFERENCE}")
    assert urlsplit(page.url).path == "/sign-in"
    with page.expect_navigation():
        page.locator("main h2 a").nth(1).click()
    with page.expect_navigation():
        page.click("main button")
    page.goto(f"{url}/cases/{REFERENCE}")
    assert REFERENCE in page.inner_text("body")
    page.goto(f"{url}/account")
    assert operator in page.inner_text("body")
    assert violations(page) == []
    with page.expect_navigation():
        page.click(".top button")
    assert urlsplit(page.url).path == "/sign-in"
    page.goto(f"{url}/cases/{REFERENCE}")
    assert REFERENCE not in page.inner_text("body")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_accessible_on_a_small_screen_in_the_dark(page: Page, url: str, path: str, language: str) -> None:
    page.goto(f"{url}{path}?lang={language}")
    assert violations(page) == []
    page.set_viewport_size(SMALL_WINDOW)
    page.emulate_media(color_scheme="dark")
    assert fits(page)
    assert violations(page) == []
    if folder := os.environ.get("TOCSIN_PICTURES"):
        page.screenshot(path=Path(folder) / f"{path.strip('/').replace('/', '-')}.{language}.png", full_page=True)


@WITHOUT_SCRIPTS
def test_without_scripts_the_page_of_the_passkey_says_what_it_needs(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in/passkey?lang=en")
    assert "A passkey needs scripts" in page.inner_text("body")
