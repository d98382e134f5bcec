"""The operators' pages in a real browser: a decision by keyboard without scripts, 320 px, dark colours, and axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from axe import darken, fits, violations
from chromium import Tab, program
from mailing import serving
from operator_pages import an_app
from resolving import Resolver, identity
from reviewing import BROTHER, OTHER, SISTER
from tocsin.console.operator.desk import MAY
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.resolver.matching import load_matcher
from tocsin.store.database import reading
from tocsin.store.views import review_queue

pytestmark = pytest.mark.skipif(program() is None, reason="Chromium is not installed: apt-get install chromium")


@pytest.fixture(scope="module")
def resolver(tmp_path_factory: pytest.TempPathFactory) -> Resolver:
    resolver = Resolver(Path(tmp_path_factory.mktemp("operators")), load_matcher())  # type: ignore[arg-type]
    for report in (BROTHER, OTHER):
        resolver.accept(report)
    return resolver


@pytest.fixture(scope="module")
def url(resolver: Resolver) -> Iterator[str]:
    with serving(an_app(resolver.engine, resolver.deployment)) as url:
        yield url


@pytest.fixture
def review(resolver: Resolver) -> str:
    with reading(resolver.engine) as connection:
        return f"/reviews/{review_queue.waiting(connection)[0].review_id}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_window(
    tab: Tab, url: str, review: str, language: str
) -> None:
    for path in (review, "/stuck", "/search", "/unrouted"):
        tab.size(1280)
        tab.open(f"{url}{path}?lang={language}")
        assert violations(tab) == [], path
        tab.size(320)
        assert fits(tab), path


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", MAY)
def test_every_page_is_sound_in_dark_colours_too(tab: Tab, url: str, place: str, language: str) -> None:
    darken(tab)
    tab.open(f"{url}/{place}?lang={language}")
    assert violations(tab) == []


def test_one_decides_and_undoes_by_keyboard_without_scripts(
    tab: Tab, url: str, resolver: Resolver, review: str
) -> None:
    tab.do("Emulation.setScriptExecutionDisabled", value=True)
    tab.size(1280)
    tab.open(f"{url}{review}?lang=en")
    assert SISTER in tab.text
    said = words("en")
    reach(tab, said("decision.same"))
    tab.press("Enter", leads_away=True)
    assert said("done.decided") in tab.text
    homes = resolver.homes()
    assert homes[identity(BROTHER)] == homes[identity(OTHER)]
    reach(tab, said("decision.undo"))
    tab.press("Enter", leads_away=True)
    assert said("done.undone") in tab.text
    homes = resolver.homes()
    assert homes[identity(BROTHER)] != homes[identity(OTHER)]


def reach(tab: Tab, words_on_it: str) -> None:
    """Press Tab until what has these words has the focus."""
    for _ in range(60):
        tab.press("Tab")
        if str(tab.run("document.activeElement.textContent")).startswith(words_on_it):
            return
    pytest.fail("it cannot be reached by keyboard")
