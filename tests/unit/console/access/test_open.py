"""A console stands open on loopback alone, and only where it was said so."""

from pathlib import Path

import pytest

from databases import a_database
from tocsin.console.access.desk import OpenConsoleRefused
from tocsin.console.app import create_app
from tocsin.runtime.settings import Settings
from web_client import ask

ELSEWHERE = [
    {"bind": "0.0.0.0"},
    {"bind": "::"},
    {"bind": "192.0.2.7"},
    {"bind": "console.example"},
    {"console_url": "https://console.example"},
]


@pytest.mark.parametrize("over", ELSEWHERE)
def test_an_open_console_refuses_to_be_reached_from_elsewhere(tmp_path: Path, over: dict[str, str]) -> None:
    with pytest.raises(OpenConsoleRefused):
        create_app(Settings(home=tmp_path, console_open=True, **over))  # type: ignore[arg-type]


def test_a_console_asks_who_one_is_unless_it_was_opened(tmp_path: Path) -> None:
    a_database(tmp_path)
    assert ask(create_app(Settings(home=tmp_path)), "/").status_code == 303
    opened = create_app(Settings(home=tmp_path, console_open=True))
    page = ask(opened, "/knowledge")
    assert (page.status_code, "sign-out" in page.text) == (200, False), "there is nothing to sign out of"
    assert ask(opened, "/").status_code == 200
    assert "/sign-out" not in ask(opened, "/account").text
