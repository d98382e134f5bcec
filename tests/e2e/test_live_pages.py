"""A page brings itself up to date in a real browser: what one reads, has unfolded or has the focus on stays as it is."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

import planted
from axe import fits, violations
from chromium import Tab, program
from databases import a_database
from mailing import serving
from operating import REFERENCE
from tocsin.console.app import create_app
from tocsin.console.operator import live
from tocsin.runtime.settings import Settings
from tocsin.store.database import unit_of_work

pytestmark = pytest.mark.skipif(program() is None, reason="Chromium is not installed: apt-get install chromium")
CASE = f"/cases/{REFERENCE}?lang=en"
SAID = "document.querySelector('#live [role=status]').textContent"
NUMBERS = iter(range(100))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def engine(home: Path) -> Engine:
    engine = a_database(home)
    with unit_of_work(engine) as connection:
        case_id = planted.plant_healthy(connection)
        planted.plant_decision(connection, case_id, "EU-HRD", "refusal", "consent-absent", "no consent covers it")
    return engine


@pytest.fixture
def url(home: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(live, "EVERY", 0.3)
    with serving(create_app(Settings(home=home, console_open=True))) as url:
        yield url


def something_happens(engine: Engine) -> str:
    """A mechanism reports on the case; returns its name, which the page did not have."""
    name = f"NGO-{next(NUMBERS)}X"
    with unit_of_work(engine) as connection:
        planted.plant_report(connection, planted.ident("case", 1), name)
    return name


def until(holds: Callable[[], bool], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not holds():
        time.sleep(0.05)
    return holds()


def test_what_is_new_shows_and_takes_neither_focus_nor_what_is_unfolded(tab: Tab, url: str, engine: Engine) -> None:
    tab.open(f"{url}{CASE}")
    tab.run("document.querySelector('#routing').parentElement.querySelector('details').open = true")
    tab.run("document.querySelector('.jump a[href=\"#timeline\"]').focus()")
    tab.run("window.__kept = true")
    name = something_happens(engine)
    assert until(lambda: name in tab.text)
    assert tab.run("document.activeElement.getAttribute('href')") == "#timeline"
    assert tab.run("document.querySelector('#routing').parentElement.querySelector('details').open")
    assert tab.run(SAID).startswith("Updated at 20")
    assert tab.run("window.__kept"), "the page was not loaded anew"
    assert violations(tab) == []
    tab.size(320)
    assert fits(tab)


def test_one_can_stop_it_and_it_stays_stopped_on_the_next_page(tab: Tab, url: str, engine: Engine) -> None:
    tab.open(f"{url}{CASE}")
    tab.run("document.querySelector('#live button').click()")
    name = something_happens(engine)
    assert not until(lambda: name in tab.text, 1.5)
    tab.open(f"{url}/?lang=en")
    assert tab.run("document.querySelector('#live button').textContent") == "Update by itself"
    other = something_happens(engine)
    assert not until(lambda: other in tab.text, 1.5)
    tab.run("document.querySelector('#live button').click()")
    assert until(lambda: other in tab.text)


def test_a_form_that_is_begun_is_left_alone(tab: Tab, url: str, engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        planted.plant_review(connection, planted.ident("case", 1), "certainty", reason="certainty-cap")
    tab.open(f"{url}/reviews?lang=en")
    tab.run("document.getElementById('kind').selectedIndex = 1")
    with unit_of_work(engine) as connection:
        planted.plant_review(connection, None, "isolated_message", reason="tocsin.reports.v1-0-7")
    assert until(lambda: "tocsin.reports.v1-0-7" in tab.text)
    assert tab.run("document.getElementById('kind').selectedIndex") == 1


def test_without_scripts_the_page_offers_to_load_itself_again(tab: Tab, url: str) -> None:
    tab.do("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(f"{url}{CASE}")
    assert "Refresh every 10 s" in tab.text
    assert "Stop updating" not in tab.text
    tab.open(f"{url}{CASE}&refresh=300")
    assert "Stop refreshing" in tab.text
