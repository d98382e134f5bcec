"""In front of every page of the console: whoever has not signed in gets to no page but those of signing in."""

import re
from urllib.parse import urlencode

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tocsin.console.access.desk import Desk
from tocsin.console.access.visits import visit_of, way_back
from tocsin.runtime.web import SECURITY_HEADERS, problem

PUBLIC = re.compile(
    r"/health/live|/policy-reports|/static/.*|/sign-in(/openid(/answer|/logout)?|/passkey)?|/register(/passkey)?"
)
"""What anybody may ask for."""


class Gate:
    """Sets ``viewer``, ``visit``, ``csrf``, ``is_genuine``, ``has_proved`` and ``is_open`` of ``request.state``.

    Answers itself where nobody has signed in, alike for every path.
    """

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await run_in_threadpool(self._admit, Request(scope)) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    def _admit(self, request: Request) -> Response | None:
        """An answer in place of the page, or None."""
        if request.url.path.startswith(("/static/", "/health/")):
            return None
        if request.url.hostname not in self._desk.site.hosts:  # DNS rebinding: it must read nothing
            return problem(421, "refused")
        request.state.visit = visit = visit_of(request, self._desk)
        request.state.csrf, request.state.is_genuine = visit.csrf, visit.is_genuine
        request.state.has_proved, request.state.is_open = visit.has_proved_within, self._desk.is_open
        if visit.viewer is not None:
            request.state.viewer = visit.viewer
        elif PUBLIC.fullmatch(request.url.path) is None:
            return _to_the_door(request)
        return None


def _to_the_door(request: Request) -> Response:
    wanted = way_back(request.url.path) if request.method in ("GET", "HEAD") else "/"
    door = "/sign-in" if wanted == "/" else f"/sign-in?{urlencode({'next': wanted})}"
    return RedirectResponse(door, 303, SECURITY_HEADERS)
