"""The form for tests: an intake with it, and people who fill it in with a plain HTTP client, page by page."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from databases import NOW
from intaking import BASE, PUBLISHER, Intake, an_intake
from tocsin.intake.form.desk import form_desk
from tocsin.intake.form.routes import serve
from tocsin.runtime.pages.site import Site
from tocsin.store.publishing.api_keys import Scope
from tocsin_schemas.reports import Report

ATTRIBUTES = dict[str, str]
_NOT_CHOSEN = re.compile(r'<option value="[^"]+">[^<]*</option>\s*')


def a_form(folder: Path) -> Intake:
    """keys: also ``form`` and ``colleague`` of PUBLISHER. Its ``now`` moves only when a test moves it."""
    intake = an_intake(folder)
    intake.keys |= {name: intake.new_key(PUBLISHER, (Scope.FORM,)) for name in ("form", "colleague")}
    serve(intake.app, form_desk(intake.desk, Site(frozenset({"127.0.0.1"}), BASE, "tocsin-form")))
    return intake


@dataclass
class Page(HTMLParser):
    """What a browser makes of a page: the fields of its forms, their labels, links and headings."""

    status: int
    path: str
    text: str
    headers: httpx.Headers
    forms: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    described: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._form, self._open, self._parsed = "", "", False

    def parsed(self) -> "Page":
        """Long lists of what was not chosen are passed over: most pages have every country thrice."""
        if not self._parsed:
            self._parsed = True
            self.feed(_NOT_CHOSEN.sub("", self.text))
        return self

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids[given["id"]] = given.get("name", tag)
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self._form = given["action"]
            self.forms[self._form] = {}
        elif tag == "input":
            self._input(given)
        elif tag in ("textarea", "select"):
            self._open = given["name"]
            self._fields.setdefault(self._open, [""])
        elif tag == "option":
            self.offered.setdefault(self._open, []).append(given["value"])
            if "selected" in given:
                self._fields[self._open] = [given["value"]]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open and self._open not in self.offered and self._open in self._fields:
            self._fields[self._open] = [self._fields[self._open][0] + data.removeprefix("\n")]

    @property
    def _fields(self) -> dict[str, list[str]]:
        return self.forms[self._form]

    def _input(self, given: ATTRIBUTES) -> None:
        name, kind = given["name"], given.get("type", "text")
        if kind in ("radio", "checkbox"):
            self.offered.setdefault(name, []).append(given["value"])
            if "checked" in given:
                self._fields.setdefault(name, []).append(given["value"])
        else:
            self._fields[name] = [given.get("value", "")]

    @property
    def read(self) -> str:
        """What a reader sees, without tags."""
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.text))).strip()

    @property
    def problems(self) -> dict[str, str]:
        """What is said beside each field, by the name of the field, as far as it is told to be wrong."""
        beside = dict(re.findall(r'<p class="problem" id="([^"]+)-problem">(.*?)</p>', self.text, re.DOTALL))
        return {self.ids[id_]: unescape(re.sub(r"<[^>]+>", "", said)).strip() for id_, said in beside.items()}


@dataclass
class Person:
    """Somebody with a browser without scripts. page: the one that is open."""

    intake: Intake
    language: str = "en"
    address: str = "127.0.0.1"
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    page: Page = field(default_factory=lambda: Page(0, "", "", httpx.Headers()))
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, method: str, path: str, **over: Any) -> httpx.Response:
        """One request, whatever it is answered."""
        transport = httpx.ASGITransport(app=self.intake.app, raise_app_exceptions=False, client=(self.address, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=self.cookies) as client:
            answer = await client.request(method, path, **over)
            self.cookies = client.cookies
            return answer

    def ask(self, method: str, path: str, **over: Any) -> Page:
        follow = over.pop("follow", True)
        headers = {"accept-language": self.language} | self.headers | over.pop("headers", {})
        answer = asyncio.run(self.send(method, path, headers=headers, **over))
        if answer.status_code == 303 and follow:
            to = answer.headers["location"]
            return self.ask("GET", to) if to.startswith("/") else Page(303, to, "", answer.headers)
        self.page = Page(answer.status_code, answer.url.path, answer.text, answer.headers).parsed()
        return self.page

    def get(self, path: str) -> Page:
        return self.ask("GET", path)

    def submit(self, action: str, **typed: str | list[str]) -> Page:
        """Send a form of the open page, with what was typed or chosen (``do`` is the button)."""
        kept = {name: values for name, values in self.page.forms[action].items() if name not in typed}
        return self.ask("POST", action, data=kept | typed)

    def save(self, typed: dict[str, Any] | None = None, do: str = "continue") -> Page:
        """The page of the report that is open."""
        return self.submit(self.page.path, do=do, **(typed or {}))

    def sign_in(self, key: str = "form") -> "Person":
        self.get("/form")
        self.submit("/form/sign-in", key=self.intake.keys.get(key, key))
        return self

    def begin(self) -> str:
        """A new draft, its first page open; returns its code."""
        self.get("/form")
        code = self.submit("/form/drafts")
        found = re.search(r"<code>([0-9A-Z-]{14})</code>", code.text)
        assert found is not None
        self.get(next(link for link in code.links if link.endswith("/source")))
        return found[1]

    @property
    def draft(self) -> str:
        """The path of the open draft, without the page."""
        return self.page.path.rpartition("/")[0]

    def fill(self, pages: dict[str, dict[str, Any]]) -> Page:
        """Send these pages, and open the last."""
        draft, first = self.draft, self.page.forms[self.page.path]
        for step, typed in pages.items():
            own = first if step == "source" else {"csrf": first["csrf"]}
            page = self.ask("POST", f"{draft}/{step}", data=own | typed | {"do": "continue"}, follow=False)
            assert page.status == 303, (step, page.problems)
        return self.get(f"{draft}/check")

    def sent(self) -> Report:
        """The last report that the intake published."""
        return Report.model_validate_json(self.intake.opened(self.intake.shelf.records[-1]))

    def composed(self) -> dict[str, Any]:
        """The report as the last page shows it."""
        found = re.search(r"<pre[^>]*><code>(.*?)</code>", self.page.text, re.DOTALL)
        assert found is not None
        return dict(json.loads(unescape(found[1])))


NAME = "Tamsin Marvelle"
LEAST: dict[str, dict[str, Any]] = {
    "source": {"source.relation": "relative", "source.name": "Odile Marvelle"},
    "persons": {"alleged_victims.0.names.0.value": NAME},
    "events": {
        "violation.types": ["arrest"],
        "violation.date.day": "9",
        "violation.date.month": "3",
        "violation.date.year": "2026",
        "violation.country": "TGO",
    },
    "consent": {"consent.letter": "no", "consent.reports": "no"},
}
"""The fewest answers that make a report."""
TODAY = NOW.date()
