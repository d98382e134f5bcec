"""The addresses of the HTTP intake."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from tocsin.intake.api import bodies
from tocsin.intake.api.contract import RECORDED
from tocsin.intake.desk import Desk
from tocsin.intake.ledger import Answered, Released
from tocsin.intake.outcomes import RECEIVED, Outcome
from tocsin.intake.receipts import Receipt, UnknownReceipt
from tocsin.intake.refusing import Refused, language_of, told
from tocsin.intake.taking import Checked, Unavailable
from tocsin.store.publishing.api_keys import Scope
from tocsin.store.publishing.idempotency import KeyReused, StillBusy, claim_of
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.topics import REPORTS

SUBMITTED, CORRECTED, WITHDRAWN = REPORTS.events
_LONGEST_KEY = 255


def add_to(app: FastAPI) -> None:
    """Routes that are given the request alone: bodies are read here, within bounds, and described in ``contract``."""
    app.add_route("/v1/reports", submit, ["POST"])
    app.add_route("/v1/reports/{reference:path}/corrections", correct, ["POST"])
    app.add_route("/v1/reports/{reference:path}/withdrawal", withdraw, ["POST"])
    app.add_route("/v1/actions", record, ["POST"])
    app.add_route("/v1/receipts/{receipt}", tell, ["GET"])
    app.add_route("/v1/keys", keys, ["GET"])


async def submit(request: Request) -> Response:
    return await _take(request, Scope.REPORTS, REPORTS.events, SUBMITTED)


async def correct(request: Request) -> Response:
    return await _take(request, Scope.REPORTS, (CORRECTED,), CORRECTED, request.path_params["reference"])


async def withdraw(request: Request) -> Response:
    return await _take(request, Scope.REPORTS, (WITHDRAWN,), WITHDRAWN, request.path_params["reference"])


async def record(request: Request) -> Response:
    return await _take(request, Scope.ACTIONS, RECORDED, "", named=request.query_params.getlist("type"))


async def tell(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    receipt = request.path_params["receipt"]
    key = await desk.door.enter(request, None)
    try:
        opened = desk.receipts.open(receipt, key.publisher_id)
    except UnknownReceipt:
        raise Refused("receipt-unknown") from None
    outcome = await desk.outcomes.of(opened, desk.clock())
    return _answer(request, receipt, opened, outcome, 200)


async def keys(request: Request) -> Response:
    """Open to everybody: what is sealed to it, only we can read."""
    desk: Desk = request.app.state.desk
    return JSONResponse({"keys": [desk.deployment.keys.opening.public()]})


async def _take(
    request: Request,
    scope: Scope,
    allowed: Collection[str],
    default: str,
    reference: str | None = None,
    named: Collection[str] = (),
) -> Response:
    """Headers before the body, the body before what it says, and nothing is claimed for what is not valid."""
    desk: Desk = request.app.state.desk
    key = await desk.door.enter(request, scope)
    once = _idempotency_key(request)
    sent = await bodies.read(request, desk.deployment.keys.opening, named)
    event_type = sent.event_type or default
    if not event_type:
        raise Refused("event-type-missing")
    if event_type not in allowed:
        raise Refused("event-type-elsewhere")
    try:
        checked = await desk.taking.check(key.publisher_id, event_type, sent.data)
    except InvalidEvent as invalid:
        raise InvalidEvent(*(replace(each, path=sent.within + each.path) for each in invalid.problems)) from None
    if reference is not None and reference != getattr(checked.content, "publisher_reference", None):
        raise Refused("reference-mismatch", f"{sent.within}/publisher_reference")
    receipt = await (_publish(desk, checked) if once is None else _publish_once(desk, checked, once))
    return _answer(request, receipt, desk.receipts.open(receipt, key.publisher_id), RECEIVED, 202)


async def _publish(desk: Desk, checked: Checked) -> str:
    return (await desk.taking.publish(checked)).receipt


async def _publish_once(desk: Desk, checked: Checked, once: str) -> str:
    """Claimed before it is published, and answered after; whoever dies between leaves a claim that is taken over."""
    identities = desk.deployment.identities
    claim = claim_of(identities, checked.publisher_id, once, checked.event_type.encode(), checked.body)
    try:
        earlier = await desk.ledger.write(claim)
    except KeyReused:
        raise Refused("idempotency-key-reused") from None
    except StillBusy:
        raise Refused("idempotency-in-progress", wait=2) from None
    if earlier is not None:
        return earlier
    try:
        receipt = await _publish(desk, checked)
    except Unavailable:
        await desk.ledger.write(Released(claim))
        raise
    await desk.ledger.write(Answered(claim, receipt))
    return receipt


def _idempotency_key(request: Request) -> str | None:
    """A text of structured fields (RFC 8941, 3.3.3), as the draft asks for, or the same without quotes."""
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    key = given[0].strip()
    key = key[1:-1] if len(key) >= 2 and key[0] == key[-1] == '"' else key
    if len(given) > 1 or not 0 < len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Refused("idempotency-key-invalid")
    return key


def _answer(request: Request, receipt: str, opened: Receipt, outcome: Outcome, status: int) -> Response:
    """Of one size for what was received and for what was accepted."""
    body: dict[str, Any] = {
        "receipt": receipt,
        "status": outcome.status,
        "received_at": _instant(opened.received_at),
        "outcome_from": _instant(opened.told_from),
        "problems": told(outcome.problems, language_of(request)),
    }
    headers = {"location": f"/v1/receipts/{receipt}"} if status == 202 else {}
    return JSONResponse(body, status, headers)


def _instant(at: datetime) -> str:
    return str(at.isoformat(timespec="milliseconds")).replace("+00:00", "Z")
