"""The recipients' pages in a real browser: by keyboard, without scripts, with scripts run by a scanner, and with axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from axe import fits, violations
from databases import NOW
from mailing import serving
from tocsin.console.recipient.words import LANGUAGES, words
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from visiting import DESK, MANDATE, NEIGHBOUR, OTHER, Place, a_place, received
from visitor import Visitor
from ways import BAREST

DRILL = "d" * 32
ROTATION = list(zip(("door", "code", "overview", "receipt", "drill", "missing"), LANGUAGES, strict=True))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = a_place(Path(tmp_path_factory.mktemp("pages")))
    drill = {"drill_id": DRILL, "mandate": None, "started_by": "operator", "started_at": NOW, "answer_by": NOW}
    in_hand = {"alert_id": place.alert_ids[OTHER], "priority": "P1", "recipient_id": place.people[NEIGHBOUR]}
    with unit_of_work(place.engine) as connection:
        connection.execute(tables.drills.insert(), drill)
        connection.execute(tables.acknowledgements.insert(), in_hand | {"acknowledged_at": NOW})
    return place


@pytest.fixture(scope="module")
def url(place: Place) -> Iterator[str]:
    with serving(place.app) as url:
        yield url


@pytest.mark.context(**BAREST.context)
def test_one_answers_by_keyboard_and_without_scripts(page: Page, url: str, place: Place) -> None:
    person = Visitor(page, BAREST, url, words("en"))
    person.open(place.path)
    assert person.sees("There is a case for you")
    assert not person.sees("Togo")
    person.write(person.said("door.address"), DESK)
    person.enter()
    assert person.path == "/sign-in/code"
    person.write(person.said("code.label"), place.codes()[-1][1])
    person.enter()
    assert person.path == place.path
    assert person.sees("Togo")
    before = len(received(place, "answer.given"))
    person.push("I take it in hand")
    assert person.sees("It is recorded and cannot be lost")
    assert [said["alert_id"] for said in received(place, "answer.given")][before:] == [place.alert_ids[MANDATE]]


def test_a_scanner_that_runs_scripts_and_sends_every_form_changes_nothing(page: Page, url: str, place: Place) -> None:
    before = place.snapshot()
    for path in (place.path, f"/drills/{DRILL}", "/"):
        page.goto(f"{url}{path}")
        page.fill("[type=email]", "x@y.example")
        sends(page)
        page.fill("#code", "123456")
        sends(page)
        page.evaluate(f"fetch('{place.path}', {{method: 'POST'}}).catch(() => 0).then(() => 0)")
    assert place.snapshot() == before


@pytest.mark.parametrize(("shown", "language"), [*ROTATION, *(("case", language) for language in LANGUAGES)])
def test_axe_finds_nothing(page: Page, url: str, place: Place, shown: str, language: str) -> None:
    show(page, url, place, shown, language)
    assert violations(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shown", ["door", "code", "overview", "receipt", "drill", "missing", "case"])
def test_axe_finds_nothing_on_any_page_in_any_language(
    page: Page, url: str, place: Place, shown: str, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    show(page, url, place, shown, language)
    assert violations(page) == []
    assert fits(page)


@pytest.mark.parametrize("shown", ["door", "case", "receipt"])
def test_axe_finds_nothing_in_the_dark(page: Page, url: str, place: Place, shown: str) -> None:
    page.emulate_media(color_scheme="dark")
    show(page, url, place, shown, "en")
    assert violations(page) == []


def test_axe_would_find_something(page: Page, url: str) -> None:
    page.goto(f"{url}/")
    page.evaluate("document.querySelector('label').remove(); document.documentElement.lang = ''")
    assert {found.split(":")[0] for found in violations(page)} >= {"label", "html-has-lang"}


def sends(page: Page) -> None:
    """The first form, as no person could."""
    with page.expect_navigation():
        page.evaluate("document.forms[0].submit()")


def show(page: Page, url: str, place: Place, shown: str, language: str) -> None:
    paths = {
        "door": place.path,
        "code": "/sign-in/code",
        "overview": "/",
        "drill": f"/drills/{DRILL}",
        "missing": "/cases/HRD-0000-000",
        "case": place.path,
    }
    path = paths.get(shown) or receipt(place)
    if shown not in ("door", "code"):
        page.context.add_cookies([{"name": "tocsin-session", "value": session(place), "url": url}])
    page.goto(f"{url}{path}?lang={language}")
    assert page.evaluate("document.documentElement.lang") == language


_kept: dict[int, tuple[str, str]] = {}


def session(place: Place) -> str:
    return _signed_in(place)[0]


def receipt(place: Place) -> str:
    return _signed_in(place)[1]


def _signed_in(place: Place) -> tuple[str, str]:
    """A session, and the path of an answer that was given in it; once for each place."""
    if id(place) not in _kept:
        person = place.signed_in()
        given = person.submit(person.form(place.path, "not_mine"), reason="away")
        _kept[id(place)] = (person.cookies["tocsin-session"], given.url.path)
    return _kept[id(place)]
