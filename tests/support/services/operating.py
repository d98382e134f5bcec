"""The console for tests: its desk with a clock that a test moves, accounts, and browsers that keep cookies."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Engine, select

import planted
from databases import NOW, a_database, a_deployment
from directories import FIRST, SECOND, appoint_two
from tocsin.console.access.desk import Desk
from tocsin.console.access.provider import Provider
from tocsin.console.access.viewer import Role
from tocsin.console.app import app_of
from tocsin.domain.identifiers import case_reference
from tocsin.runtime.pages.site import site_of
from tocsin.store import tables
from tocsin.store.access import changes, operators, sessions
from tocsin.store.access.changes import Kind
from tocsin.store.database import reading, unit_of_work
from web_client import ask

SITE = "https://console.example"
REFERENCE = case_reference(planted.ident("case", 1))


@dataclass(slots=True)
class House:
    """One console; ``now`` moves only when a test moves it."""

    engine: Engine
    desk: Desk
    app: FastAPI
    now: list[datetime]

    def later(self, by: timedelta) -> None:
        self.now[0] += by

    def account(self, operator_id: str, *roles: Role) -> str:
        with unit_of_work(self.engine) as connection:
            operators.add(connection, self.desk.identities, operator_id, roles, "registry-1+registry-2", self.now[0])
        return operator_id

    def invited(self, operator_id: str, *roles: Role) -> str:
        """A new account, as two administrators add it; returns the code of its invitation."""
        with unit_of_work(self.engine) as connection:
            appoint_two(connection, self.desk.deployment)
            told = Kind.ADD, operator_id, roles, self.now[0]
            change = changes.propose(connection, self.desk.identities, FIRST, *told)
            return changes.approve(connection, self.desk.identities, SECOND, change, self.now[0])

    def session(self, operator_id: str) -> str:
        with unit_of_work(self.engine) as connection:
            return sessions.begin(connection, self.desk.identities, operator_id, self.now[0])

    def audited(self, action: str) -> list[tuple[str, dict[str, Any]]]:
        with reading(self.engine) as connection:
            query = select(tables.audit).where(tables.audit.c.chain == operators.CHAIN)
            return [(row.subject, row.detail) for row in connection.execute(query) if row.action == action]


@dataclass(slots=True)
class Browser:
    """Keeps cookies as a browser does, and sends them to the console alone."""

    house: House
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, method: str = "GET", **over: Any) -> httpx.Response:
        told = {"accept-language": self.language, "cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        answer = ask(self.house.app, path, method, SITE, headers=told | over.pop("headers", {}), **over)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
            if "Max-Age=0" in line:
                del self.cookies[name]
        return answer

    def post(self, path: str, csrf: str, **fields: str) -> httpx.Response:
        return self.ask(path, "POST", data={"csrf": csrf} | fields)

    def signed_in(self, operator_id: str) -> "Browser":
        self.cookies["__Host-tocsin-console-session"] = self.house.session(operator_id)
        return self


def csrf_of(page: httpx.Response) -> str:
    return re.findall(r'name="csrf" value="([0-9a-f]{64})"', page.text)[0]


def a_house(folder: Path, provider: Provider | None = None, site: str = SITE) -> House:
    engine, now = a_database(folder), [NOW]
    with unit_of_work(engine) as connection:
        planted.plant_healthy(connection)
    desk = Desk(
        engine, a_deployment(folder), site_of(site, "127.0.0.1", "tocsin-console"), provider, False, lambda: now[0]
    )
    return House(engine, desk, app_of(desk), now)


def routes_of(routes: Iterable[Any]) -> Iterator[APIRoute]:
    """Every route of an application, those of the routers that it includes too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)
