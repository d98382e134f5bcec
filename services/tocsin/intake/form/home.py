"""The first page: a new report, a draft to go on with, a report to correct or withdraw, and which drafts there are."""

from dataclasses import dataclass

from fastapi.responses import Response

from tocsin.intake.form import drafting, references
from tocsin.intake.form.pages import draw
from tocsin.intake.form.steps import CHECK
from tocsin.intake.form.visits import Visit, hold
from tocsin.intake.form.words import words
from tocsin.runtime.pages.drawing import see
from tocsin.store.database import reading
from tocsin.store.publishing import drafts
from tocsin.store.publishing.drafts import Draft

_NOTICES = ("kept", "erased")


@dataclass(frozen=True, slots=True)
class Line:
    """A draft of this publisher: when and how far, and nothing of what it says. path: if this session may open it."""

    step: str
    touched: str
    gone: str
    is_sent: bool
    path: str


def show(visit: Visit, wrong: str | None = None, status: int = 200) -> Response:
    """wrong: a key of the words, if the code that was typed opens nothing."""
    desk = visit.desk
    with reading(desk.engine) as connection:
        found = drafts.of_publisher(connection, visit.publisher, desk.clock())
    notice = next((name for name in _NOTICES if name in visit.request.query_params), None)
    lines = [_line(visit, draft) for draft in found]
    return draw(visit, "home", status, drafts=lines, wrong=wrong, notice=notice, key=drafting.new_key())


def begin(visit: Visit, key: str) -> Response:
    return drafting.begin(visit, key, references.first_answers(visit.language, visit.desk.clock()))


def resume(visit: Visit, typed: str) -> Response:
    """Whoever has the code of a draft goes on where it was left."""
    draft = drafting.resume(visit, typed)
    if draft is None:
        return show(visit, "code", 422)
    answer = see(_where(draft))
    hold(answer, visit, draft.draft_id)
    return answer


def _where(draft: Draft) -> str:
    return drafting.path(draft.draft_id, draft.step if draft.sent_at is None else "receipt")


def _line(visit: Visit, draft: Draft) -> Line:
    said = words(visit.language)
    return Line(
        step=draft.step if draft.sent_at is None else CHECK,
        touched=said.instant(draft.updated_at),
        gone=said.instant(draft.expires_at),
        is_sent=draft.sent_at is not None,
        path=_where(draft) if visit.holds(draft.draft_id) else "",
    )
