"""Drills: an exercise for those who would be told first, and who has confirmed it."""

import secrets
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from tocsin.console.operator.desk import Asked, Desk, Line, Page, Who, done, draw, missing, new_router, refused
from tocsin.knowledge.load import load
from tocsin.mailer import drilling
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import drills
from tocsin.store.mail.drills import Drill

DrillId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
PAGE = 100
"""People of one page."""
Hours = Annotated[int, Form(ge=1, le=72)]


def routes(desk: Desk) -> APIRouter:
    router = new_router("drills")

    @router.get("/drills")
    def show_all(request: Request) -> Response:
        with reading(desk.engine) as connection:
            found = drills.latest(connection)
            tallies = drills.tallies(connection, found)
        told = [(drill, tallies[drill.drill_id]) for drill in found]
        return draw(request, "drills", drills=told, mandates=sorted(mandate.key for mandate in load().mandates))

    @router.get("/drills/{drill_id}")
    def show_one(request: Request, drill_id: DrillId, page: Page = 1, done: Asked = "") -> Response:
        with reading(desk.engine) as connection:
            drill = drills.get(connection, drill_id)
            if drill is None:
                return missing(request)
            called, tally = drills.called(connection, drill_id), drills.tallies(connection, [drill])[drill_id]
        called.sort(key=lambda one: (one.answered_at is not None, one.has_channel, one.recipient_id))
        of_page = called[(page - 1) * PAGE : page * PAGE]
        shown: dict[str, Any] = {"called": of_page, "page": page, "is_full": page * PAGE < len(called)}
        return draw(request, "drill", drill=drill, tally=tally, done=done, **shown)

    @router.post("/drills")
    def start(request: Request, viewer: Who, hours: Hours, mandate: Line = "") -> Response:
        return _start(desk, request, viewer.name, mandate or None, hours)

    return router


def _start(desk: Desk, request: Request, by: str, mandate: str | None, hours: int) -> Response:
    now = desk.clock()
    wanted = Drill(secrets.token_hex(16), mandate, by, now, now + timedelta(hours=hours))
    try:
        with unit_of_work(desk.engine) as connection:
            drilling.start(connection, desk.deployment, wanted)
    except drilling.NobodyHoldsIt:
        return refused(request, "nobody_holds_it", "/drills")
    return done(f"/drills/{wanted.drill_id}", "drill_started")
