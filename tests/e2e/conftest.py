"""One browser for each module, and a clean tab for each test."""

from collections.abc import Iterator

import pytest

from chromium import Tab, a_browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    with a_browser() as tab:
        yield tab


@pytest.fixture
def tab(browser: Tab) -> Tab:
    browser.do("Network.clearBrowserCookies")
    browser.do("Emulation.setScriptExecutionDisabled", value=False)
    browser.do("Emulation.setEmulatedMedia", features=[])
    browser.size(1280)
    return browser
