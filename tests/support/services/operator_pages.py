"""The operators' pages for tests, with an account that has the roles asked for."""

import re
import sqlite3
from contextlib import closing
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy import Engine
from starlette.middleware.base import RequestResponseEndpoint

import tocsin.console
from resolving import Resolver
from reviewing import AGAIN, BROTHER, OTHER, a_case_report
from tocsin.console.access.viewer import Role, Viewer
from tocsin.console.operator.desk import Desk
from tocsin.console.operator.pages import pages_of
from tocsin.resolver.matching import load_matcher
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.pages.drawing import static
from tocsin.runtime.web import create_web
from tocsin.store.deployment import Deployment
from web_client import ask

CSRF = "of-this-session"
OPERATOR = "duty-officer-2"
STRANGER = a_case_report("EU-HRD", "Koku Sosuvi")
EVERY_ROLE = frozenset(Role)


@cache
def _built() -> tuple[Desk, APIRouter]:
    """Built once, for that takes longer than most tests; each request is answered at the desk of its own test."""
    desk = Desk(None, None)  # type: ignore[arg-type]
    return desk, pages_of(desk)


def an_app(
    engine: Engine,
    deployment: Deployment,
    *roles: Role,
    broker: str | Access | None = None,
) -> FastAPI:
    """roles: of the account that asks; none: all of them."""
    desk, pages = _built()
    app, viewer = create_web("Tocsin console"), Viewer(OPERATOR, frozenset(roles) or EVERY_ROLE)

    @app.middleware("http")
    async def let_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.state.viewer, request.state.csrf = viewer, CSRF
        request.state.has_proved = request.state.is_genuine = lambda _: True  # tested with the whole console
        for name, value in (("engine", engine), ("deployment", deployment), ("broker", broker)):
            object.__setattr__(desk, name, value)
        return await call_next(request)

    app.mount("/static", static(Path(tocsin.console.__file__).parent))
    app.router.routes.extend(pages.routes)
    return app


def read(app: FastAPI, path: str, status: int = 200, **over: Any) -> str:
    """The text of a page, without its tags."""
    answer = ask(app, path, **over)
    assert answer.status_code == status, answer.text
    assert len(answer.content) <= 50_000, "a page is at most 50 kB"
    assert "<" not in re.findall(r"<title>(.*?)</title>", answer.text)[0], "browsers show a title as it is written"
    return text_of(answer)


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def post(app: FastAPI, path: str, **fields: str) -> str:
    """Send a form; where it leads."""
    answer = ask(app, path, "POST", data={"csrf": CSRF, **fields})
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["location"]


@cache
def _kept() -> tuple[bytes, bytes, Resolver]:
    """Database and key of a deployment with reports in it, and the resolver that took them; made once in a session."""
    with TemporaryDirectory() as home:
        folder = Path(home)
        made = Resolver(folder, load_matcher())  # type: ignore[arg-type]
        for report in (BROTHER, AGAIN, OTHER, STRANGER):
            made.accept(report)
        made.engine.dispose()
        with closing(sqlite3.connect(folder / "tocsin.db")) as connection:
            return connection.serialize(), (folder / "deployment.key").read_bytes(), made


def a_console(folder: Path) -> Resolver:
    """Two reports of one case, one of another that a person must look at, and one that is nothing to them."""
    database, key, made = _kept()
    (folder / "deployment.key").write_bytes(key)
    (folder / "deployment.key").chmod(0o600)
    resolver = Resolver(folder, load_matcher(), now=made.now)  # type: ignore[arg-type]
    resolver.engine.dispose()
    for file in folder.glob("tocsin.db*"):
        file.unlink()
    (folder / "tocsin.db").write_bytes(database)
    return resolver
