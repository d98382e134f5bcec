"""One browser for the session, and for each test a tab that shares nothing with any other."""

from collections.abc import Iterator

import pytest

from chromium import Chromium, Tab, a_chromium


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    with a_chromium() as chromium:
        yield chromium


@pytest.fixture
def tab(chromium: Chromium) -> Iterator[Tab]:
    with chromium.tab() as tab:
        tab.size(1280)
        yield tab
