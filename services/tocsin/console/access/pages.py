"""Draws the pages of signing in, in the visitor's language."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from tocsin.console.access.visits import LANGUAGES, Visit, forget_session, keep_browser
from tocsin.runtime.catalogues import catalogue
from tocsin.runtime.pages.drawing import Pages
from tocsin.runtime.web import WITH_SCRIPTS
from tocsin.store.access.operators import CHAIN
from tocsin.store.auditing import audit
from tocsin.store.database import unit_of_work

HERE = Path(__file__).parent
CATALOGUES = HERE / "catalogues"
_PAGES = Pages(HERE, "", LANGUAGES)


def draw(visit: Visit, name: str, status: int = 200, **content: Any) -> HTMLResponse:
    """A page. ``content``: what the template uses beside what every page has."""
    said = catalogue(CATALOGUES, visit.language)
    common = {"signed_in": visit.has_session, "csrf": visit.csrf, "here": ""}
    page = _PAGES.draw(said, name, status, common | content)
    if visit.request.query_params.get("lang") in LANGUAGES:
        visit.desk.site.keep(page, "language", said.language, None, "lax")
    keep_browser(page, visit)
    return page


def draw_with_script(visit: Visit, name: str, **content: Any) -> HTMLResponse:
    """As ``draw``: a page that asks an authenticator, which only a script of ours can."""
    page = draw(visit, name, **content)
    page.headers["content-security-policy"] = WITH_SCRIPTS
    return page


def door(visit: Visit, wanted: str = "/", notice: str | None = None, status: int = 200) -> HTMLResponse:
    """Where one signs in, or proves once more who one is. wanted: as ``way_back`` lets it through. notice: a key of the
    words.
    """
    here = f"{urlencode({'next': wanted})}&" if visit.request.url.path == "/sign-in" else ""
    content = {"next": wanted, "notice": notice, "here": here, "has_provider": visit.desk.provider is not None}
    page = draw(visit, "door", status, **content)
    if visit.session and not visit.has_session:
        forget_session(page, visit)
    return page


def message(visit: Visit, key: str, status: int, back: str = "/") -> HTMLResponse:
    """A page that says one thing. key: of its words."""
    return draw(visit, "message", status, key=key, back=back)


def missing(request: Request) -> HTMLResponse:
    """The one page for what is absent and for what is not theirs. That a route refused somebody is an audit entry."""
    visit: Visit = request.state.visit
    route = request.scope.get("route")
    if visit.viewer is not None and isinstance(route, APIRoute):
        told = {"route": route.path}  # as it was written, never as it was asked for
        with unit_of_work(visit.desk.engine) as connection:
            audit.append(connection, CHAIN, "refused", visit.viewer.name, told, visit.desk.clock())
    return message(visit, "missing", 404)
