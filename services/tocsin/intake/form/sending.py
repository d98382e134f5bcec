"""The last page, where everything stands as it will be sent; sending it; and what is shown when it has arrived."""

import json
import unicodedata
from dataclasses import dataclass

from anyio import from_thread
from fastapi.responses import Response

from tocsin.intake.form import references
from tocsin.intake.form.checking import Checked, Fault, checked, located
from tocsin.intake.form.drafting import answers_of, path
from tocsin.intake.form.pages import draw, missing, see
from tocsin.intake.form.said import answered
from tocsin.intake.form.steps import BY_KEY, CHECK, STEPS
from tocsin.intake.form.steps.consent import ALERT, SAYS_YES
from tocsin.intake.form.views import Drawing
from tocsin.intake.form.visits import Visit
from tocsin.intake.form.words import words
from tocsin.intake.taking import Taken, Unavailable
from tocsin.store import drafts
from tocsin.store.database import reading, unit_of_work
from tocsin.store.drafts import Answers, Draft
from tocsin_schemas.problems import InvalidEvent


@dataclass(frozen=True, slots=True)
class _Last:
    """What the last page is about."""

    answers: Answers
    revision: int
    checked: Checked


def show(visit: Visit, draft: Draft) -> Response:
    last = _last(visit, draft)
    return missing(visit) if last is None else _page(visit, draft, last, last.checked.faults)


def send(visit: Visit, draft: Draft) -> Response:
    """Hand the report to the intake, which returns when the broker has it for good; then show the receipt.

    If we die in between, the draft is still there, and sending it again makes the same event.
    """
    if draft.sent_at is not None:
        return see(path(draft.draft_id, "receipt"))
    last = _last(visit, draft)
    if last is None:
        return missing(visit)
    if last.checked.report is None:
        return _page(visit, draft, last, last.checked.faults, 422)
    try:
        taken = _take(visit, last)
    except InvalidEvent as invalid:
        found = located(last.answers, last.checked.composed, list(invalid.problems))
        return _page(visit, draft, last, found, 422)
    except Unavailable:
        return _page(visit, draft, last, [], 503, notice="unavailable")
    desk, now = visit.desk, visit.desk.clock()
    kept = last.answers | {references.REVISION: [str(last.revision)]}
    with unit_of_work(desk.engine) as connection:
        drafts.note_sent(connection, desk.deployment.vault, draft.draft_id, kept, taken.receipt, now)
    return see(path(draft.draft_id, "receipt"))


def receipt(visit: Visit, draft: Draft) -> Response:
    answers = answers_of(visit, draft)
    if answers is None or draft.sent_at is None:
        return missing(visit)
    said = words(visit.language)
    return draw(
        visit,
        "receipt",
        draft_id=draft.draft_id,
        receipt=draft.receipt,
        reference=answers["publisher_reference"][0],
        at=said.instant(draft.sent_at),
        gone=said.instant(draft.expires_at),
        is_withdrawal=False,
    )


def _take(visit: Visit, last: _Last) -> Taken:
    kind = "report.submitted" if last.revision == 1 else "report.corrected"
    return from_thread.run(visit.desk.taking.take, visit.publisher, kind, last.checked.composed.body)


def _last(visit: Visit, draft: Draft) -> _Last | None:
    answers, desk = answers_of(visit, draft), visit.desk
    if answers is None:
        return None
    number, now = 1, desk.clock()
    if reference := answers.get(references.CORRECTS):
        with reading(desk.engine) as connection:
            known = references.revision(connection, desk.deployment.vault, visit.publisher, reference[0], now)
        number = (known or 1) + 1
    return _Last(answers, number, checked(answers, visit.publisher, number, draft.updated_at.date()))


def _page(
    visit: Visit, draft: Draft, last: _Last, faults: list[Fault], status: int = 200, notice: str | None = None
) -> Response:
    drawing = Drawing(words(visit.language), last.answers, faults)
    told = zip(faults, drawing.problems(), strict=True)
    return draw(
        visit,
        "check",
        status,
        wide=True,
        draft_id=draft.draft_id,
        step=CHECK,
        steps=list(BY_KEY),
        number=len(STEPS) + 1,
        problems=[(f"{path(draft.draft_id, fault.step.key)}?mend=1#{field}", *rest) for fault, (field, *rest) in told],
        wrong={fault.step.key for fault in faults},
        said=[(step.key, answered(drawing, step, draft.updated_at.date())) for step in STEPS],
        body=_spelt_out(last.checked.composed.body),
        tells_nobody=last.answers.get(ALERT) != [SAYS_YES],
        notice=notice,
        is_sendable=last.checked.report is not None and not faults,
        is_correction=references.CORRECTS in last.answers,
    )


def _spelt_out(body: bytes) -> str:
    """To be read by people: what cannot be seen, or turns the direction of a text, as its escape."""
    text = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    return "".join(json.dumps(c)[1:-1] if unicodedata.category(c) in ("Cf", "Co", "Cs") else c for c in text)
