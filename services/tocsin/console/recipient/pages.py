"""Draws pages from templates, in the visitor's language."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from tocsin.console.recipient.visits import Visit, forget, keep
from tocsin.console.recipient.words import LANGUAGES, words
from tocsin.runtime.pages.drawing import Pages

HERE = Path(__file__).parent
PAGES = Pages(HERE, "", LANGUAGES)


def draw(visit: Visit, name: str, status: int = 200, **content: Any) -> HTMLResponse:
    """A page. ``content``: what the template uses beside what every page has."""
    said = words(visit.language)
    common = {
        "signed_in": visit.person is not None,
        "csrf": visit.csrf,
        "path": visit.request.url.path,
        "here": "",
    }
    page = PAGES.draw(said, name, status, common | content)
    if visit.request.query_params.get("lang") in LANGUAGES:
        keep(page, visit, "language", said.language)
    if visit.person is None:
        keep(page, visit, "browser", visit.browser)
    return page


def door(visit: Visit, wanted: str, notice: str | None = None, status: int = 200) -> HTMLResponse:
    """The same page for everybody who has not signed in, whether what they ask for exists or not.

    wanted: where the person meant to go, as ``visits.way_back`` lets it through. notice: a key of the words.
    """
    kind = next((kind for kind in ("cases", "drills") if wanted.startswith(f"/{kind}/")), "first")
    ways = [(provider.key, provider.name) for provider in visit.desk.providers.values()]
    here = f"{urlencode({'next': wanted})}&" if visit.request.url.path.startswith("/sign-in") else ""
    page = draw(visit, "door", status, kind=kind, next=wanted, notice=notice, here=here, providers=ways)
    if visit.session:
        forget(page, visit, "session")
    return page


def message(visit: Visit, key: str, status: int, back: str = "/") -> HTMLResponse:
    """A page that says one thing. key: of its words."""
    return draw(visit, "message", status, key=key, back=back)
