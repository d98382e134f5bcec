"""The addresses of the form. Whoever has not signed in sees the door, whatever they ask for."""

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from tocsin.intake.form import again, drafting, home, sending, signing_in
from tocsin.intake.form.asking import (
    READ,
    Asks,
    DraftId,
    Large,
    Mend,
    Sent,
    Small,
    StepKey,
    Unfit,
    asks,
    new_router,
    one,
)
from tocsin.intake.form.desk import FormDesk
from tocsin.intake.form.erasing import erasing
from tocsin.intake.form.pages import PAGES, door, leave, message, missing
from tocsin.intake.form.steps import BY_KEY, CHECK
from tocsin.intake.form.visits import Visit
from tocsin.runtime.pages.drawing import see
from tocsin.store.publishing.drafts import Draft

router = new_router()


def serve(app: FastAPI, desk: FormDesk) -> None:
    """Add the form to an application."""
    app.state.form = desk
    app.mount("/form/static", PAGES.static())
    app.include_router(router)
    app.add_exception_handler(Unfit, _refuse)
    app.router.lifespan_context = erasing(app.router.lifespan_context, desk)


async def _refuse(request: Request, error: Exception) -> Response:
    """Another name for this machine (421) gets no page at all."""
    status = error.status if isinstance(error, Unfit) else 500
    if status == 421:
        return Response(status_code=status)
    visit = await run_in_threadpool(asks, request)
    return message(visit, "large" if status == 413 else "unfit", status)


def _signed_in(visit: Visit, answer: Callable[[], Response]) -> Response:
    return door(visit) if visit.key is None else answer()


def _genuine(visit: Visit, sent: Sent, answer: Callable[[], Response]) -> Response:
    """Only with POST, by somebody who signed in, from a form of a page that they were given."""
    if visit.key is None:
        return door(visit, "stale", 403)
    return answer() if visit.is_genuine(one(sent, "csrf")) else message(visit, "stale", 403)


def _held(visit: Visit, draft_id: str, answer: Callable[[Draft], Response]) -> Response:
    draft = visit.draft(draft_id)
    return missing(visit) if draft is None else answer(draft)


@router.api_route("", methods=READ)
def show_home(visit: Asks) -> Response:
    return _signed_in(visit, lambda: home.show(visit))


@router.api_route("/leave", methods=READ)
def leave_at_once(visit: Asks) -> Response:
    signing_in.end(visit)
    return leave(visit, signing_in.LEADS_TO)


@router.post("/sign-in")
def sign_in(visit: Asks, sent: Small) -> Response:
    if not visit.is_genuine(one(sent, "csrf")):
        return door(visit, "stale", 403)
    return signing_in.sign_in(visit, one(sent, "key"))


@router.post("/sign-out")
def sign_out(visit: Asks, sent: Small) -> Response:
    return _genuine(visit, sent, lambda: signing_in.sign_out(visit))


@router.post("/drafts")
def begin(visit: Asks, sent: Small) -> Response:
    return _genuine(visit, sent, lambda: home.begin(visit, one(sent, "key")))


@router.post("/resume")
def resume(visit: Asks, sent: Small) -> Response:
    return _genuine(visit, sent, lambda: home.resume(visit, one(sent, "code")))


@router.api_route("/correct", methods=READ)
def show_correct(visit: Asks) -> Response:
    return _signed_in(visit, lambda: again.correct_page(visit))


@router.post("/correct")
def correct(visit: Asks, sent: Small) -> Response:
    return _genuine(visit, sent, lambda: again.correct(visit, sent))


@router.api_route("/withdraw", methods=READ)
def show_withdraw(visit: Asks) -> Response:
    return _signed_in(visit, lambda: again.withdraw_page(visit))


@router.post("/withdraw")
def withdraw(visit: Asks, sent: Small) -> Response:
    return _genuine(visit, sent, lambda: again.withdraw(visit, sent))


@router.api_route("/drafts/{draft_id}/check", methods=READ)
def show_check(visit: Asks, draft_id: DraftId) -> Response:
    return _signed_in(visit, lambda: _held(visit, draft_id, lambda draft: _unsent(draft, CHECK, visit)))


@router.api_route("/drafts/{draft_id}/receipt", methods=READ)
def show_receipt(visit: Asks, draft_id: DraftId) -> Response:
    return _signed_in(visit, lambda: _held(visit, draft_id, lambda draft: sending.receipt(visit, draft)))


@router.post("/drafts/{draft_id}/send")
def send(visit: Asks, sent: Small, draft_id: DraftId) -> Response:
    return _genuine(visit, sent, lambda: _held(visit, draft_id, lambda draft: sending.send(visit, draft)))


@router.post("/drafts/{draft_id}/erase")
def erase(visit: Asks, sent: Small, draft_id: DraftId) -> Response:
    return _genuine(visit, sent, lambda: _held(visit, draft_id, lambda draft: drafting.throw_away(visit, draft)))


@router.api_route("/drafts/{draft_id}/{step}", methods=READ)
def show_step(visit: Asks, draft_id: DraftId, step: StepKey, mend: Mend = "") -> Response:
    return _signed_in(visit, lambda: _held(visit, draft_id, lambda draft: _unsent(draft, step, visit, bool(mend))))


@router.post("/drafts/{draft_id}/{step}")
def save_step(visit: Asks, sent: Large, draft_id: DraftId, step: StepKey) -> Response:
    def save(draft: Draft) -> Response:
        if step not in BY_KEY or draft.sent_at is not None:
            return missing(visit)
        return drafting.save(visit, draft, BY_KEY[step], sent)

    return _genuine(visit, sent, lambda: _held(visit, draft_id, save))


def _unsent(draft: Draft, step: str, visit: Visit, mend: bool = False) -> Response:
    if draft.sent_at is not None:
        return see(drafting.path(draft.draft_id, "receipt"))
    if step == CHECK:
        return sending.show(visit, draft)
    return drafting.show(visit, draft, BY_KEY[step], mend) if step in BY_KEY else missing(visit)
