"""The recipients' pages in a real browser: by keyboard, without scripts, with scripts run by a scanner, and with axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from axe import darken, fits, violations
from chromium import Tab, program
from databases import NOW
from mailing import serving
from tocsin.console.recipient.words import LANGUAGES
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from visiting import DESK, MANDATE, NEIGHBOUR, OTHER, Place, a_place, received

pytestmark = pytest.mark.skipif(program() is None, reason="Chromium is not installed: apt-get install chromium")
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


def test_one_answers_by_keyboard_and_without_scripts(tab: Tab, url: str, place: Place) -> None:
    tab.do("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(f"{url}{place.path}")
    assert "There is a case for you" in tab.text
    assert "Togo" not in tab.text
    reach(tab, "address")
    tab.type(DESK)
    tab.press("Enter", leads_away=True)
    assert tab.path == "/sign-in/code"
    reach(tab, "code")
    tab.type(place.codes()[-1][1])
    tab.press("Enter", leads_away=True)
    assert tab.path == place.path
    assert "Togo" in tab.text
    before = len(received(place, "answer.given"))
    reach(tab, "I take it in hand")
    tab.press("Enter", leads_away=True)
    assert "It is recorded and cannot be lost" in tab.text
    assert [said["alert_id"] for said in received(place, "answer.given")][before:] == [place.alert_ids[MANDATE]]


def test_a_scanner_that_runs_scripts_and_sends_every_form_changes_nothing(tab: Tab, url: str, place: Place) -> None:
    before = place.snapshot()
    for path in (place.path, f"/drills/{DRILL}", "/"):
        tab.open(f"{url}{path}")
        tab.submit("document.forms[0].querySelector('[type=email]').value = 'x@y.example'; document.forms[0].submit()")
        tab.run("document.forms[0].querySelector('#code').value = '123456'")
        tab.submit("document.forms[0].submit()")
        tab.run(f"fetch('{place.path}', {{method: 'POST'}}).catch(() => 0).then(() => 0)")
    assert place.snapshot() == before


@pytest.mark.parametrize(("page", "language"), [*ROTATION, *(("case", language) for language in LANGUAGES)])
def test_axe_finds_nothing(tab: Tab, url: str, place: Place, page: str, language: str) -> None:
    show(tab, url, place, page, language)
    assert violations(tab) == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["door", "code", "overview", "receipt", "drill", "missing", "case"])
def test_axe_finds_nothing_on_any_page_in_any_language(
    tab: Tab, url: str, place: Place, page: str, language: str, width: int
) -> None:
    tab.size(width)
    show(tab, url, place, page, language)
    assert violations(tab) == []
    assert fits(tab)


@pytest.mark.parametrize("page", ["door", "case", "receipt"])
def test_axe_finds_nothing_in_the_dark(tab: Tab, url: str, place: Place, page: str) -> None:
    darken(tab)
    show(tab, url, place, page, "en")
    assert violations(tab) == []


def test_axe_would_find_something(tab: Tab, url: str) -> None:
    tab.open(f"{url}/")
    tab.run("document.querySelector('label').remove(); document.documentElement.lang = ''")
    assert {found.split(":")[0] for found in violations(tab)} >= {"label", "html-has-lang"}


def show(tab: Tab, url: str, place: Place, page: str, language: str) -> None:
    paths = {
        "door": place.path,
        "code": "/sign-in/code",
        "overview": "/",
        "drill": f"/drills/{DRILL}",
        "missing": "/cases/HRD-0000-000",
        "case": place.path,
    }
    path = paths.get(page) or receipt(place)
    if page not in ("door", "code"):
        tab.do("Network.setCookie", name="tocsin-session", value=session(place), url=url)
    tab.open(f"{url}{path}?lang={language}")
    assert tab.run("document.documentElement.lang") == language


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


def reach(tab: Tab, name: str) -> None:
    """Go with Tab alone to the field of this id, or the button that says this."""
    for _ in range(30):
        tab.press("Tab")
        here = tab.run("[document.activeElement.id, document.activeElement.innerText || '']")
        if name in (here[0], here[1].strip()):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")
