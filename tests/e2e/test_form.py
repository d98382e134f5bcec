"""The form in a real browser: a whole report without scripts and by keyboard, and every page looked at by axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from axe import fits, violations
from forming import LEAST, NAME, Person, a_form
from intaking import Intake
from mailing import serving
from tocsin.intake.form.steps import CHECK, STEPS
from tocsin.intake.form.words import LANGUAGES, choice, words
from visitor import Visitor
from ways import BAREST

pytestmark = pytest.mark.slow
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


@pytest.mark.context(**BAREST.context)
def test_a_report_is_written_and_sent_by_keyboard_and_without_scripts(page: Page, url: str, form: Intake) -> None:
    reporter = Visitor(page, BAREST, url, words("en"))
    reporter.open("/form?lang=en")
    reporter.write(reporter.said("door.key"), form.keys["form"])
    reporter.enter()
    reporter.push("Begin")
    assert reporter.sees("It is shown this once")
    reporter.follow("I have written it down")
    draft = reporter.path.rpartition("/")[0]
    assert reporter.path == f"{draft}/source"
    reporter.mark(reporter.said("relation.relative"))
    reporter.write(reporter.said("ask.source.name"), "Odile Marvelle")
    reporter.push("Save and continue")
    assert reporter.path == f"{draft}/persons"
    reporter.write(reporter.said("ask.alleged_victims.names.value"), NAME)
    reporter.enter()
    assert reporter.path == f"{draft}/events", "Enter saves and goes on"
    reporter.push("Save and continue")
    assert reporter.sees("There is a problem on this page")
    reporter.mark(choice(reporter.said, "violations", "arrest"), role="checkbox")
    for box, text in (("day", "9"), ("month", "3"), ("year", "2026")):
        reporter.write(reporter.said(f"date.{box}"), text, group=reporter.said("ask.violation.date"))
    reporter.choose(reporter.said("ask.violation.country"), "Togo")
    reporter.write(reporter.said("ask.narratives.text"), "She was arrested at her office.")
    reporter.push("Save and continue")
    for step in ("detention", "reprisal", "procedures"):
        assert reporter.path == f"{draft}/{step}"
        reporter.push("Save and continue")
    for answer, question in (("yes", "letter"), ("no", "reports"), ("yes", "all_mechanisms.alert")):
        reporter.mark(reporter.said(f"consent_answer.{answer}"), group=reporter.said(f"ask.consent.{question}"))
    reporter.push("Save and continue")
    reporter.push("Save and continue")
    assert reporter.path == f"{draft}/check"
    assert reporter.sees(NAME)
    assert reporter.sees("9 March 2026")
    assert not reporter.sees("nobody will be alerted")
    reporter.push("Send now")
    assert reporter.sees("Your report has arrived and will not be lost")
    report = Person(form).sent()
    assert (report.alleged_victims[0].names[0].value, report.violation.country) == (NAME, "TGO")
    assert report.narratives[0].text == "She was arrested at her office."
    statuses = {(decision.recipient, decision.purpose): decision.status for decision in report.consent}
    assert statuses["government", "transmit_to_government"] == "granted"
    assert statuses["public", "publish"] == "refused"


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shown", ["door", "code", "receipt", *INSIDE])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    page: Page, url: str, person: Person, shown: str, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    show(page, url, person, shown, language)
    assert page.evaluate("document.documentElement.lang") == language
    assert violations(page) == []
    assert fits(page)


@pytest.mark.parametrize("shown", ["home", "persons", "consent", CHECK])
def test_a_page_that_runs_from_right_to_left_fits_too(page: Page, url: str, person: Person, shown: str) -> None:
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        show(page, url, person, shown, "fr")
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert violations(page) == []
        assert fits(page)


@pytest.mark.parametrize("shown", ["door", "mend", "consent", CHECK])
def test_axe_finds_nothing_in_the_dark(page: Page, url: str, person: Person, shown: str) -> None:
    page.emulate_media(color_scheme="dark")
    show(page, url, person, shown, "en")
    assert violations(page) == []


def test_the_keyboard_goes_through_a_page_in_the_order_in_which_it_is_read(
    page: Page, url: str, person: Person
) -> None:
    show(page, url, person, "consent", "en")
    tops = []
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "(() => { const a = document.activeElement; const b = a.getBoundingClientRect();"
            " return a.closest('form[action*=consent]') ? [a.className, b.top + scrollY] : null })()"
        )
        if here is not None:
            assert here[0] != "unseen", "the hidden button cannot be reached"
            tops.append(here[1])
    assert len(tops) > 10
    assert tops == sorted(tops)


def test_leaving_leads_away_and_back_shows_nothing(page: Page, url: str, form: Intake) -> None:
    other = Person(form).sign_in("colleague")
    other.begin()
    keep_cookies(page, url, other)
    page.goto(f"{url}{other.draft}/persons")
    with pytest.raises(Error, match="NAME_NOT_RESOLVED"), page.expect_navigation():  # outside, where no test goes
        page.click(".leave")
    page.goto(f"{url}{other.draft}/persons")
    assert "Your key" in page.inner_text("body")


def show(page: Page, url: str, person: Person, shown: str, language: str) -> None:
    draft = person.draft
    paths = {"door": "/form", "home": "/form", "correct": "/form/correct", "withdraw": "/form/withdraw"}
    paths |= {"mend": f"{draft}/events?mend=1", "missing": "/form/drafts/" + "0" * 32 + "/persons"}
    if shown in ("code", "receipt"):
        person, paths[shown] = beside(person, shown)
    if shown != "door":
        keep_cookies(page, url, person)
    path = paths.get(shown, f"{draft}/{shown}")
    page.goto(f"{url}{path}{'&' if '?' in path else '?'}lang={language}")
    if shown == "code":
        with page.expect_navigation():
            page.click('form[action="/form/drafts"] button')


_sent: dict[int, tuple[Person, str]] = {}


def beside(person: Person, shown: str) -> tuple[Person, str]:
    """Somebody else who has sent a report, and the path of its receipt; or the page that begins a draft."""
    if shown == "code":
        return person, "/form"
    if id(person) not in _sent:
        other = Person(person.intake).sign_in("colleague")
        other.begin()
        draft = other.draft
        other.fill(LEAST)
        other.submit(f"{draft}/send")
        _sent[id(person)] = (other, f"{draft}/receipt")
    return _sent[id(person)]


def keep_cookies(page: Page, url: str, person: Person) -> None:
    for cookie in person.cookies.jar:
        page.context.add_cookies([{"name": cookie.name, "value": cookie.value, "url": url}])
