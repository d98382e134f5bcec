"""A report that was sent: written anew, or taken back, by its reference."""

from anyio import from_thread
from fastapi.responses import Response

from tocsin.intake.form import drafting, references
from tocsin.intake.form.asking import Sent, one
from tocsin.intake.form.pages import draw
from tocsin.intake.form.visits import Visit
from tocsin.intake.form.words import words
from tocsin.intake.outcomes import RECEIVED
from tocsin.intake.taking import Unavailable
from tocsin.store.database import reading
from tocsin.store.publishing.drafts import Answers
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Withdrawal

REASONS = ("consent_withdrawn", "published_in_error", "unfounded", "other")


def correct_page(visit: Visit, wrong: str | None = None, reference: str = "", status: int = 200) -> Response:
    """wrong: which field, if one is."""
    return draw(visit, "correct", status, wrong=wrong, reference=reference, key=drafting.new_key())


def correct(visit: Visit, sent: Sent) -> Response:
    """A draft that replaces the report: from what was written then, if its code was typed; else from the beginning."""
    reference, code = one(sent, "reference").strip(), one(sent, "code").strip()
    if _revision(visit, reference) is None:
        return correct_page(visit, "reference", reference, 422)
    answers = references.first_answers(visit.language, visit.desk.clock())
    if code:
        found = _written(visit, code, reference)
        if found is None:
            return correct_page(visit, "code", reference, 422)
        answers = found
    return drafting.begin(visit, one(sent, "key"), references.correcting(answers, reference))


def withdraw_page(
    visit: Visit, wrong: str | None = None, reference: str = "", reason: str = "", status: int = 200
) -> Response:
    """wrong: which field, if one is; or ``unavailable``."""
    return draw(visit, "withdraw", status, wrong=wrong, reference=reference, chosen=reason, reasons=REASONS)


def withdraw(visit: Visit, sent: Sent) -> Response:
    """Send that the report is taken back; the page that answers is its receipt."""
    reference, reason = one(sent, "reference").strip(), one(sent, "reason")
    known = _revision(visit, reference)
    wrong = "reference" if known is None else "reason" if reason not in REASONS else None
    if wrong is None and _is_withdrawn(visit, reference):
        wrong = "withdrawn"
    if known is None or wrong is not None:
        return withdraw_page(visit, wrong, reference, reason, 422)
    now = visit.desk.clock()
    said = {"publisher": visit.publisher, "publisher_reference": reference, "revision": known + 1, "reason": reason}
    body = Withdrawal.model_validate(said | {"withdrawn_at": now}).model_dump_json().encode()
    try:
        taken = from_thread.run(visit.desk.taking.take, visit.publisher, "report.withdrawn", body)
    except InvalidEvent:
        return withdraw_page(visit, "reference", reference, reason, 422)
    except Unavailable:
        return withdraw_page(visit, "unavailable", reference, reason, 503)
    at = words(visit.language).instant(taken.received_at)
    return draw(
        visit,
        "receipt",
        receipt=taken.receipt,
        reference=reference,
        at=at,
        became=RECEIVED.status,
        problems=(),
        is_withdrawal=True,
    )


def _revision(visit: Visit, reference: str) -> int | None:
    desk = visit.desk
    with reading(desk.engine) as connection:
        return references.revision(connection, desk.deployment.vault, visit.publisher, reference, desk.clock())


def _is_withdrawn(visit: Visit, reference: str) -> bool:
    with reading(visit.desk.engine) as connection:
        return references.is_withdrawn(connection, visit.publisher, reference)


def _written(visit: Visit, code: str, reference: str) -> Answers | None:
    draft = drafting.resume(visit, code)
    answers = None if draft is None else drafting.answers_of(visit, draft)
    return answers if answers is not None and answers.get("publisher_reference") == [reference] else None
