"""Reading. Whoever has not signed in sees the same page, whatever they ask for."""

from fastapi.responses import Response

from tocsin.console.recipient import case_pages, drills, receipts
from tocsin.console.recipient.asking import READ, Asks, Case, Opaque, Page, new_router, signed_in

router = new_router()


@router.api_route("/", methods=READ)
def show_overview(visit: Asks, page: Page = 1) -> Response:
    return signed_in(visit, lambda person: case_pages.overview(visit, person, page))


@router.api_route("/cases/{reference}", methods=READ)
def show_case(visit: Asks, reference: Case) -> Response:
    return signed_in(visit, lambda person: case_pages.case_page(visit, person, reference))


@router.api_route("/cases/{reference}/answers/{answer_id}", methods=READ)
def show_answer(visit: Asks, reference: Case, answer_id: Opaque) -> Response:
    return signed_in(visit, lambda person: receipts.of_answer(visit, person, reference, answer_id))


@router.api_route("/cases/{reference}/alerts/{alert_id}/actions/{event_id}", methods=READ)
def show_action(visit: Asks, reference: Case, alert_id: Opaque, event_id: Opaque) -> Response:
    return signed_in(visit, lambda person: receipts.of_action(visit, person, reference, alert_id, event_id))


@router.api_route("/drills/{drill_id}", methods=READ)
def show_drill(visit: Asks, drill_id: Opaque) -> Response:
    return signed_in(visit, lambda person: drills.drill_page(visit, person, drill_id))
