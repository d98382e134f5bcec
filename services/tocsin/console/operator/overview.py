"""How everything stands: figures, what is stuck, what waits for a person, and the latest cases."""

import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from tocsin.console.access.viewer import Role, require
from tocsin.console.operator import tones
from tocsin.console.operator.desk import READERS, Desk, Page, Who
from tocsin.console.operator.live import EVERY, Refresh, draw_live
from tocsin.runtime.pages.drawing import see
from tocsin.store.database import reading
from tocsin.store.views import overview, review_queue, waiting_reports
from tocsin.store.views.overview import AlertLine

MOST_WAITING = 10
"""Reviews shown here; the queue has them all."""


class Counted:
    """Figures of all that was ever kept: they take long to count, and are as old as the page of a script at most."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._known: tuple[float, overview.Counts] | None = None

    def __call__(self, connection: Connection) -> overview.Counts:
        with self._turn:
            if self._known is None or time.monotonic() - self._known[0] > EVERY:
                self._known = time.monotonic(), overview.counts(connection)
            return self._known[1]


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(dependencies=[Depends(require(*Role))], default_response_class=HTMLResponse)
    counted = Counted()

    @router.get("/")
    def show(request: Request, viewer: Who, page: Page = 1, refresh: Refresh = None) -> Response:
        if not viewer.may(*READERS):
            return see("/account")
        with reading(desk.engine) as connection:
            content: dict[str, Any] = {
                "counts": counted(connection),
                "stuck": overview.stuck(connection),
                "reviews": review_queue.waiting(connection, most=MOST_WAITING),
                "cases": overview.recent_cases(connection, page),
                "parked": waiting_reports.by_publisher(connection),
            }
        full = len(content["cases"]) == overview.PAGE
        return draw_live(request, "overview", refresh, page=page, is_full=full, by_state=by_mail_state, **content)

    return router


def by_mail_state(told: Iterable[AlertLine]) -> list[tuple[Sequence[str], str, list[str]]]:
    """(states, tone, mandates): alerts whose mails stand alike are read in one line, those of most mandates first.

    No state: they were told through another mandate.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for alert in told:
        states = tuple(alert.deliveries) or (("requested",) if alert.recipients else ())
        groups.setdefault(states, []).append(alert.mandate)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [(states, tones.worst(states), mandates) for states, mandates in ordered]
