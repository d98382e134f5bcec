"""Says what was recorded, and whether it has been applied: pending until the dispatcher has read it."""

import json
from datetime import date

from fastapi.responses import HTMLResponse
from sqlalchemy import Connection, select

from tocsin.console.recipient import entitlement, facts
from tocsin.console.recipient.pages import draw, message
from tocsin.console.recipient.visits import Visit
from tocsin.console.recipient.words import label, words
from tocsin.runtime.catalogues import Words
from tocsin.store.alerting import alerts
from tocsin.store.alerting.alerts import Alert
from tocsin.store.database import reading
from tocsin.store.following import actions
from tocsin.store.recipients import given_answers
from tocsin.store.recipients.given_answers import Given
from tocsin.store.tables import outbox
from tocsin_schemas.directory import Recipient
from tocsin_schemas.signing import SEALED
from tocsin_schemas.topics import ACTIONS, PREFIX

_WORDED = {"more-urgent-since": "urgent", "not-raised": "closed"}
"""Outcomes that the person should hear of; any other says that the answer holds."""


def of_answer(visit: Visit, person: Recipient, reference: str, answer_id: str) -> HTMLResponse:
    """The receipt of one's own answer."""
    said = words(visit.language)
    with reading(visit.desk.engine) as connection:
        given = given_answers.find(connection, answer_id)
        alert = None if given is None else alerts.get(connection, given.alert_id)
        case = entitlement.case_of(connection, reference)
        if given is None or alert is None or case is None or given.recipient_id != person.recipient_id:
            return message(visit, "missing", 404)
        last = given_answers.latest(connection, [given.alert_id], person.recipient_id)[given.alert_id]
        details = _details(connection, visit, given, said)
    state = "superseded" if last.answer_id != given.answer_id else _state(given)
    return draw(
        visit,
        "receipt",
        reference=case.reference,
        mandate=facts.mandate_name(visit.desk, alert.mandate, said),
        said=said(f"said.{given.answer}"),
        details=details,
        at=said.instant(given.given_at, person.timezone),
        state=state,
    )


def of_action(visit: Visit, person: Recipient, reference: str, alert_id: str, event_id: str) -> HTMLResponse:
    """The receipt of an action, of which the event is the record."""
    said, now = words(visit.language), visit.desk.clock()
    with reading(visit.desk.engine) as connection:
        case = entitlement.case_of(connection, reference)
        everybody = visit.desk.people.now(connection)
        own = [] if case is None else entitlement.alerts_on(connection, everybody, person, now, case)
        alert = next((alert for alert in own if alert.alert_id == alert_id), None)
        event = connection.execute(select(outbox).where(outbox.c.event_id == event_id)).mappings().first()
        if case is None or alert is None or event is None or event["topic"] != ACTIONS.name:
            return message(visit, "missing", 404)
        is_sealed = dict(event["headers"])["content-type"] == SEALED  # what is older was not
        body = visit.desk.deployment.keys.opening.open(event["body"]) if is_sealed else event["body"]
        content = json.loads(body)
        if content["mechanism"] != alert.mandate:
            return message(visit, "missing", 404)
        kind = dict(event["headers"])["ce_type"].removeprefix(PREFIX)
        applied = actions.find(connection, visit.desk.identities.action(kind, body)) is not None
    return draw(
        visit,
        "receipt",
        reference=case.reference,
        mandate=_mandate(visit, alert, said),
        said=label(said, "actions", content["action"]),
        details=_of_action(content, said),
        at=said.instant(event["created_at"], person.timezone),
        state="applied" if applied else "pending",
    )


def _mandate(visit: Visit, alert: Alert, said: Words) -> str:
    return facts.mandate_name(visit.desk, alert.mandate, said)


def _state(given: Given) -> str:
    if given.is_pending:
        return "pending"
    return "refused" if given.is_refused else _WORDED.get(given.outcome or "", "applied")


def _details(connection: Connection, visit: Visit, given: Given, said: Words) -> list[tuple[str, str]]:
    if given.reason is not None:
        return [(said("receipt.reason"), said(f"reason.{given.reason}"))]
    to = visit.desk.people.now(connection).by_id.get(given.to_recipient or "")
    return [] if to is None else [(said("receipt.to"), facts.seat_name(to, said))]


def _of_action(content: dict[str, object], said: Words) -> list[tuple[str, str]]:
    day = content.get("taken_on") or content.get("planned_for")
    stands = "taken" if "taken_on" in content else "planned"
    found: list[tuple[str, str]] = [(said("action.stands"), said(f"action.{stands}"))]
    if isinstance(day, str):
        found.append((said("action.on"), said.day(date.fromisoformat(day))))
    references = content.get("references")
    numbers = [reference["value"] for reference in references] if isinstance(references, list) else []
    return [*found, *((said("action.reference"), number) for number in numbers)]
