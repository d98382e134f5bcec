"""Hearing more of a case by mail than others are told, or no more than one must."""

from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.console.recipient import entitlement
from tocsin.console.recipient.entitlement import Told
from tocsin.console.recipient.pages import message
from tocsin.console.recipient.visits import Visit
from tocsin.runtime.pages.drawing import see
from tocsin.store.database import lock_keys, unit_of_work
from tocsin.store.recipients import subscriptions
from tocsin_schemas.directory import Recipient

FOLLOWS, STOPPED, USUAL = "follows", "stopped", "usual"
"""Where one stands with a case: the last of who has said nothing."""


def choose(visit: Visit, person: Recipient, reference: str, follows: bool) -> Response:
    """Follow the case, or stop. Whoever may not be told of it now gets the page of what is absent."""
    desk, now = visit.desk, visit.desk.clock()
    with unit_of_work(desk.engine) as connection:
        lock_keys(connection, [person.recipient_id])
        case = entitlement.case_of(connection, reference)
        everybody = desk.people.now(connection)
        own = [] if case is None else entitlement.alerts_on(connection, everybody, person, now, case)
        told = [one for one in entitlement.told(connection, desk, person, own, now) if one.may_be_told]
        if case is None or not told:
            return message(visit, "missing", 404)
        alert_ids = [one.alert.alert_id for one in told]
        subscriptions.choose(connection, person.recipient_id, case.case_id, alert_ids, follows, now)
    return see(f"/cases/{case.reference}#updates")


def standing(connection: Connection, person: Recipient, told: list[Told]) -> str:
    """told: the alerts of a case by which the person may see it."""
    follows = subscriptions.of_person(connection, person.recipient_id, [one.alert.alert_id for one in told])
    return USUAL if follows is None else FOLLOWS if follows else STOPPED
