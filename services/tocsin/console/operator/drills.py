"""Drills: an exercise for those who would be told first, and who has confirmed it."""

import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from tocsin.console.operator.desk import Asked, Desk, Line, Who, done, draw, missing, new_router, refused
from tocsin.knowledge.load import load
from tocsin.mailer import drilling
from tocsin.store import drills
from tocsin.store.database import reading, unit_of_work
from tocsin.store.drills import Called, Drill

DrillId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Hours = Annotated[int, Form(ge=1, le=72)]


def routes(desk: Desk) -> APIRouter:
    router = new_router("drills")

    @router.get("/drills")
    def show_all(request: Request) -> Response:
        with reading(desk.engine) as connection:
            found = [(drill, tally(drills.called(connection, drill.drill_id))) for drill in drills.latest(connection)]
        return draw(request, "drills", drills=found, mandates=sorted(mandate.key for mandate in load().mandates))

    @router.get("/drills/{drill_id}")
    def show_one(request: Request, drill_id: DrillId, done: Asked = "") -> Response:
        with reading(desk.engine) as connection:
            drill = drills.get(connection, drill_id)
            called = drills.called(connection, drill_id)
        if drill is None:
            return missing(request)
        called.sort(key=lambda one: (one.answered_at is not None, one.has_channel, one.recipient_id))
        return draw(request, "drill", drill=drill, called=called, tally=tally(called), done=done)

    @router.post("/drills")
    def start(request: Request, viewer: Who, hours: Hours, mandate: Line = "") -> Response:
        return _start(desk, request, viewer.name, mandate or None, hours)

    return router


def tally(called: list[Called]) -> dict[str, int]:
    """How many were called, have answered, and cannot be reached."""
    return {
        "called": len(called),
        "answered": sum(one.answered_at is not None for one in called),
        "unreachable": sum(not one.has_channel for one in called),
    }


def _start(desk: Desk, request: Request, by: str, mandate: str | None, hours: int) -> Response:
    now = desk.clock()
    wanted = Drill(secrets.token_hex(16), mandate, by, now, now + timedelta(hours=hours))
    try:
        with unit_of_work(desk.engine) as connection:
            drilling.start(connection, desk.deployment, wanted)
    except drilling.NobodyHoldsIt:
        return refused(request, "nobody_holds_it", "/drills")
    return done(f"/drills/{wanted.drill_id}", "drill_started")
