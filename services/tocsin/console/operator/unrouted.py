"""Cases of which nobody was told, each with the rules that refused; and alerts that are held back, until when and why.

Nothing is released here. A consent, an embargo and a certainty are their publisher's to change, by a corrected report;
whom a mandate has is the directory's. Whichever changes, the case is routed again by itself.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tocsin.console.access.viewer import Role
from tocsin.console.operator.desk import Asked, Desk, Page, Who, draw, new_router
from tocsin.console.operator.words import words_for
from tocsin.knowledge.load import labels
from tocsin.store.database import reading
from tocsin.store.views import held_alerts, review_queue, timeline
from tocsin_schemas.alerts import HoldReason

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

    @router.get("/unrouted/held")
    def show_held(request: Request, viewer: Who, reason: Asked = "", page: Page = 1) -> Response:
        wanted = reason if reason in set(HoldReason) else None
        with reading(desk.engine) as connection:
            lines, counts = held_alerts.listed(connection, wanted, page), held_alerts.counts(connection)
        rules = labels(words_for(request).language)["rules"]
        return draw(
            request, "held", lines=lines, counts=counts, reasons=list(HoldReason), reason=wanted, page=page,
            is_full=len(lines) == held_alerts.PAGE, rule_words=rules, may_propose=viewer.may(Role.DIRECTORY_ADMIN),
        )  # fmt: skip

    return router
