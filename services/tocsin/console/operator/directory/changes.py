"""What waits in the directory for a second administrator, and that one's decision.

The private key of an administrator never comes here. The page gives the words to sign; the signature is brought back.
"""

from datetime import datetime
from typing import Annotated, Any

from cryptography.exceptions import InvalidTag
from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.console.access.viewer import Role, require
from tocsin.console.operator.desk import Asked, Desk, Who, done, draw, missing, new_router, refused
from tocsin.console.operator.directory import difference
from tocsin.console.operator.words import words_for
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import administrators, approvals, entries
from tocsin.store.directory import changes as directory_changes
from tocsin.store.directory.changes import Change, Content, State, Unacceptable
from tocsin.store.directory.drafts import FRESH
from tocsin.store.directory.keys import FalseSignature, Signed
from tocsin.store.vault import Erased

ChangeId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Decision = Annotated[str, Query(alias="decision", pattern="^(approved|rejected|withdrawn)$")]
KeyId = Annotated[str, Query(alias="as", max_length=64)]
_ACTS = [Depends(require(Role.DIRECTORY_ADMIN))]
_DECIDE = {
    State.APPROVED: approvals.approve,
    State.REJECTED: approvals.reject,
    State.WITHDRAWN: approvals.withdraw,
}


def routes(desk: Desk) -> APIRouter:
    router = new_router("directory")

    @router.get("/directory/changes/{change_id}")
    def show_change(request: Request, viewer: Who, change_id: ChangeId, done: Asked = "") -> Response:
        return _change(desk, request, viewer.may(Role.DIRECTORY_ADMIN), change_id, done)

    @router.get("/directory/changes/{change_id}/addresses", dependencies=_ACTS)
    def addresses(request: Request, viewer: Who, change_id: ChangeId) -> Response:
        return _addresses(desk, request, viewer.name, change_id)

    @router.get("/directory/changes/{change_id}/words", dependencies=_ACTS)
    def words(request: Request, change_id: ChangeId, decision: Decision, key_id: KeyId, at: Asked) -> Response:
        return _words(desk, request, change_id, State(decision), key_id, at)

    @router.get("/directory/changes/{change_id}/decision", dependencies=_ACTS)
    def prepare(request: Request, change_id: ChangeId, decision: Decision, key_id: KeyId = "") -> Response:
        return _prepare(desk, request, change_id, State(decision), key_id)

    @router.post("/directory/changes/{change_id}/decision", dependencies=_ACTS)
    def decide(
        request: Request,
        change_id: ChangeId,
        decision: Annotated[State, Form()],
        key_id: Annotated[str, Form(max_length=64)],
        at: Annotated[str, Form(max_length=40)],
        signature: Annotated[str, Form(max_length=300)],
    ) -> Response:
        return _decide(desk, request, change_id, decision, key_id, at, signature)

    return router


def _change(desk: Desk, request: Request, may_act: bool, change_id: str, done: str) -> Response:
    now = desk.clock()
    with reading(desk.engine) as connection:
        try:
            change = directory_changes.find(connection, change_id)
            is_open = change.state == State.PENDING and not change.is_overdue(now)
            content = _content(desk, connection, change) if is_open else None
        except Unacceptable:
            return missing(request)
        people = [p for p in administrators.load(connection, desk.deployment.identities).values() if p.in_force(now)]
        told = content and _difference(desk, connection, request, change, content)
    if change.state == State.DRAFTED:
        return missing(request)
    others = [person.key_id for person in people]
    shown: dict[str, Any] = {"is_open": is_open, "may_act": may_act, "people": others, "done": done}
    return draw(request, "directory_change", change=change, told=told, **shown)


def _content(desk: Desk, connection: Connection, change: Change) -> Content | None:
    """None if it was altered: its page says only that it waits, and it can be rejected."""
    try:
        return directory_changes.content_of(connection, desk.deployment, change)
    except (Erased, InvalidTag, ValueError, KeyError):
        return None


def _difference(
    desk: Desk, connection: Connection, request: Request, change: Change, content: Content
) -> dict[str, Any]:
    today = desk.clock().date()
    return {
        "rows": difference.rows(connection, desk.deployment, change, content, words_for(request)),
        "doubts": difference.doubts(connection, desk.deployment, change, content, today),
        "has_addresses": bool(content.addresses),
    }


def _addresses(desk: Desk, request: Request, by: str, change_id: str) -> Response:
    """That they were opened is durable before they are shown."""
    now = desk.clock()
    try:
        with unit_of_work(desk.engine) as connection:
            change = directory_changes.find(connection, change_id)
            content = directory_changes.content_of(connection, desk.deployment, change)
            told = {"changes": [change_id], "by": by}
            audit.append(connection, administrators.CHAIN, "addresses-shown", "console", told, now)
    except (Unacceptable, Erased, InvalidTag, ValueError, KeyError):
        return missing(request)
    kept = {name: text for name, text in content.addresses.items() if name != entries.CERTIFICATE}
    place = "drafts" if change.state == State.DRAFTED else "changes"
    return draw(request, "directory_addresses", change=change, addresses=kept, place=place)


def _prepare(desk: Desk, request: Request, change_id: str, state: State, key_id: str) -> Response:
    """The page that gives the words to sign; they name the minute at which they are signed.

    Who may not decide so is told before they sign anything.
    """
    at = desk.clock().replace(microsecond=0)
    try:
        with reading(desk.engine) as connection:
            message = approvals.to_sign(connection, desk.deployment, change_id, state, key_id, at)
            change = directory_changes.find(connection, change_id)
        approvals.require_turn(change, state, key_id)
    except Unacceptable as refusal:
        return _refused(request, refusal.code, change_id)
    shown: dict[str, Any] = {
        "state": state.value,
        "key_id": key_id,
        "at": at.isoformat(),
        "message": message.decode(errors="replace"),
    }
    return draw(request, "directory_sign", change=change, **shown)


def _words(desk: Desk, request: Request, change_id: str, state: State, key_id: str, at: str) -> Response:
    signed_at = _time(at)
    if signed_at is None:
        return missing(request)
    try:
        with reading(desk.engine) as connection:
            message = approvals.to_sign(connection, desk.deployment, change_id, state, key_id, signed_at)
    except Unacceptable:
        return missing(request)
    kept = {"content-disposition": f'attachment; filename="decision-{change_id[:8]}.bin"'}
    return Response(message, media_type="application/octet-stream", headers=kept)


def _decide(
    desk: Desk, request: Request, change_id: str, state: State, key_id: str, at: str, signature: str
) -> Response:
    signed_at, now = _time(at), desk.clock()
    if signed_at is None or not now - FRESH <= signed_at <= now or state not in _DECIDE:
        return _refused(request, "decision-stale", change_id)
    try:
        with unit_of_work(desk.engine) as connection:
            known = administrators.load(connection, desk.deployment.identities).get(key_id)
            if known is None or not known.in_force(now):
                return _refused(request, "administrator-not-in-force", change_id)
            signer = Signed(key_id, known.public_key, "".join(signature.split()).lower())
            _DECIDE[state](connection, desk.deployment, signer, change_id, signed_at)
    except Unacceptable as refusal:
        return _refused(request, refusal.code, change_id)
    except FalseSignature:
        return _refused(request, "signature-false", change_id)
    return done(f"/directory/changes/{change_id}", f"change_{state}")


def _refused(request: Request, code: str, change_id: str) -> Response:
    key = code.replace("-", "_")
    known = words_for(request).has(f"refused.{key}.title")
    return refused(request, key if known else "change_altered", f"/directory/changes/{change_id}")


def _time(at: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return None if found.tzinfo is None else found
