"""The last page, where everything stands as it will be sent; sending it; and what is shown when it has arrived."""

import json
import unicodedata
from dataclasses import dataclass, replace

from anyio import from_thread
from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.intake.form import references
from tocsin.intake.form.answers.checking import Checked, Fault, checked, located
from tocsin.intake.form.answers.composing import composed
from tocsin.intake.form.drafting import answers_of, path
from tocsin.intake.form.pages import draw, missing
from tocsin.intake.form.said import answered
from tocsin.intake.form.steps import BY_KEY, CHECK, STEPS
from tocsin.intake.form.steps.consent import ALERT, SAYS_YES
from tocsin.intake.form.steps.handling import TLP
from tocsin.intake.form.views import Drawing
from tocsin.intake.form.visits import Visit
from tocsin.intake.form.words import words
from tocsin.intake.taking import Taken, Unavailable
from tocsin.runtime.pages.drawing import see
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import drafts
from tocsin.store.publishing.drafts import Answers, Draft
from tocsin_schemas.problems import InvalidEvent, Problem
from tocsin_schemas.vocabulary import Tlp

_TAKEN = Problem("reference-taken", "/publisher_reference", "another report has this reference")
_WITHDRAWN = Problem("reference-withdrawn", "/publisher_reference", "this report was withdrawn")


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

    If we die in between, or the broker's answer is lost, the draft is still there: sent again as it is, it makes the
    same event, and what is changed by then goes out under a number of its own.
    """
    if draft.sent_at is not None:
        return see(path(draft.draft_id, "receipt"))
    last = _last(visit, draft)
    if last is None:
        return missing(visit)
    if last.checked.report is None:
        return _page(visit, draft, last, last.checked.faults, 422)
    last = _reserved(visit, draft, last)
    if last is None:
        return see(path(draft.draft_id, "receipt"))
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
    said, opened = words(visit.language), visit.desk.receipts.open(draft.receipt or "", visit.publisher)
    now = visit.desk.clock()
    outcome = from_thread.run(visit.desk.outcomes.of, opened, now)
    return draw(
        visit,
        "receipt",
        became=outcome.status,
        problems=[Drawing(said, answers).told_of(problem) for problem in outcome.problems],
        told_from=said.instant(opened.told_from) if now < opened.told_from else "",
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
    content, now = _content(visit, draft, answers), desk.clock()
    with reading(desk.engine) as connection:
        number = references.number(connection, desk.deployment, visit.publisher, answers, content, now)
        wrong = _wrong_with_the_reference(connection, visit, answers)
    found = checked(answers, visit.publisher, number, draft.updated_at.date())
    if wrong is not None:
        faults = [*located(answers, found.composed, [wrong]), *found.faults]
        found = replace(found, faults=faults, report=None)
    return _Last(answers, number, found)


def _wrong_with_the_reference(connection: Connection, visit: Visit, answers: Answers) -> Problem | None:
    """A correction that was begun before a withdrawal must not undo it unseen."""
    if references.is_taken(connection, visit.publisher, answers):
        return _TAKEN
    corrected = answers.get(references.CORRECTS)
    if corrected and references.is_withdrawn(connection, visit.publisher, corrected[0]):
        return _WITHDRAWN
    return None


def _content(visit: Visit, draft: Draft, answers: Answers) -> bytes:
    """What the report says, whatever its revision."""
    return composed(answers, visit.publisher, 0, draft.updated_at.date()).body


def _reserved(visit: Visit, draft: Draft, last: _Last) -> _Last | None:
    """Under a number that nobody else sends under. None: it was sent or erased meanwhile."""
    desk, content = visit.desk, _content(visit, draft, last.answers)
    reference = last.answers["publisher_reference"][0]
    with unit_of_work(desk.engine) as connection:
        number = references.reserve(connection, desk.deployment, draft, reference, content, desk.clock())
    if number is None or number == last.revision:
        return None if number is None else last
    return replace(
        last, revision=number, checked=checked(last.answers, visit.publisher, number, draft.updated_at.date())
    )


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
        is_red=last.answers.get(TLP) == [Tlp.RED],
        notice=notice,
        is_sendable=last.checked.report is not None and not faults,
        is_correction=references.CORRECTS in last.answers,
    )


def _spelt_out(body: bytes) -> str:
    """To be read by people: what cannot be seen, or turns the direction of a text, as its escape."""
    text = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    return "".join(json.dumps(c)[1:-1] if unicodedata.category(c) in ("Cf", "Co", "Cs") else c for c in text)
