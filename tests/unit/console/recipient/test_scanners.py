"""Whatever scans, prefetches, forwards or guesses: nobody has acknowledged anything, and nothing of a case is seen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tocsin.store.recipients.sessions import IDLE
from visiting import (
    DESK,
    HOLDER,
    NEIGHBOUR,
    SITE,
    STRANGER,
    Browser,
    Place,
    PostForm,
    a_place,
    forms_of,
    links_of,
    text_of,
)

AGENTS = (
    "Mozilla/5.0 (compatible; Microsoft Defender for Office 365; Safe Links)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Proofpoint",
    "Mimecast-URLProtect/1.0",
    "BarracudaCentral Email Scanner",
    "Cisco-Secure-Email-Gateway/15.0",
    "Symantec Click-time URL Protection",
    "TrendMicro-WRS/1.0",
    "Sophos Email Time-of-Click",
    "Zscaler/6.2 URL Analyzer",
    "FireEye Email Security ETP",
    "Mozilla/5.0 (Windows NT 10.0) (via ggpht.com GoogleImageProxy)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1",
    "Twitterbot/1.0",
    "WhatsApp/2.23",
    "Mozilla/5.0 (Macintosh) AppleWebKit (KHTML, like Gecko) Applebot/0.1 iMessage preview",
    "Microsoft Office/16.0 (Microsoft Outlook 16.0; Pro)",
    "Mozilla/5.0 (compatible; bingbot/2.0) BingPreview/1.0b",
    "python-requests/2.31.0",
    "curl/8.5.0",
)


@dataclass(slots=True)
class World:
    """A place, its owner's open case page, and a third person who has signed in as well."""

    place: Place
    owner: Browser
    third: Browser
    forms: list[PostForm]

    @property
    def path(self) -> str:
        return self.place.path

    @property
    def robot(self) -> Browser:
        return self.place.browser()

    def answer(self, name: str = "acknowledged") -> PostForm:
        return next(form for form in self.forms if form.fields.get("answer") == name)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    place = a_place(Path(tmp_path_factory.mktemp("scanners")))
    owner, third = place.signed_in(DESK), place.signed_in(STRANGER)
    return World(place, owner, third, forms_of(owner.get(place.path)))


def with_headers(**headers: str) -> Callable[[World], httpx.Response]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda world: world.robot.get(world.path, headers=given)


def copied(world: World, **over: str) -> Browser:
    """A browser that has got hold of the owner's cookies."""
    return Browser(world.place.app, dict(over), httpx.Cookies(world.owner.cookies))


def follow_every_link(world: World) -> None:
    robot, seen, waiting = world.robot, set[str](), [world.path]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            page = robot.get(path)
            waiting += [urljoin(f"{SITE}{path}", link).removeprefix(SITE) for link in links_of(page)]
    assert len(seen) > 5


def submit_every_form(world: World, robot: Browser | None = None, **typed: str) -> None:
    robot = robot or world.robot
    for path in (world.path, "/", "/sign-in", "/sign-in/code"):
        for form in forms_of(robot.get(path)):
            over = {name: typed[name] for name in typed if name in form.fields}
            robot.submit(form, **over)


def submit_without_cookies(world: World) -> None:
    for form in forms_of(world.robot.get(world.path)):
        world.robot.submit(form, address=DESK)


def guess_codes(world: World) -> None:
    robot = world.robot
    robot.ask_for_code(HOLDER)
    code = world.place.codes()[-1][1]
    guesses = [f"{number:06d}" for number in range(7) if f"{number:06d}" != code]
    for guess in guesses[:5]:
        assert robot.enter(guess).status_code == 403
    robot.enter(code)
    assert not robot.is_signed_in, "the sixth try comes too late"


def type_the_code_of_another(world: World) -> None:
    first, second = world.robot, world.robot
    first.ask_for_code(HOLDER)
    second.ask_for_code(NEIGHBOUR)
    code = next(code for address, code in reversed(world.place.codes()) if address == HOLDER)
    second.enter(code)
    assert not second.is_signed_in


def type_a_code_elsewhere(world: World) -> None:
    """A mail with a code that was forwarded, or read by somebody else."""
    asked, other = world.robot, world.robot
    asked.ask_for_code(HOLDER)
    other.get("/sign-in/code")
    other.enter(world.place.codes()[-1][1])
    assert not other.is_signed_in


def come_too_late(world: World) -> None:
    robot = world.robot
    robot.ask_for_code(NEIGHBOUR)
    code = world.place.codes()[-1][1]
    world.place.later(timedelta(minutes=10))
    robot.enter(code)
    world.place.later(timedelta(minutes=-10))
    assert not robot.is_signed_in


def replay_an_idle_session(world: World) -> None:
    world.place.later(IDLE)
    assert "There is a case for you" in text_of(copied(world).get(world.path))
    copied(world).submit(world.answer())
    world.place.later(-IDLE)


def cross_site(world: World, **headers: str) -> None:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    form = world.answer()
    answer = copied(world).ask("POST", form.action, data=form.fields, headers=given)
    assert answer.status_code == 403


def third_person_opens(world: World) -> None:
    page = world.third.get(world.path)
    assert (page.status_code, "Togo" in page.text) == (404, False)


def third_person_answers(world: World) -> None:
    own = next(form for form in forms_of(world.third.get("/")) if "csrf" in form.fields)
    form = world.answer()
    answer = world.third.post(form.action, **(form.fields | {"csrf": own.fields["csrf"]}))
    assert answer.status_code == 404


def chunked(world: World) -> None:
    async def body() -> object:  # of unknown length
        yield b"answer=acknowledged"

    assert copied(world).ask("POST", world.answer().action, content=body()).status_code == 411


BEHAVIOURS: dict[str, Callable[[World], object]] = {
    "GET": lambda world: world.robot.get(world.path),
    "GET in small letters": lambda world: world.robot.get(world.path.lower()),
    "HEAD": lambda world: world.robot.ask("HEAD", world.path),
    "HEAD with the owner's session": lambda world: copied(world).ask("HEAD", world.path),
    "OPTIONS": lambda world: world.robot.ask("OPTIONS", world.path),
    "PUT, PATCH and DELETE with the owner's session": lambda world: [
        copied(world).ask(method, path) for method in ("PUT", "PATCH", "DELETE") for path in (world.path, "/")
    ],
    **{f"GET by {agent[:40]}": with_headers(user_agent=agent) for agent in AGENTS},
    "prefetch (Sec-Purpose)": with_headers(sec_purpose="prefetch;prerender"),
    "prefetch (Purpose)": with_headers(purpose="preview"),
    "prefetch (X-Moz)": with_headers(x_moz="prefetch"),
    "a part of the page": with_headers(range="bytes=0-100"),
    "a method that a header claims": with_headers(x_http_method_override="POST"),
    "every link followed": follow_every_link,
    "every form sent as it is": submit_every_form,
    "every form sent with an address": lambda world: submit_every_form(world, address="someone@elsewhere.example"),
    "every form sent with what looks right": lambda world: submit_every_form(
        world, code="123456", address="a@b.example"
    ),
    "every form sent without cookies": submit_without_cookies,
    "the owner's form without a session": lambda world: world.robot.submit(world.answer()),
    "every form of the owner's page without a session": lambda world: [world.robot.submit(f) for f in world.forms],
    "the owner's session without the form's secret": lambda world: copied(world).post(
        world.answer().action, answer="acknowledged", priority="P1", key="0" * 32
    ),
    "the owner's session with an older secret": lambda world: copied(world).submit(world.answer(), csrf="0" * 64),
    "the owner's session, JSON": lambda world: copied(world).ask(
        "POST", world.answer().action, json=world.answer().fields
    ),
    "an answer in the address": lambda world: copied(world).ask(
        "HEAD", world.path, params={"answer": "acknowledged", **world.answer().fields}
    ),
    "GET where an answer is sent to": lambda world: copied(world).get(world.answer().action),
    "POST to the page": lambda world: copied(world).post(world.path, **world.answer().fields),
    "POST from another site": lambda world: cross_site(world, origin="https://elsewhere.example"),
    "POST that the browser knows is from another site": lambda world: cross_site(world, sec_fetch_site="cross-site"),
    "POST from a neighbouring site": lambda world: cross_site(world, sec_fetch_site="same-site"),
    "a session after half an hour": replay_an_idle_session,
    "a forwarded mail, opened by a third person": third_person_opens,
    "a forwarded mail, answered by a third person": third_person_answers,
    "codes guessed": guess_codes,
    "the code of another person": type_the_code_of_another,
    "a code in another browser": type_a_code_elsewhere,
    "a code after ten minutes": come_too_late,
    "an auto-reply posted to the link": lambda world: world.robot.ask(
        "POST", world.path, content=b"I am out of office.", headers={"auto-submitted": "auto-replied"}
    ),
    "a form as large as a mail": lambda world: copied(world).post(world.answer().action, answer="x" * 20_000),
    "a form without a length": chunked,
    "another name for this machine": lambda world: copied(world).get(world.path, headers={"host": "elsewhere.example"}),
}


def test_the_corpus_is_large_enough() -> None:
    assert len(BEHAVIOURS) >= 30


@pytest.mark.parametrize("behave", BEHAVIOURS.values(), ids=BEHAVIOURS.keys())
def test_no_machine_and_no_third_person_acknowledges_or_changes_anything(
    world: World, behave: Callable[[World], object]
) -> None:
    before = world.place.snapshot()
    behave(world)
    after = world.place.snapshot()
    assert after == before
    assert after["given_answers"] == after["acknowledgements"] == []


def test_a_code_is_good_once_and_a_session_ends_where_it_is_signed_out(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    browser = place.browser()
    browser.ask_for_code(DESK)
    again = Browser(place.app, {}, httpx.Cookies(browser.cookies), browser.last)
    code = place.codes()[-1][1]
    browser.enter(code)
    stolen = Browser(place.app, {}, httpx.Cookies(browser.cookies))
    before = place.snapshot()
    again.enter(code)
    assert not again.is_signed_in
    browser.submit(next(form for form in forms_of(browser.get(place.path)) if form.action == "/sign-out"))
    assert "There is a case for you" in text_of(stolen.get(place.path))
    after = place.snapshot()
    assert after.pop("viewed") != before.pop("viewed"), "the owner has looked at the case"
    assert after == before


def test_whoever_has_not_signed_in_sees_the_same_whether_the_case_exists_or_not(world: World) -> None:
    def seen(path: str) -> tuple[int, str, int]:
        page = world.robot.get(path)
        text = page.text.replace(path, "PATH")
        for form in forms_of(page):
            text = text.replace(form.fields["csrf"], "CSRF")
        return page.status_code, text, len(page.content)

    absent = "/cases/HRD-0000-000"
    assert seen(world.path) == seen(absent)
    assert "There is a case for you" in text_of(world.robot.get(absent))
