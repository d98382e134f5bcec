"""What was decided of two reports, what it changed, and taking it back."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from tocsin.console.access.viewer import Viewer
from tocsin.console.operator.desk import Asked, Desk, Who, done, draw_with_keys, missing, new_router, refused
from tocsin.resolver import deciding
from tocsin.resolver.deciding import Undecidable
from tocsin.store.casework import cases, reports
from tocsin.store.database import reading, unit_of_work
from tocsin.store.matching import judgements

Number = Annotated[int, Path(ge=1, le=2**53)]


def routes(desk: Desk) -> APIRouter:
    router = new_router("reviews")

    @router.get("/decisions/{judgement_id}")
    def show(request: Request, judgement_id: Number, done: Asked = "") -> Response:
        return _decision(desk, request, judgement_id, done)

    @router.post("/decisions/{judgement_id}/undo")
    def undo(request: Request, viewer: Who, judgement_id: Number) -> Response:
        return _undo(desk, request, viewer, judgement_id)

    return router


def _decision(desk: Desk, request: Request, judgement_id: int, done: str) -> Response:
    with reading(desk.engine) as connection:
        known = judgements.find(connection, judgement_id)
        if known is None or known.author == judgements.MATCHER:
            return missing(request)
        homes = reports.cases_of(connection, [known.left, known.right])
        standing = sorted({cases.get(connection, case_id).reference for case_id in homes.values()})
    return draw_with_keys(request, "decision", known=known, references=standing, done=done)


def _undo(desk: Desk, request: Request, viewer: Viewer, judgement_id: int) -> Response:
    """The matcher's own judgements are not taken back here: deciding otherwise outranks them."""
    try:
        with unit_of_work(desk.engine) as connection:
            known = judgements.find(connection, judgement_id)
            if known is None or known.author == judgements.MATCHER:
                return missing(request)
            deciding.undo(connection, desk.deployment, judgement_id, viewer.name, desk.clock())
    except Undecidable:
        return refused(request, "undone", f"/decisions/{judgement_id}")
    return done(f"/decisions/{judgement_id}", "undone")
