"""The operators' pages for tests, with an account that has the roles asked for."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response
from sqlalchemy import Engine
from starlette.middleware.base import RequestResponseEndpoint

import tocsin.console
from tocsin.console.access.viewer import Role, Viewer
from tocsin.console.operator.pages import pages
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.pages.drawing import static
from tocsin.runtime.web import create_web
from tocsin.store.deployment import Deployment
from web_client import ask

CSRF = "of-this-session"
OPERATOR = "duty-officer-2"
EVERY_ROLE = frozenset(Role)


def an_app(
    engine: Engine,
    deployment: Deployment,
    *roles: Role,
    broker: str | Access | None = None,
) -> FastAPI:
    """roles: of the account that asks; none: all of them."""
    app, viewer = create_web("Tocsin console"), Viewer(OPERATOR, frozenset(roles) or EVERY_ROLE)

    @app.middleware("http")
    async def let_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.state.viewer, request.state.csrf = viewer, CSRF
        return await call_next(request)

    app.mount("/static", static(Path(tocsin.console.__file__).parent))
    app.include_router(pages(engine, deployment, broker))
    return app


def read(app: FastAPI, path: str, status: int = 200, **over: Any) -> str:
    """The text of a page, without its tags."""
    answer = ask(app, path, **over)
    assert answer.status_code == status, answer.text
    assert len(answer.content) <= 50_000, "a page is at most 50 kB"
    return text_of(answer)


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def post(app: FastAPI, path: str, **fields: str) -> str:
    """Send a form; where it leads."""
    answer = ask(app, path, "POST", data={"csrf": CSRF, **fields})
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["location"]
