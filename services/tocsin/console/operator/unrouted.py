"""Cases of which nobody was told, each with the rules that refused; and what waits its turn or was refused."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tocsin.console.operator.desk import Asked, Desk, Page, draw, new_router
from tocsin.console.operator.words import words_for
from tocsin.knowledge.load import labels
from tocsin.store import review_queue, timeline
from tocsin.store.database import reading

UNROUTED = "unrouted"
PAGE = 25
"""Cases of one page, each with every rule that refused."""


def routes(desk: Desk) -> APIRouter:
    router = new_router("unrouted")

    @router.get("/unrouted")
    def show(request: Request, page: Page = 1, done: Asked = "") -> Response:
        with reading(desk.engine) as connection:
            lines = review_queue.waiting(connection, UNROUTED, page, PAGE)
            refused = timeline.latest_refusals(connection, {line.case_id for line in lines if line.case_id})
        told = [(line, refused.get(line.case_id or "", {}).items()) for line in lines]
        full = len(lines) == PAGE
        rules = labels(words_for(request).language)["rules"]
        return draw(request, "unrouted", lines=told, page=page, is_full=full, done=done, rule_words=rules)

    return router
