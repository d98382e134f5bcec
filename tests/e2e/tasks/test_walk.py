"""Every page of the three applications: sound to axe, narrow enough, and walked through from end to end by keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest

from form_reports import sends
from forming import LEAST
from intaking import Intake
from operating import House, routes_of
from operations import BOUNCED, BROTHER, LETTER, delivery_of, reference_of, rows
from seats import DRILL, Seat
from tocsin.intake.form.steps import CHECK, STEPS
from tocsin.store import tables
from visitor import Visitor, Way

ENGLISH, FRENCH, ARABIC = (Way(language, scripts=True, looks=True) for language in ("en", "fr", "ar"))
IN_BOTH = pytest.mark.parametrize("way", [ENGLISH, pytest.param(FRENCH, marks=pytest.mark.slow)], ids=str)
IN_ARABIC_TOO = pytest.mark.parametrize(
    "way", [ARABIC, *(pytest.param(w, marks=pytest.mark.slow) for w in (ENGLISH, FRENCH))], ids=str
)
FILES = (".css", ".pdf", ".xml", ".jsonld", "/words", "/live")
"""How a path ends that leads to no page."""


def addresses(house: House) -> dict[str, Any]:
    """What stands in the places of the paths of the console."""
    change = next(row for row in rows(house, tables.directory_changes) if row.state == "pending")
    return {
        "reference": reference_of(house, BROTHER),
        "review_id": next(row.review_id for row in rows(house, tables.reviews) if row.kind == "possible_duplicate"),
        "delivery_id": delivery_of(BOUNCED),
        "event_id": LETTER,
        "change_id": change.change_id,
        "drill_id": rows(house, tables.drills)[-1].drill_id,
        "judgement_id": rows(house, tables.judgements)[-1].id,
        "key": "wgad-mechanism-example",
        "name": "ANHRI",
    }


ASKED = {
    "/directory/changes/{change_id}/decision": "?decision=approved&as=registry-2",
    "/brief": "?from=2026-10-01&to=2026-12-31",
    "/brief/cases/{reference}": "?mandate=UN-WGAD",
    "/sign-in/openid": None,
    "/sign-in/openid/answer": None,
}
"""What some paths are asked with; None: they lead elsewhere by themselves."""


def pages_of(house: House) -> Iterator[str]:
    """Every page of the console that can be opened: also those that somebody adds later."""
    there = addresses(house)
    for route in routes_of(house.app.routes):
        if "GET" in route.methods and not route.path.endswith(FILES) and ASKED.get(route.path, "") is not None:
            yield route.path.format(**there) + (ASKED.get(route.path) or "")


@IN_BOTH
def test_every_page_of_the_console(officer: Visitor, house: House) -> None:
    officer.open("/drills")
    officer.push(officer.said("drills.send"))
    officer.open("/reviews")
    officer.follow(officer.said("kind.possible_duplicate"))
    walked(officer, "")
    officer.push(officer.said("decision.different"))
    for path in pages_of(house):
        walked(officer, path)


@IN_ARABIC_TOO
def test_every_page_of_the_recipients(recipient: Visitor, seat: Seat) -> None:
    for path in ("/", seat.path, f"/drills/{DRILL}", "/preferences", "/record", "/cases/HRD-0000-000"):
        walked(recipient, path)
    recipient.open(seat.path)
    recipient.push(recipient.said("acknowledge.button"))
    walked(recipient, "")
    recipient.push(recipient.said("sign_out"))
    for path in (seat.path, "/sign-in/code"):
        walked(recipient, path)


@IN_BOTH
def test_every_page_of_the_form(reporter: Visitor, form: Intake) -> None:
    person, _ = sends(form)
    sent = person.draft
    person.begin()
    draft = person.draft
    person.fill(LEAST)
    walked(reporter, "/form")
    for cookie in person.cookies.jar:
        reporter.keep(cookie.name, cookie.value or "")
    for path in ("/form", "/form/correct", "/form/withdraw", f"{sent}/receipt"):
        walked(reporter, path)
    for step in (*(step.key for step in STEPS), CHECK):
        walked(reporter, f"{draft}/{step}")


STOPS = """(() => {
  const stops = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(each => !each.disabled && each.tabIndex >= 0 && each.checkVisibility({visibilityProperty: true}));
  const first = new Map();
  window.__stops = stops.filter(each => {
    if (each.type !== 'radio') return true;
    const name = each.name + (each.form ? each.form.action : '');
    const chosen = first.get(name);
    if (!chosen) first.set(name, each);
    return !chosen;
  });
  window.__seen = [];
  window.__dim = [];
  document.addEventListener('focusin', event => {
    const on = event.target, style = getComputedStyle(on);
    const group = on.type === 'radio' ? window.__stops.find(each => each.name === on.name && each.form === on.form) : on;
    window.__seen.push(window.__stops.indexOf(group));
    const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
    const box = on.getBoundingClientRect();
    if (!drawn || !box.width || !box.height) window.__dim.push(on.outerHTML.slice(0, 120));
  });
  return window.__stops.length;
})()"""
"""Notes what can be reached on a page, then each thing that is, and whether one sees that it is."""
MISSED = "window.__stops.filter((each, n) => !window.__seen.includes(n)).map(each => each.outerHTML.slice(0, 120))"
WITHIN_A_DATE = 4
"""How often one presses Tab more to get through the boxes of a date, or of a time."""


def walked(visitor: Visitor, path: str) -> None:
    """Open the page, or the one that is open ("") anew, and go through it with Tab alone."""
    page = visitor.page
    visitor.open(path or page.url.removeprefix(visitor.url))
    where = visitor.path
    skips(visitor)
    number = page.evaluate(STOPS) + WITHIN_A_DATE * page.locator("[type=date], [type=time]").count()
    page.focus(".skip")
    for _ in range(number + 1):
        page.keyboard.down("Tab")  # held, which goes on and on
    page.keyboard.up("Tab")
    assert page.evaluate(MISSED) == [], f"{where}: not reached"
    assert page.evaluate("window.__dim") == [], f"{where}: reached, and one does not see it"
    order = list(dict.fromkeys(n for n in page.evaluate("window.__seen") if n >= 0))
    assert order == sorted(order), f"{where}: not in the order in which it is read"


def skips(visitor: Visitor) -> None:
    """The first stop of a page leads past what stands on every page."""
    page = visitor.page
    page.keyboard.press("Tab")
    assert page.locator(".skip:focus").count(), visitor.path
    page.keyboard.press("Enter")
    assert page.locator("#content:focus").count(), visitor.path
