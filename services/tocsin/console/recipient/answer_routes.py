"""Answering: only with POST, by a person who signed in, from a form of a page that they were given."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form as FormField
from fastapi.responses import Response

from tocsin.console.recipient import answering, drills, signing_in
from tocsin.console.recipient.answering import Form, Write
from tocsin.console.recipient.asking import Asks, Case, Field, Opaque, new_router
from tocsin.console.recipient.pages import message
from tocsin.console.recipient.visits import Visit, way_back
from tocsin_schemas.directory import Recipient

router = new_router()
_Number = Annotated[str, FormField(alias="reference", max_length=500)]


def _genuine(visit: Visit, csrf: str, way: str, write: Callable[[Recipient], Response]) -> Response:
    if visit.person is None:
        return signing_in.refused(visit, way)
    return write(visit.person) if visit.is_genuine(csrf) else message(visit, "stale", 403, way_back(way))


def _submitted(visit: Visit, csrf: str, reference: str, alert_id: str, form: Form, write: Write) -> Response:
    def submit(person: Recipient) -> Response:
        return answering.submit(visit, person, reference, alert_id, form, write)

    return _genuine(visit, csrf, f"/cases/{reference}", submit)


@router.post("/cases/{reference}/alerts/{alert_id}/answers")
def answer(
    visit: Asks,
    reference: Case,
    alert_id: Opaque,
    csrf: Field = "",
    key: Field = "",
    answer: Field = "",
    to: Field = "",
    reason: Field = "",
    priority: Field = "",
) -> Response:
    form = Form(key=key, answer=answer, to=to, reason=reason, priority=priority)
    return _submitted(visit, csrf, reference, alert_id, form, answering.answer)


@router.post("/cases/{reference}/alerts/{alert_id}/actions")
def act(
    visit: Asks,
    reference: Case,
    alert_id: Opaque,
    csrf: Field = "",
    key: Field = "",
    stands: Field = "",
    type: Field = "",
    on: Field = "",
    number: _Number = "",
    scheme: Field = "",
) -> Response:
    form = Form(key=key, stands=stands, type=type, on=on, reference=number, scheme=scheme)
    return _submitted(visit, csrf, reference, alert_id, form, answering.act)


@router.post("/drills/{drill_id}")
def confirm(visit: Asks, drill_id: Opaque, csrf: Field = "") -> Response:
    return _genuine(visit, csrf, f"/drills/{drill_id}", lambda person: drills.confirm(visit, person, drill_id))
