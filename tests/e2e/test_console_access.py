"""Signing in to the console in a real browser: a passkey of Chromium's virtual authenticator, keyboard, axe, 320 px."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from axe import darken, fits, violations
from chromium import Tab, program
from mailing import serving
from operating import REFERENCE, House, a_house
from tocsin.console.access.provider import Provider
from tocsin.console.access.viewer import Role
from tocsin.console.app import app_of
from tocsin.runtime.pages.site import site_of

pytestmark = pytest.mark.skipif(program() is None, reason="Chromium is not installed: apt-get install chromium")
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
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
    tab: Tab, url: str, house: House, language: str
) -> None:
    tab.do("WebAuthn.enable")
    device = tab.do("WebAuthn.addVirtualAuthenticator", options=DEVICE)["authenticatorId"]
    operator = f"desk-{language}"
    tab.open(f"{url}/register?lang={language}")
    tab.run("document.getElementById('invitation').focus()")
    tab.type(house.invited(operator, Role.REVIEWER))
    tab.press("Enter", leads_away=True)
    assert operator in tab.text
    assert violations(tab) == []
    tab.submit("document.querySelector('main button').click()")
    assert tab.path == "/register/passkey"
    assert len(tab.do("WebAuthn.getCredentials", authenticatorId=device)["credentials"]) == 1
    tab.open(f"{url}/cases/{REFERENCE}")
    assert tab.path == "/sign-in"
    tab.submit("document.querySelectorAll('main h2 a')[1].click()")
    tab.submit("document.querySelector('main button').click()")
    tab.open(f"{url}/cases/{REFERENCE}")
    assert REFERENCE in tab.text
    tab.open(f"{url}/account")
    assert operator in tab.text
    assert violations(tab) == []
    tab.submit("document.querySelector('.top button').click()")
    assert tab.path == "/sign-in"
    tab.open(f"{url}/cases/{REFERENCE}")
    assert REFERENCE not in tab.text
    tab.do("WebAuthn.removeVirtualAuthenticator", authenticatorId=device)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_accessible_on_a_small_screen_in_the_dark(tab: Tab, url: str, path: str, language: str) -> None:
    tab.open(f"{url}{path}?lang={language}")
    assert violations(tab) == []
    tab.size(320)
    darken(tab)
    assert fits(tab)
    assert violations(tab) == []
    if folder := os.environ.get("TOCSIN_PICTURES"):
        tab.picture(Path(folder) / f"{path.strip('/').replace('/', '-')}.{language}.png")


def test_without_scripts_the_page_of_the_passkey_says_what_it_needs(tab: Tab, url: str) -> None:
    tab.do("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(f"{url}/sign-in/passkey?lang=en")
    assert "A passkey needs scripts" in tab.text
