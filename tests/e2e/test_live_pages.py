"""A page brings itself up to date in a real browser: what one reads, has unfolded or has the focus on stays as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine

import planted
from axe import fits, violations
from chromium import SMALL_WINDOW, expect
from databases import a_database
from mailing import serving
from operating import REFERENCE
from tocsin.console.app import create_app
from tocsin.console.operator import live
from tocsin.runtime.settings import Settings
from tocsin.store.database import unit_of_work
from ways import WITHOUT_SCRIPTS

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


def test_what_is_new_shows_and_takes_neither_focus_nor_what_is_unfolded(page: Page, url: str, engine: Engine) -> None:
    page.goto(f"{url}{CASE}")
    page.evaluate("document.querySelector('#routing').parentElement.querySelector('details').open = true")
    page.evaluate("document.querySelector('.jump a[href=\"#timeline\"]').focus()")
    page.evaluate("window.__kept = true")
    name = something_happens(engine)
    expect(page.locator("body")).to_contain_text(name, use_inner_text=True)
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#timeline"
    assert page.evaluate("document.querySelector('#routing').parentElement.querySelector('details').open")
    assert page.evaluate(SAID).startswith("Updated at 20")
    assert page.evaluate("window.__kept"), "the page was not loaded anew"
    assert violations(page) == []
    page.set_viewport_size(SMALL_WINDOW)
    assert fits(page)


def test_one_can_stop_it_and_it_stays_stopped_on_the_next_page(page: Page, url: str, engine: Engine) -> None:
    page.goto(f"{url}{CASE}")
    page.click("#live button")
    name = something_happens(engine)
    page.wait_for_timeout(1_500)
    assert name not in page.inner_text("body")
    page.goto(f"{url}/?lang=en")
    assert page.inner_text("#live button") == "Update by itself"
    other = something_happens(engine)
    page.wait_for_timeout(1_500)
    assert other not in page.inner_text("body")
    page.click("#live button")
    expect(page.locator("body")).to_contain_text(other, use_inner_text=True)


def test_a_form_that_is_begun_is_left_alone(page: Page, url: str, engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        planted.plant_review(connection, planted.ident("case", 1), "certainty", reason="certainty-cap")
    page.goto(f"{url}/reviews?lang=en")
    page.evaluate("document.getElementById('kind').selectedIndex = 1")
    with unit_of_work(engine) as connection:
        planted.plant_review(connection, None, "isolated_message", reason="tocsin.reports.v1-0-7")
    expect(page.locator("body")).to_contain_text("tocsin.reports.v1-0-7", use_inner_text=True)
    assert page.evaluate("document.getElementById('kind').selectedIndex") == 1


@WITHOUT_SCRIPTS
def test_without_scripts_the_page_offers_to_load_itself_again(page: Page, url: str) -> None:
    page.goto(f"{url}{CASE}")
    assert "Refresh every 10 s" in page.inner_text("body")
    assert "Stop updating" not in page.inner_text("body")
    page.goto(f"{url}{CASE}&refresh=300")
    assert "Stop refreshing" in page.inner_text("body")
