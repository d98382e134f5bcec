"""Cases of which nobody was told, each with the rules that refused; and what waits its turn or was refused."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tocsin.console.operator.desk import Asked, Desk, Page, draw, new_router
from tocsin.console.operator.words import words_for
from tocsin.knowledge.load import labels
from tocsin.store import review_queue, timeline
from tocsin.store.database import reading
from tocsin.store.timeline import RoutingLine

UNROUTED = "unrouted"


def routes(desk: Desk) -> APIRouter:
    router = new_router("unrouted")

    @router.get("/unrouted")
    def show(request: Request, page: Page = 1, done: Asked = "") -> Response:
        with reading(desk.engine) as connection:
            lines = review_queue.waiting(connection, UNROUTED, page)
            told = [(line, _refusals(timeline.decisions(connection, line.case_id or ""))) for line in lines]
        full = len(lines) == review_queue.PAGE
        rules = labels(words_for(request).language)["rules"]
        return draw(request, "unrouted", lines=told, page=page, is_full=full, done=done, rule_words=rules)

    return router


def _refusals(decisions: list[RoutingLine]) -> list[tuple[str, list[str]]]:
    """(rule, mandates that it refused) by the latest decisions on the case."""
    latest = max((decision.case_revision for decision in decisions), default=0)
    found: dict[str, list[str]] = {}
    for decision in decisions:
        if decision.case_revision == latest and decision.outcome == "refusal":
            found.setdefault(decision.rule, []).append(decision.mandate)
    return sorted(found.items())
