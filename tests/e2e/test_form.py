"""The form in a real browser: a whole report without scripts and by keyboard, and every page looked at by axe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from axe import darken, fits, violations
from chromium import Tab, program
from forming import LEAST, NAME, Person, a_form
from intaking import Intake
from mailing import serving
from tocsin.intake.form.steps import CHECK, STEPS
from tocsin.intake.form.words import LANGUAGES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(program() is None, reason="Chromium is not installed: apt-get install chromium"),
]
INSIDE = ["home", "correct", "withdraw", *(step.key for step in STEPS), CHECK, "mend", "missing"]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Intake:
    return a_form(Path(tmp_path_factory.mktemp("form")))


@pytest.fixture(scope="module")
def url(form: Intake) -> Iterator[str]:
    with serving(form.app) as url:
        yield url


@pytest.fixture(scope="module")
def person(form: Intake) -> Person:
    """With a draft in which two people stand, and one answer is wrong."""
    person = Person(form).sign_in()
    person.begin()
    person.fill(LEAST | {"handling": {"handling.tlp": "amber"}})
    draft = person.draft
    person.get(f"{draft}/persons")
    person.save({"alleged_victims.0.health.condition": "Diabetes"}, do="add:alleged_victims")
    person.get(f"{draft}/events")
    person.save({"violation.place.administrative_area": "Coast"})
    return person


def test_a_report_is_written_and_sent_by_keyboard_and_without_scripts(tab: Tab, url: str, form: Intake) -> None:
    tab.do("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(f"{url}/form?lang=en")
    into(tab, "key", form.keys["form"])
    tab.press("Enter", leads_away=True)
    push(tab, "Begin")
    assert "It is shown this once" in tab.text
    push(tab, "I have written it down")
    draft = tab.path.rpartition("/")[0]
    assert tab.path == f"{draft}/source"
    mark(tab, "source-relation-1")
    into(tab, "source-name", "Odile Marvelle")
    push(tab, "Save and continue")
    assert tab.path == f"{draft}/persons"
    into(tab, "alleged_victims-0-names-0-value", NAME)
    tab.press("Enter", leads_away=True)
    assert tab.path == f"{draft}/events", "Enter saves and goes on"
    push(tab, "Save and continue")
    assert "There is a problem on this page" in tab.text
    mark(tab, "violation-types")
    for box, text in (("day", "9"), ("month", "3"), ("year", "2026")):
        into(tab, f"violation-date-{box}", text)
    into(tab, "violation-country", "Togo", by_letters=True)
    into(tab, "narratives-0-text", "She was arrested at her office.")
    push(tab, "Save and continue")
    for step in ("detention", "reprisal", "procedures"):
        assert tab.path == f"{draft}/{step}"
        push(tab, "Save and continue")
    mark(tab, "consent-letter")
    mark(tab, "consent-reports-1")
    mark(tab, "consent-all_mechanisms-alert")
    push(tab, "Save and continue")
    push(tab, "Save and continue")
    assert tab.path == f"{draft}/check"
    assert NAME in tab.text
    assert "9 March 2026" in tab.text
    assert "nobody will be alerted" not in tab.text
    push(tab, "Send now")
    assert "Your report has arrived and will not be lost" in tab.text
    report = Person(form).sent()
    assert (report.alleged_victims[0].names[0].value, report.violation.country) == (NAME, "TGO")
    assert report.narratives[0].text == "She was arrested at her office."
    statuses = {(decision.recipient, decision.purpose): decision.status for decision in report.consent}
    assert statuses["government", "transmit_to_government"] == "granted"
    assert statuses["public", "publish"] == "refused"


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["door", "code", "receipt", *INSIDE])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    tab: Tab, url: str, person: Person, page: str, language: str, width: int
) -> None:
    tab.size(width)
    show(tab, url, person, page, language)
    assert tab.run("document.documentElement.lang") == language
    assert violations(tab) == []
    assert fits(tab)


@pytest.mark.parametrize("page", ["home", "persons", "consent", CHECK])
def test_a_page_that_runs_from_right_to_left_fits_too(tab: Tab, url: str, person: Person, page: str) -> None:
    for width in (1280, 320):
        tab.size(width)
        show(tab, url, person, page, "fr")
        tab.run("document.documentElement.dir = 'rtl'")
        assert violations(tab) == []
        assert fits(tab)


@pytest.mark.parametrize("page", ["door", "mend", "consent", CHECK])
def test_axe_finds_nothing_in_the_dark(tab: Tab, url: str, person: Person, page: str) -> None:
    darken(tab)
    show(tab, url, person, page, "en")
    assert violations(tab) == []


def test_the_keyboard_goes_through_a_page_in_the_order_in_which_it_is_read(tab: Tab, url: str, person: Person) -> None:
    show(tab, url, person, "consent", "en")
    tops = []
    for _ in range(40):
        tab.press("Tab")
        here = tab.run(
            "(() => { const a = document.activeElement; const b = a.getBoundingClientRect();"
            " return a.closest('form[action*=consent]') ? [a.className, b.top + scrollY] : null })()"
        )
        if here is not None:
            assert here[0] != "unseen", "the hidden button cannot be reached"
            tops.append(here[1])
    assert len(tops) > 10
    assert tops == sorted(tops)


def test_leaving_leads_away_and_back_shows_nothing(tab: Tab, url: str, form: Intake) -> None:
    other = Person(form).sign_in("colleague")
    other.begin()
    keep_cookies(tab, url, other)
    tab.open(f"{url}{other.draft}/persons")
    tab.do("Network.setBlockedURLs", urls=["https://*"])
    tab.submit("document.querySelector('.leave').click()")
    assert not tab.run("location.href").startswith(url)
    tab.do("Network.setBlockedURLs", urls=[])
    tab.open(f"{url}{other.draft}/persons")
    assert "Your key" in tab.text


def show(tab: Tab, url: str, person: Person, page: str, language: str) -> None:
    draft = person.draft
    paths = {"door": "/form", "home": "/form", "correct": "/form/correct", "withdraw": "/form/withdraw"}
    paths |= {"mend": f"{draft}/events?mend=1", "missing": "/form/drafts/" + "0" * 32 + "/persons"}
    if page in ("code", "receipt"):
        person, paths[page] = beside(person, page)
    if page != "door":
        keep_cookies(tab, url, person)
    path = paths.get(page, f"{draft}/{page}")
    tab.open(f"{url}{path}{'&' if '?' in path else '?'}lang={language}")
    if page == "code":
        tab.submit("document.querySelector('form[action=\"/form/drafts\"] button').click()")


_sent: dict[int, tuple[Person, str]] = {}


def beside(person: Person, page: str) -> tuple[Person, str]:
    """Somebody else who has sent a report, and the path of its receipt; or the page that begins a draft."""
    if page == "code":
        return person, "/form"
    if id(person) not in _sent:
        other = Person(person.intake).sign_in("colleague")
        other.begin()
        draft = other.draft
        other.fill(LEAST)
        other.submit(f"{draft}/send")
        _sent[id(person)] = (other, f"{draft}/receipt")
    return _sent[id(person)]


def keep_cookies(tab: Tab, url: str, person: Person) -> None:
    for cookie in person.cookies.jar:
        tab.do("Network.setCookie", name=cookie.name, value=cookie.value, url=url)


def reach(tab: Tab, found: Any) -> None:
    """Go on with Tab alone until ``found`` holds of the element that has the focus."""
    for _ in range(160):
        tab.press("Tab")
        here = tab.run("[document.activeElement.id, (document.activeElement.innerText || '').trim()]")
        if found(*here):
            return
    raise AssertionError("it cannot be reached by keyboard")


def into(tab: Tab, field: str, text: str, by_letters: bool = False) -> None:
    """Type into a field. by_letters: one by one, as a list is searched."""
    reach(tab, lambda id_, _: id_ == field)
    if not by_letters:
        tab.type(text)
        return
    for letter in text:
        tab.do("Input.dispatchKeyEvent", type="char", text=letter, key=letter)


def mark(tab: Tab, field: str) -> None:
    """Radio buttons are one stop for Tab, and arrows choose among them; so the first of them is gone to."""
    group = tab.run(f"document.getElementById('{field}').name")
    reach(tab, lambda id_, _: tab.run(f"document.activeElement.name === '{group}'") and bool(id_))
    tab.press("Space")
    steps = tab.run(
        f"(() => {{ const all = [...document.getElementsByName('{group}')];"
        f" return all.indexOf(document.getElementById('{field}')) - all.indexOf(document.activeElement) }})()"
    )
    for _ in range(abs(int(steps))):
        code = "ArrowDown" if steps > 0 else "ArrowUp"
        for kind in ("keyDown", "keyUp"):
            tab.do(
                "Input.dispatchKeyEvent", type=kind, key=code, code=code, windowsVirtualKeyCode=40 if steps > 0 else 38
            )
    assert tab.run(f"document.getElementById('{field}').checked")


def push(tab: Tab, label: str) -> None:
    reach(tab, lambda _, text: text == label)
    tab.press("Enter", leads_away=True)
