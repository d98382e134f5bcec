"""Exercises: confirming that a mail was read. It says and changes nothing of any case."""

from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.console.recipient.pages import draw, message
from tocsin.console.recipient.visits import Visit
from tocsin.console.recipient.words import words
from tocsin.runtime.pages.drawing import see
from tocsin.store.database import insert_if_absent, reading, unit_of_work
from tocsin.store.tables import drill_answers
from tocsin.store.views import own_alerts
from tocsin.store.views.own_alerts import Drill
from tocsin_schemas.directory import Recipient


def drill_page(visit: Visit, person: Recipient, drill_id: str) -> Response:
    said = words(visit.language)
    with reading(visit.desk.engine) as connection:
        drill = _own(connection, person, drill_id)
    if drill is None:
        return message(visit, "missing", 404)
    return draw(
        visit,
        "drill",
        drill_id=drill_id,
        answer_by=said.instant(drill.answer_by, person.timezone),
        answered_at=said.instant(drill.answered_at, person.timezone) if drill.answered_at else None,
    )


def confirm(visit: Visit, person: Recipient, drill_id: str) -> Response:
    """Once is enough; a second time changes nothing."""
    with unit_of_work(visit.desk.engine) as connection:
        if _own(connection, person, drill_id) is None:
            return message(visit, "missing", 404)
        row = {"drill_id": drill_id, "recipient_id": person.recipient_id, "answered_at": visit.desk.clock()}
        insert_if_absent(connection, drill_answers, **row)
    return see(f"/drills/{drill_id}")


def _own(connection: Connection, person: Recipient, drill_id: str) -> Drill | None:
    """The drill, if it is held for everybody or for a mandate of the person's."""
    drill = own_alerts.drill_of(connection, drill_id, person.recipient_id)
    if drill is None or (drill.mandate is not None and drill.mandate not in person.mandates):
        return None
    return drill
