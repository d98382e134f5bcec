"""Answering: only with POST, by a person who signed in, from a form of a page that they were given."""

from typing import Annotated

from fastapi import Form as FormField
from fastapi.responses import Response

from tocsin.console.recipient import answering, drills, subscribing
from tocsin.console.recipient.answering import Form, Write
from tocsin.console.recipient.asking import Asks, Case, Field, Opaque, genuine, new_router
from tocsin.console.recipient.visits import Visit
from tocsin_schemas.directory import Recipient

router = new_router()
_Number = Annotated[str, FormField(alias="reference", max_length=500)]


def _submitted(visit: Visit, csrf: str, reference: str, alert_id: str, form: Form, write: Write) -> Response:
    def submit(person: Recipient) -> Response:
        return answering.submit(visit, person, reference, alert_id, form, write)

    return genuine(visit, csrf, f"/cases/{reference}", submit)


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


@router.post("/cases/{reference}/updates")
def follow(visit: Asks, reference: Case, csrf: Field = "", follows: Field = "") -> Response:
    def choose(person: Recipient) -> Response:
        return subscribing.choose(visit, person, reference, follows == "yes")

    return genuine(visit, csrf, f"/cases/{reference}", choose)


@router.post("/drills/{drill_id}")
def confirm(visit: Asks, drill_id: Opaque, csrf: Field = "") -> Response:
    return genuine(visit, csrf, f"/drills/{drill_id}", lambda person: drills.confirm(visit, person, drill_id))
