"""Mails and their whole outcome history; and deciding about one of which nobody knows whether it left."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response

from tocsin.console.access.viewer import Role, require
from tocsin.console.operator import tones
from tocsin.console.operator.desk import Asked, Desk, Page, Who, done, draw, missing, new_router, refused
from tocsin.resolver.reviewing import CHAIN
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import settling
from tocsin.store.mail.settling import NotInDoubt
from tocsin.store.views import delivery_lists
from tocsin_schemas.deliveries import DeliveryState

DeliveryId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Decision = Annotated[str, Form(pattern="^(sent|again)$")]


def routes(desk: Desk) -> APIRouter:
    router = new_router("deliveries")

    @router.get("/deliveries")
    def show_all(request: Request, state: Asked = "", case: Asked = "", page: Page = 1) -> Response:
        return _list(desk, request, state if state in list(DeliveryState) else "", case.strip().upper(), page)

    @router.get("/deliveries/{delivery_id}")
    def show_one(request: Request, viewer: Who, delivery_id: DeliveryId, done: Asked = "") -> Response:
        return _mail(desk, request, delivery_id, viewer.may(Role.DUTY_OFFICER), done)

    @router.post("/deliveries/{delivery_id}/settlement", dependencies=[Depends(require(Role.DUTY_OFFICER))])
    def settle(request: Request, viewer: Who, delivery_id: DeliveryId, decision: Decision) -> Response:
        return _settle(desk, request, viewer.name, delivery_id, decision)

    return router


def _list(desk: Desk, request: Request, state: str, case: str, page: int) -> Response:
    with reading(desk.engine) as connection:
        lines = delivery_lists.listed(connection, state, case, page)
    content: dict[str, Any] = {"lines": lines, "state": state, "case": case, "page": page}
    full = len(lines) == delivery_lists.PAGE
    return draw(request, "deliveries", states=list(DeliveryState), tones=tones.MAILED, is_full=full, **content)


def _mail(desk: Desk, request: Request, delivery_id: str, may_act: bool, done: str) -> Response:
    with reading(desk.engine) as connection:
        line = delivery_lists.one(connection, delivery_id)
        if line is None:
            return missing(request)
        content: dict[str, Any] = {
            "steps": delivery_lists.history(connection, delivery_id),
            "events": delivery_lists.events(connection, delivery_id),
            "carried": delivery_lists.carried(connection, delivery_id),
        }
    in_doubt = line.state == DeliveryState.UNKNOWN
    return draw(
        request, "delivery", line=line, may_settle=may_act and in_doubt, tones=tones.MAILED, done=done, **content
    )


def _settle(desk: Desk, request: Request, by: str, delivery_id: str, decision: str) -> Response:
    back, now = f"/deliveries/{delivery_id}", desk.clock()
    try:
        with unit_of_work(desk.engine) as connection:
            settling.settle(connection, desk.deployment.identities, delivery_id, decision == "again", by, now)
            audit.append(connection, CHAIN, "delivery-settled", delivery_id, {"by": by, "decision": decision}, now)
    except NotInDoubt:
        return refused(request, "settled", back)
    return done(back, f"settled_{decision}")
