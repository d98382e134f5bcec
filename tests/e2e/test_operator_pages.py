"""The operators' pages in a real browser: a decision by keyboard without scripts, 320 px, dark colours, and axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from axe import fits, violations
from chromium import SMALL_WINDOW, WINDOW
from mailing import serving
from operator_pages import an_app
from resolving import Resolver, identity
from reviewing import BROTHER, OTHER, SISTER
from tocsin.console.operator.desk import MAY
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.resolver.matching import load_matcher
from tocsin.store.database import reading
from tocsin.store.views import review_queue
from visitor import Visitor
from ways import BAREST


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
    page: Page, url: str, review: str, language: str
) -> None:
    for path in (review, "/stuck", "/search", "/unrouted"):
        page.set_viewport_size(WINDOW)
        page.goto(f"{url}{path}?lang={language}")
        assert violations(page) == [], path
        page.set_viewport_size(SMALL_WINDOW)
        assert fits(page), path


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", MAY)
def test_every_page_is_sound_in_dark_colours_too(page: Page, url: str, place: str, language: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{url}/{place}?lang={language}")
    assert violations(page) == []


@pytest.mark.context(**BAREST.context)
def test_one_decides_and_undoes_by_keyboard_without_scripts(
    page: Page, url: str, resolver: Resolver, review: str
) -> None:
    said = words("en")
    officer = Visitor(page, BAREST, url, said)
    officer.open(f"{review}?lang=en")
    assert officer.sees(SISTER)
    officer.push(said("decision.same"))
    assert officer.sees(said("done.decided"))
    homes = resolver.homes()
    assert homes[identity(BROTHER)] == homes[identity(OTHER)]
    officer.push(said("decision.undo"))
    assert officer.sees(said("done.undone"))
    homes = resolver.homes()
    assert homes[identity(BROTHER)] != homes[identity(OTHER)]
