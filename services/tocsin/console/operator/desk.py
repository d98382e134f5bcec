"""What every page of the operators has at hand, and how it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Engine
from starlette.datastructures import FormData

from tocsin.console.access.viewer import ASKED_AFTER, Role, Viewer, genuine, require, viewer_of
from tocsin.console.operator.sentences import told
from tocsin.console.operator.words import LANGUAGES, keep_language, spoken, words_for
from tocsin.runtime import clock
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.pages.drawing import Pages, see
from tocsin.runtime.web import WITH_SCRIPTS
from tocsin.store.deployment import Deployment

OPERATORS = (Role.REVIEWER, Role.DUTY_OFFICER, Role.DIRECTORY_ADMIN, Role.AUDITOR)
"""Whoever works here, on whatever."""
READERS = (Role.REVIEWER, Role.DUTY_OFFICER, Role.AUDITOR)
"""Who sees how cases stand."""
NAVIGATION = (
    ("", READERS),
    ("stuck", OPERATORS),
    ("reviews", (Role.REVIEWER, Role.DUTY_OFFICER)),
    ("unrouted", (Role.REVIEWER, Role.DUTY_OFFICER)),
    ("search", (Role.REVIEWER, Role.DUTY_OFFICER)),
    ("deliveries", (Role.DUTY_OFFICER, Role.AUDITOR)),
    ("dead-letters", (Role.DUTY_OFFICER, Role.AUDITOR)),
    ("directory", (Role.DIRECTORY_ADMIN, Role.AUDITOR)),
    ("publishers", (Role.DIRECTORY_ADMIN, Role.DUTY_OFFICER, Role.AUDITOR)),
    ("knowledge", OPERATORS),
    ("drills", (Role.DUTY_OFFICER,)),
    ("audit", (Role.AUDITOR,)),
)
"""The pages in the order of the navigation, each with those who may see it; the first is the overview."""
BESIDE = (("brief", OPERATORS), ("account", OPERATORS))
"""Pages of others that the navigation leads to."""
MAY = dict(NAVIGATION)
PAGES = Pages(Path(__file__).parent, "", LANGUAGES)
Page = Annotated[int, Query(ge=1, le=10_000)]
Line = Annotated[str, Form(max_length=500)]
Who = Annotated[Viewer, Depends(viewer_of)]
"""Who acts, for what is put on record."""
Asked = Annotated[str, Query(max_length=100)]


async def sent(request: Request) -> FormData:
    """A form whose fields a page reads itself, so that it can say what is wrong with which."""
    return await request.form()


Sent = Annotated[FormData, Depends(sent)]


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """broker: where dead letters are published again; None if this console has no way there."""

    engine: Engine
    deployment: Deployment
    broker: str | Access | None = None
    clock: Callable[[], datetime] = clock.now


def new_router(place: str) -> APIRouter:
    """For the pages of a place of the navigation: whoever may not see it finds nothing there."""
    return APIRouter(
        dependencies=[Depends(require(*MAY[place])), Depends(genuine)], default_response_class=HTMLResponse
    )


def draw(request: Request, name: str, status: int = 200, **content: Any) -> HTMLResponse:
    """A page. name: of its template. content: what this uses beside what every page has."""
    said = words_for(request)
    page = PAGES.draw(said, name, status, framed(request) | spoken(said) | {"told": told(said)} | content)
    keep_language(request, page)
    return page


def framed(request: Request) -> dict[str, Any]:
    """What the frame shows: where one is, where one may go, and who one is."""
    viewer = viewer_of(request)
    return {
        "csrf": getattr(request.state, "csrf", ""),
        "has_proved": has_proved(request),
        "here": query_without(request, "lang", "done"),
        "live": None,
        "path": request.url.path,
        "places": places_of(viewer),
        "signed_in": not getattr(request.state, "is_open", False),
        "viewer": viewer,
    }


def has_proved(request: Request) -> bool:
    """Whether the viewer has just shown who they are, so that forms of grave acts are shown."""
    proved = getattr(request.state, "has_proved", None)  # not behind the gate of the console: nobody has
    return proved is not None and bool(proved(ASKED_AFTER))


def draw_with_keys(request: Request, name: str, **content: Any) -> HTMLResponse:
    """As ``draw``: a page whose buttons answer to one key, which a script of ours adds."""
    page = draw(request, name, **content)
    page.headers["content-security-policy"] = WITH_SCRIPTS
    return page


def places_of(viewer: Viewer) -> list[str]:
    """Where the viewer may go from any page."""
    return [place for place, roles in (*NAVIGATION, *BESIDE) if viewer.may(*roles)]


def missing(request: Request) -> HTMLResponse:
    """The page for what is not there."""
    return draw(request, "message", 404, key="missing", back="/stuck")


def refused(request: Request, key: str, back: str) -> HTMLResponse:
    """The page that says why something was not done. key: of its words."""
    return draw(request, "message", 409, key=f"refused.{key}", back=back)


def done(path: str, word: str, **more: str) -> RedirectResponse:
    """Go to a page that says what was done. word: of the catalogue, below ``done``."""
    return see(f"{path}?{urlencode({'done': word, **more})}")


def query_without(request: Request, *names: str) -> str:
    """What the address asks for beside these, to be gone on with."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in names]
    return f"{urlencode(kept)}&" if kept else ""
