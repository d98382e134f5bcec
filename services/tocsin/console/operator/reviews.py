"""The review queue: what waits for a person, both reports side by side, and the decision."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.console.access.viewer import Viewer
from tocsin.console.operator import decisions, evidence
from tocsin.console.operator.desk import (
    Asked,
    Desk,
    Page,
    Who,
    done,
    draw_with_keys,
    missing,
    new_router,
    refused,
)
from tocsin.console.operator.live import Refresh, draw_live
from tocsin.console.operator.words import words_for
from tocsin.domain.additive import probability
from tocsin.resolver import deciding, reviewing
from tocsin.resolver.deciding import Decided, Undecidable
from tocsin.resolver.matching import load_matcher
from tocsin.resolver.reviewing import Opened
from tocsin.runtime.catalogues import Words
from tocsin.store.casework import notes
from tocsin.store.database import reading, unit_of_work
from tocsin.store.matching import reviews
from tocsin.store.views import review_queue
from tocsin.store.views.review_queue import Line

ReviewId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Note = Annotated[str, Form(max_length=notes.LONGEST)]
NOT_FOR_THIS = ("unrouted",)
"""Kinds that have a page of their own."""


def routes(desk: Desk) -> APIRouter:
    router = new_router("reviews")

    @router.get("/reviews")
    def show_queue(
        request: Request, kind: Asked = "", page: Page = 1, done: Asked = "", refresh: Refresh = None
    ) -> Response:
        return _queue(desk, request, kind if kind in reviews.KINDS else None, page, done, refresh)

    @router.get("/reviews/{review_id}")
    def show_review(request: Request, viewer: Who, review_id: ReviewId) -> Response:
        return _review(desk, request, viewer, review_id)

    @router.post("/reviews/{review_id}/decision")
    def decide(
        request: Request, viewer: Who, review_id: ReviewId, decision: Annotated[str, Form()], note: Note = ""
    ) -> Response:
        return _decide(desk, request, viewer, review_id, decision, note.strip())

    @router.post("/reviews/{review_id}/close")
    def close(request: Request, viewer: Who, review_id: ReviewId) -> Response:
        return _close(desk, request, viewer, review_id)

    router.routes.extend(decisions.routes(desk).routes)
    return router


def _queue(desk: Desk, request: Request, kind: str | None, page: int, done: str, refresh: int | None) -> Response:
    with reading(desk.engine) as connection:
        lines, counts = review_queue.waiting(connection, kind, page), reviews.open_counts(connection)
    shown = [(line, None if line.score is None else probability(line.score)) for line in lines]
    content: dict[str, Any] = {"lines": shown, "counts": counts, "kind": kind, "done": done}
    full = len(lines) == review_queue.PAGE
    return draw_live(request, "reviews", refresh, page=page, is_full=full, **content)


def _review(desk: Desk, request: Request, viewer: Viewer, review_id: str) -> Response:
    """That names were opened is durable before they are shown."""
    with unit_of_work(desk.engine) as connection:
        line = review_queue.one(connection, review_id)
        if line is None:
            return missing(request)
        found = reviewing.opened(connection, desk.deployment, load_matcher(), line, desk.clock(), viewer.name)
    is_open, of_pair = line.resolved_at is None, line.kind in reviews.OF_PAIRS
    content = _shown(found, words_for(request))
    return draw_with_keys(
        request, "review", line=line, merged=found.merged, is_open=is_open, of_pair=of_pair, **content
    )


def _shown(found: Opened, said: Words) -> dict[str, Any]:
    between = found.between
    if between is None:
        return {"rows": [], "weighing": None, "judged": [], "withheld": False}
    explained = between.explained
    weighing = None if explained is None else evidence.weighing(explained, load_matcher().thresholds, said)
    return {
        "rows": evidence.side_by_side(between, said),
        "weighing": weighing,
        "judged": evidence.judged(between, said),
        "withheld": any(each.account and each.account.withheld for each in (between.ours, between.theirs)),
    }


def _decide(desk: Desk, request: Request, viewer: Viewer, review_id: str, decision: str, note: str) -> Response:
    back, now = f"/reviews/{review_id}", desk.clock()
    try:
        with unit_of_work(desk.engine) as connection:
            line = review_queue.one(connection, review_id)
            if line is None:
                return missing(request)
            if line.resolved_at is not None or line.kind not in reviews.OF_PAIRS:
                return refused(request, "resolved", back)
            made = _made(desk, connection, line, decision, viewer.name)
            if note:
                reviewing.keep_note(connection, desk.deployment, made.judgement_id, note, now)
    except Undecidable:
        return refused(request, "undecidable", back)
    return done(f"/decisions/{made.judgement_id}", "decided")


def _made(desk: Desk, connection: Connection, line: Line, decision: str, by: str) -> Decided:
    ours, theirs = line.case_id or "", line.other_case_id or ""
    return deciding.decide(connection, desk.deployment, load_matcher(), ours, theirs, decision, by, desk.clock())


def _close(desk: Desk, request: Request, viewer: Viewer, review_id: str) -> Response:
    try:
        with unit_of_work(desk.engine) as connection:
            line = review_queue.one(connection, review_id)
            if line is None:
                return missing(request)
            if line.resolved_at is not None:
                return refused(request, "resolved", f"/reviews/{review_id}")
            reviewing.close(connection, line, viewer.name, desk.clock())
    except Undecidable:
        return refused(request, "undecidable", f"/reviews/{review_id}")
    return done("/unrouted" if line.kind in NOT_FOR_THIS else "/reviews", "closed")
