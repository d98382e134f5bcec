"""One browser for the session, and for each test a page that shares nothing with any other."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from chromium import PATIENCE, WINDOW, a_browser
from tocsin.devtools.mails.browser import program


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if program() is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with a_browser() as browser:
        yield browser


@pytest.fixture
def context(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the browser is set to: parameters of ``Browser.new_context``, by the mark ``context``."""
    mark = request.node.get_closest_marker("context")
    return mark.kwargs if mark else {}


@pytest.fixture
def page(browser: Browser, context: dict[str, Any], request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page. Of a test that fails a picture is left, where somebody has said in which folder."""
    failed = request.session.testsfailed
    opened = browser.new_context(viewport=WINDOW, **context)
    opened.set_default_timeout(PATIENCE)
    page = opened.new_page()
    yield page
    folder = os.environ.get("TOCSIN_PICTURES")
    if folder and request.session.testsfailed > failed:
        page.screenshot(path=Path(folder) / f"failed-{request.node.name}.png", full_page=True)
    opened.close()
