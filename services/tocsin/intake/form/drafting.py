"""Drafts: begun, resumed, saved page by page, thrown away. Whoever does not hold one learns nothing of it."""

import re
import secrets
from datetime import datetime

from fastapi.responses import Response

from tocsin.intake.form import references
from tocsin.intake.form.answers.checking import Fault, checked
from tocsin.intake.form.answers.reading import changed, taken_over
from tocsin.intake.form.asking import Sent, one
from tocsin.intake.form.pages import draw, missing
from tocsin.intake.form.questions import Step, count
from tocsin.intake.form.steps import BY_KEY, STEPS, after
from tocsin.intake.form.views import Drawing
from tocsin.intake.form.visits import Visit, hold
from tocsin.intake.form.words import words
from tocsin.runtime.pages.drawing import see
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import drafts
from tocsin.store.publishing.drafts import KEPT, Answers, Draft
from tocsin.store.vault import Erased

_KEY = re.compile(r"[0-9a-f]{32}")


def path(draft_id: str, step: str) -> str:
    return f"/form/drafts/{draft_id}/{step}"


def new_key() -> str:
    """For a button that begins a draft: pressed twice, it begins one."""
    return secrets.token_hex(16)


def begin(visit: Visit, key: str, answers: Answers) -> Response:
    """A new draft, and the page that shows its code for the one time. key: of the page whose button was pressed."""
    if not _KEY.fullmatch(key):
        return see("/form")
    desk, now = visit.desk, visit.desk.clock()
    draft_id = desk.identities.event("form.draft", visit.session, key)
    draft = _draft(visit, draft_id, now)
    with unit_of_work(desk.engine) as connection:
        drafts.erase_expired(connection, desk.deployment.vault, now)
        code = drafts.begin(connection, desk.deployment.vault, desk.identities, draft, answers)
    first = path(draft_id, STEPS[0].key)
    answer: Response = see(first) if code is None else draw(visit, "code", code=code, first=first)
    hold(answer, visit, draft_id)
    return answer


def resume(visit: Visit, typed: str) -> Draft | None:
    """The draft of this publisher whose code was typed."""
    desk = visit.desk
    with reading(desk.engine) as connection:
        return drafts.resume(connection, desk.identities, visit.publisher, typed, desk.clock())


def answers_of(visit: Visit, draft: Draft) -> Answers | None:
    """What was typed by now; None if it was erased meanwhile."""
    try:
        with reading(visit.desk.engine) as connection:
            return drafts.read(connection, visit.desk.deployment.vault, draft.draft_id)
    except Erased:
        return None


def show(visit: Visit, draft: Draft, step: Step, mend: bool) -> Response:
    """mend: say also what is wrong on the page."""
    answers = answers_of(visit, draft)
    if answers is None:
        return missing(visit)
    return _page(visit, draft, step, answers, _faults(visit, answers, step) if mend else [])


def save(visit: Visit, draft: Draft, step: Step, sent: Sent) -> Response:
    """Keep the page as it was sent, then go where the button leads, unless something on it is wrong."""
    answers = answers_of(visit, draft)
    if answers is None:
        return missing(visit)
    answers = taken_over(step, answers, sent)
    if corrected := answers.get(references.CORRECTS):
        answers["publisher_reference"] = corrected
    wish = one(sent, "do")
    wished = changed(step, answers, wish)
    if not _keep(visit, draft, wished or answers, step):
        return missing(visit)
    if wished is not None:
        return see(f"{path(draft.draft_id, step.key)}#{_anchor(step, wish, wished)}")
    if wish == "later":
        return see("/form?kept=1")
    faults = _faults(visit, answers, step)
    return _page(visit, draft, step, answers, faults, 422) if faults else see(path(draft.draft_id, after(step)))


def throw_away(visit: Visit, draft: Draft) -> Response:
    """Erased at once."""
    with unit_of_work(visit.desk.engine) as connection:
        drafts.erase(connection, visit.desk.deployment.vault, draft.draft_id)
    return see("/form?erased=1")


def _keep(visit: Visit, draft: Draft, answers: Answers, step: Step) -> bool:
    desk, now = visit.desk, visit.desk.clock()
    with unit_of_work(desk.engine) as connection:
        return drafts.save(connection, desk.deployment.vault, draft, answers, step.key, now)


def _faults(visit: Visit, answers: Answers, step: Step) -> list[Fault]:
    return checked(answers, visit.publisher, 1, visit.desk.clock().date()).on(step)


def _page(visit: Visit, draft: Draft, step: Step, answers: Answers, faults: list[Fault], status: int = 200) -> Response:
    fixed = frozenset({"publisher_reference"} if references.CORRECTS in answers else ())
    drawing = Drawing(words(visit.language), answers, faults, fixed)
    return draw(
        visit,
        "step",
        status,
        wide=True,
        draft_id=draft.draft_id,
        step=step.key,
        steps=list(BY_KEY),
        number=STEPS.index(step) + 1,
        parts=drawing.parts(step),
        problems=drawing.problems(),
        next=path(draft.draft_id, after(step)),
        is_correction=references.CORRECTS in answers,
    )


def _anchor(step: Step, wish: str, answers: Answers) -> str:
    """The part that was added, or the one above that was taken away."""
    at, _, number = wish.partition(":")[2].rpartition(".") if wish.startswith("remove") else (wish[4:], "", "")
    part = next(part for part in step.parts if part.most and part.at == at)
    last = count(part, answers) - 1
    return f"{part.key}-{last if not number else max(0, int(number) - 1)}"


def _draft(visit: Visit, draft_id: str, now: datetime) -> Draft:
    return Draft(draft_id, visit.publisher, visit.language, STEPS[0].key, now, now + KEPT, None, None)
