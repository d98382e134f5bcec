"""Answers to alerts, and actions of mandates: each is durable, with its event, before a page says so."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias, TypeVar

from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy import Connection

from tocsin.console.recipient import entitlement
from tocsin.console.recipient.case_pages import case_page
from tocsin.console.recipient.pages import message
from tocsin.console.recipient.visits import Visit
from tocsin.runtime.pages.drawing import see
from tocsin.store.alerting.alerts import Alert
from tocsin.store.auditing import audit
from tocsin.store.casework.cases import Case
from tocsin.store.database import unit_of_work
from tocsin.store.recipients import given_answers
from tocsin.store.streams import outbox
from tocsin_schemas.actions import ActionPlanned, ActionTaken
from tocsin_schemas.answers import Answer, AnswerGiven, NotMineReason
from tocsin_schemas.dates import FIRST_YEAR, LAST_YEAR
from tocsin_schemas.directory import Recipient
from tocsin_schemas.reports import Reference
from tocsin_schemas.topics import ACTIONS
from tocsin_schemas.vocabulary import ActionType, Priority, ReferenceScheme

_KEY = re.compile(r"[0-9a-f]{32}")
_A_DAY = timedelta(days=1)
_Code = TypeVar("_Code", bound=StrEnum)


class Unusable(ValueError):
    """The form does not say what it must; ``code`` is a key of the words (``notice.…``)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed or chosen. key: of the page that the form stands on, so that a double click is one answer."""

    key: str
    answer: str = ""
    to: str = ""
    reason: str = ""
    priority: str = ""
    stands: str = ""
    type: str = ""
    on: str = ""
    reference: str = ""
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Concern:
    """The person, and the alert of theirs that they answer."""

    connection: Connection
    visit: Visit
    person: Recipient
    case: Case
    alert: Alert


Write: TypeAlias = Callable[[Concern, Form], str]
"""Keeps what a form says; returns the path of its receipt."""


def submit(visit: Visit, person: Recipient, reference: str, alert_id: str, form: Form, write: Write) -> Response:
    """Keep what the form says, if the person may say it; then show its receipt."""
    try:
        with unit_of_work(visit.desk.engine) as connection:
            concern = _concern(connection, visit, person, reference, alert_id)
            if concern is None:
                return message(visit, "missing", 404)
            path = write(concern, form)
    except Unusable as unusable:
        return case_page(visit, person, reference, unusable.code, 422)
    return see(path)


def answer(concern: Concern, form: Form) -> str:
    """Raises Unusable."""
    said = _answer(concern, form)
    given_answers.give(concern.connection, said, said.at)
    return f"/cases/{concern.case.reference}/answers/{said.answer_id}"


def act(concern: Concern, form: Form) -> str:
    """An action in the mandate's own name: it answers for that mandate alone. Raises Unusable."""
    alert, desk, now = concern.alert, concern.visit.desk, concern.visit.desk.clock()
    event_id = _identity(concern, form, "action")
    said = _action(concern, form)
    kind = "action.planned" if isinstance(said, ActionPlanned) else "action.taken"
    event = outbox.new_event(event_id, kind, said, now)
    public = desk.deployment.keys.opening.public()
    if outbox.enqueue_sealed(concern.connection, ACTIONS, concern.case.case_id, event, public, now):
        action_id = desk.identities.action(kind, event.body())
        detail = {"by": concern.person.recipient_id, "action": said.action.value, "kind": kind, "id": action_id}
        audit.append(concern.connection, given_answers.CHAIN, "action-told", alert.alert_id, detail, now)
    return f"/cases/{concern.case.reference}/alerts/{alert.alert_id}/actions/{event_id}"


def _concern(connection: Connection, visit: Visit, person: Recipient, reference: str, alert_id: str) -> Concern | None:
    now, case = visit.desk.clock(), entitlement.case_of(connection, reference)
    if case is None:
        return None
    everybody = visit.desk.people.now(connection)
    own = entitlement.alerts_on(connection, everybody, person, now, case)
    told = entitlement.told(connection, visit.desk, person, own, now)
    alert = next((one.alert for one in told if one.alert.alert_id == alert_id and one.may_be_told), None)
    return None if alert is None else Concern(connection, visit, person, case, alert)


def _answer(concern: Concern, form: Form) -> AnswerGiven:
    chosen = _chosen(Answer, form.answer, "choose")
    declined, handed = chosen is Answer.NOT_MINE, chosen is Answer.HANDED_OVER
    if handed and form.to not in _colleagues(concern):
        raise Unusable("choose")
    return AnswerGiven(
        answer_id=_identity(concern, form, chosen),
        alert_id=concern.alert.alert_id,
        recipient=concern.person.recipient_id,
        answer=chosen,
        to=form.to if handed else None,
        reason=_chosen(NotMineReason, form.reason, "choose") if declined else None,
        priority=_chosen(Priority, form.priority, "stale") if chosen is Answer.ACKNOWLEDGED else None,
        at=concern.visit.desk.clock(),
    )


def _colleagues(concern: Concern) -> list[str]:
    desk = concern.visit.desk
    in_line = desk.people.now(concern.connection).in_line(concern.alert.mandate, desk.clock())
    return [person for person in in_line if person != concern.person.recipient_id]


def _action(concern: Concern, form: Form) -> ActionPlanned | ActionTaken:
    mandate, case, now = concern.alert.mandate, concern.case.reference, concern.visit.desk.clock()
    kind, day = _chosen(ActionType, form.type, "action"), _day(form.on)
    if form.stands == "planned":
        return ActionPlanned(mechanism=mandate, action=kind, case=case, planned_for=day, recorded_at=now)
    if form.stands != "taken" or day is None or day > now.date() + _A_DAY:
        raise Unusable("action")
    references = _references(form)
    return ActionTaken(mechanism=mandate, action=kind, case=case, taken_on=day, references=references, recorded_at=now)


def _references(form: Form) -> list[Reference]:
    number = form.reference.strip()
    if not number:
        return []
    try:
        return [Reference(scheme=_chosen(ReferenceScheme, form.scheme, "action"), value=number)]
    except ValidationError:
        raise Unusable("action") from None


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed.strip()) if typed.strip() else None
    except ValueError:
        raise Unusable("action") from None
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unusable("action")
    return day


def _chosen(closed_set: type[_Code], code: str, otherwise: str) -> _Code:
    try:
        return closed_set(code)
    except ValueError:
        raise Unusable(otherwise) from None


def _identity(concern: Concern, form: Form, kind: str) -> str:
    """The same for the same form of the same person: whoever sends it twice has said it once."""
    if not _KEY.fullmatch(form.key):
        raise Unusable("stale")
    what = (concern.person.recipient_id, concern.alert.alert_id, form.key, kind)
    return concern.visit.desk.identities.event("answer.given", *what)
