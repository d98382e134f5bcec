"""The recipients' pages for tests: a case of which people are told, browsers that keep cookies, and read codes."""

import asyncio
import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Connection, Engine, select

from builders import a_claim, an_entry
from databases import NOW, a_deployment, a_seeded_database
from directories import put_recipient
from tocsin.console.recipient.app import app_of
from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.people import People
from tocsin.domain.claims import Claim
from tocsin.knowledge import load as knowledge
from tocsin.runtime.pages.site import Site
from tocsin.store import tables
from tocsin.store.alerting import alerts
from tocsin.store.alerting.alerts import Alert
from tocsin.store.casework import cases, reports
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import notices as directory_notices
from tocsin.store.directory.notices import SIGN_IN, Notice
from tocsin.store.migrate import upgrade
from tocsin.store.tables.columns import metadata
from tocsin_schemas.directory import Role
from tocsin_schemas.signing import SEALED

SITE = "http://127.0.0.1:8084"
MANDATE, OTHER, FAR = "UN-WGAD", "UN-TORTURE", "UN-WATER"
DESK, HOLDER, NEIGHBOUR, STRANGER = (f"{name}@mechanism.example" for name in ("desk", "holder", "torture", "water"))
"""Two of the first mandate, one of the other, and one of a mandate that is not told of the case."""
SIGNING_IN = {"sign_in_codes", "sessions", "notices", "sealed_contents", "sealing_keys"}
"""What may change without anybody having answered anything."""


@dataclass(slots=True)
class Place:
    """One case with an alert for each of two mandates; ``now`` moves only when a test moves it."""

    engine: Engine
    deployment: Deployment
    desk: Desk
    app: FastAPI
    case: cases.Case
    alert_ids: dict[str, str]
    people: dict[str, str]
    now: list[datetime]

    def later(self, by: timedelta) -> None:
        self.now[0] += by

    @property
    def path(self) -> str:
        return f"/cases/{self.case.reference}"

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table)))

    def snapshot(self) -> dict[str, list[Any]]:
        """Every row of every table but those of signing in."""
        names = sorted(set(metadata.tables) - SIGNING_IN)
        return {name: [tuple(row) for row in self.rows(metadata.tables[name])] for name in names}

    def codes(self) -> list[tuple[str, str]]:
        """(address, code) of every code that waits to be mailed, as they were asked for."""
        rows = [row._asdict() for row in self.rows(tables.notices) if row.state == "waiting"]
        waiting = [Notice(**{name: row[name] for name in Notice.__dataclass_fields__}) for row in rows]
        with reading(self.engine) as connection:
            opened = [
                (
                    directory_notices.address_of(connection, self.deployment.vault, notice),
                    directory_notices.code_of(connection, self.deployment.vault, notice),
                )
                for notice in waiting
                if notice.kind == SIGN_IN
            ]
        return [(address, code) for address, code in opened if address and code]

    def change_alert(self, mandate: str = MANDATE, **over: Any) -> None:
        with unit_of_work(self.engine) as connection:
            alert = alerts.get(connection, self.alert_ids[mandate])
            assert alert is not None
            alerts.replace_all(connection, [(replace(alert, **over), None)], self.now[0])

    def browser(self, **headers: str) -> "Browser":
        return Browser(self.app, dict(headers))

    def signed_in(self, address: str = DESK, **headers: str) -> "Browser":
        browser = self.browser(**headers)
        browser.ask_for_code(address)
        browser.enter(self.codes()[-1][1])
        return browser


def a_place(folder: Path, claim: Claim | None = None, url: str | None = None, **over: Any) -> Place:
    """over: of the directory's entry for DESK. url: of another database than SQLite's."""
    claim, now = claim or a_claim(publisher="IACHR-RELE"), [NOW]
    tell = partial(_tell, claim, over)
    if url is None:
        name = ("place", claim.model_dump_json(), repr(sorted(over.items())))
        engine, deployment, (people, case, alert_ids) = a_seeded_database(folder, name, tell)
    else:
        upgrade(url)
        engine, deployment = open_database(url), a_deployment(folder)
        with unit_of_work(engine) as connection:
            people, case, alert_ids = tell(connection, deployment)
    desk = Desk(
        engine,
        deployment,
        knowledge.load(),
        People(deployment),
        Site(frozenset({"127.0.0.1"}), SITE),
        lambda: now[0],
    )
    return Place(engine, deployment, desk, app_of(desk), case, alert_ids, people, now)


def _tell(
    claim: Claim, over: dict[str, Any], connection: Connection, deployment: Deployment
) -> tuple[dict[str, str], cases.Case, dict[str, str]]:
    """Enter everyone, and open the case with its two alerts; returns the people, the case and the alerts' ids."""
    people = {
        address: put_recipient(connection, deployment, an_entry(address, **({"mandates": [mandate]} | more)), NOW)
        for address, mandate, more in (
            (DESK, MANDATE, {"title": "First desk"} | over),
            (HOLDER, MANDATE, {"role": Role.MANDATE_HOLDER}),
            (NEIGHBOUR, OTHER, {}),
            (STRANGER, FAR, {}),
        )
    }
    case = cases.open_case(connection, deployment.identities.case(claim.report_id), claim, NOW)
    reports.add(connection, claim, "digest", case.case_id, [], NOW)
    alert_ids = {}
    for mandate, address in ((MANDATE, DESK), (OTHER, NEIGHBOUR)):
        alert_ids[mandate] = deployment.identities.alert(case.case_id, mandate, 1)
        alerts.add(connection, _alert(alert_ids[mandate], case.case_id, mandate, [people[address]]), 1, NOW)
    return people, case, alert_ids


def _alert(alert_id: str, case_id: str, mandate: str, recipients: list[str]) -> Alert:
    return Alert(
        alert_id=alert_id,
        case_id=case_id,
        mechanism=mandate if mandate == MANDATE else "UN-SP",
        mandate=mandate,
        round=0,
        state="raised",
        priority="P1",
        level="L1",
        rule="mandate-by-violation",
        detail="",
        recipients=recipients,
        hold_reason=None,
        reply_by=NOW + timedelta(hours=5),
    )


@dataclass(slots=True)
class PostForm:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    """The forms and the links of a page, as a program finds them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PostForm] = []
        self.links: list[str] = []
        self._select = ""

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in found}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append(PostForm(given["action"]))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option":
            self.forms[-1].choices.setdefault(self._select, []).append(given["value"])
        elif tag == "input" and given.get("type") == "radio":
            self.forms[-1].choices.setdefault(given["name"], []).append(given["value"])
        elif tag == "input":
            self.forms[-1].fields[given["name"]] = given.get("value", "")


def forms_of(page: httpx.Response) -> list[PostForm]:
    parser = _Forms()
    parser.feed(page.text)
    return parser.forms


def links_of(page: httpx.Response) -> list[str]:
    parser = _Forms()
    parser.feed(page.text)
    return parser.links


def text_of(page: httpx.Response) -> str:
    """What a reader sees, without tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))).strip()


@dataclass(slots=True)
class Browser:
    """Keeps cookies and follows nothing by itself. last: the page that is open."""

    app: FastAPI
    headers: dict[str, str] = field(default_factory=dict)
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    last: httpx.Response | None = None

    def ask(self, method: str, path: str, **over: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=SITE, cookies=self.cookies) as client:
                headers = self.headers | over.pop("headers", {})
                answer = await client.request(method, path, headers=headers, **over)
                self.cookies = client.cookies
                return answer

        self.last = asyncio.run(send())
        return self.last

    def get(self, path: str, **over: Any) -> httpx.Response:
        return self.ask("GET", path, **over)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.ask("POST", path, data=fields)

    def submit(self, form: PostForm, **typed: str) -> httpx.Response:
        """Send a form as it is, with what was typed or chosen; then go where the answer leads."""
        answer = self.post(form.action, **(form.fields | typed))
        return self.get(answer.headers["location"]) if answer.status_code == 303 else answer

    def ask_for_code(self, address: str, path: str = "/") -> httpx.Response:
        (form,) = forms_of(self.get(path))
        return self.submit(form, address=address)

    def enter(self, code: str) -> httpx.Response:
        """On the page that is open."""
        assert self.last is not None
        (form,) = [form for form in forms_of(self.last) if form.action == "/sign-in/code"]
        return self.submit(form, code=code)

    def form(self, path: str, answer: str) -> PostForm:
        """The form of a case page that gives this answer (``acknowledged`` …), or records an action (``actions``)."""
        found = forms_of(self.get(path))
        return next(f for f in found if f.fields.get("answer") == answer or f.action.endswith(f"/{answer}"))

    @property
    def is_signed_in(self) -> bool:
        return "tocsin-session" in self.cookies


def received(place: Place, kind: str) -> list[dict[str, Any]]:
    """The content of every event of this type in the outbox."""
    rows = place.rows(tables.outbox)
    wanted = [row for row in rows if dict(row.headers)["ce_type"] == f"org.tocsin.{kind}"]
    opening = place.deployment.keys.opening
    return [json.loads(opening.open(row.body) if is_sealed(row) else row.body) for row in wanted]


def is_sealed(row: Any) -> bool:
    return bool(dict(row.headers)["content-type"] == SEALED)
