"""Draws pages from templates, in the visitor's language."""

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse

from tocsin.intake.form.visits import Visit, forget_everything, keep
from tocsin.intake.form.words import LANGUAGES, words
from tocsin.runtime.pages.drawing import Pages, see

HERE = Path(__file__).parent
PAGES = Pages(HERE, "/form", LANGUAGES)


def draw(visit: Visit, name: str, status: int = 200, **content: Any) -> HTMLResponse:
    """A page. ``content``: what the template uses beside what every page has."""
    said = words(visit.language)
    common = {
        "signed_in": visit.key is not None,
        "csrf": visit.csrf,
        "wide": False,
        "here": "",
    }
    page = PAGES.draw(said, name, status, common | content)
    if visit.request.query_params.get("lang") in LANGUAGES:
        keep(page, visit, "language", said.language)
    if visit.key is None:
        keep(page, visit, "browser", visit.browser)
    return page


def door(visit: Visit, notice: str | None = None, status: int = 200) -> HTMLResponse:
    """The same page for everybody who has not signed in, whether what they ask for exists or not."""
    page = draw(visit, "door", status, notice=notice)
    if visit.session:
        keep(page, visit, "session", "", lasting=0)
    return page


def message(visit: Visit, key: str, status: int) -> HTMLResponse:
    """A page that says one thing. key: of its words."""
    return draw(visit, "message", status, key=key, back="/form")


def missing(visit: Visit) -> HTMLResponse:
    """What is not there, is somebody else's, or was erased: nobody learns which."""
    return message(visit, "missing", 404)


def leave(visit: Visit, to: str) -> RedirectResponse:
    """Away from here, at once, without a trace in this browser that we could have left out."""
    answer = see(to)
    forget_everything(answer, visit)
    answer.headers["clear-site-data"] = '"cache"'
    return answer
