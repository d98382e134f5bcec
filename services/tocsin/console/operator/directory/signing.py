"""What was drafted, before it is proposed: the difference, the words to sign, and the signature that is brought back.

The private key of an administrator never comes here.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response

from tocsin.console.access.viewer import Role, require
from tocsin.console.operator.desk import Desk, done, draw, missing, new_router, refused
from tocsin.console.operator.directory import difference
from tocsin.console.operator.words import words_for
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import administrators
from tocsin.store.directory import drafts as directory_drafts
from tocsin.store.directory.changes import Unacceptable, proposal_of
from tocsin.store.directory.keys import FalseSignature, Signed

ChangeId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Signature = Annotated[str, Form(max_length=300)]
_ACTS = [Depends(require(Role.DIRECTORY_ADMIN))]


def routes(desk: Desk) -> APIRouter:
    router = new_router("directory")

    @router.get("/directory/drafts/{change_id}", dependencies=_ACTS)
    def show(request: Request, change_id: ChangeId) -> Response:
        return _draft(desk, request, change_id)

    @router.get("/directory/drafts/{change_id}/words", dependencies=_ACTS)
    def words(request: Request, change_id: ChangeId) -> Response:
        return _words(desk, request, change_id)

    @router.post("/directory/drafts/{change_id}/proposal", dependencies=_ACTS)
    def propose(request: Request, change_id: ChangeId, signature: Signature) -> Response:
        return _propose(desk, request, change_id, signature)

    @router.post("/directory/drafts/{change_id}/discarding", dependencies=_ACTS)
    def discard(change_id: ChangeId) -> Response:
        with unit_of_work(desk.engine) as connection:
            directory_drafts.forget(connection, change_id)
        return done("/directory", "draft_discarded")

    return router


def _draft(desk: Desk, request: Request, change_id: str) -> Response:
    now = desk.clock()
    try:
        with reading(desk.engine) as connection:
            change, content = directory_drafts.find(connection, desk.deployment, change_id, now)
            shown: dict[str, Any] = {
                "rows": difference.rows(connection, desk.deployment, change, content, words_for(request)),
                "doubts": difference.doubts(connection, desk.deployment, change, content, now.date()),
                "has_addresses": bool(content.addresses),
                "until": change.proposed_at + directory_drafts.FRESH,
            }
    except Unacceptable as refusal:
        return missing(request) if refusal.code == "change-unknown" else _refused(request, refusal.code, change_id)
    message = proposal_of(desk.deployment, change, content).message().decode(errors="replace")
    return draw(request, "directory_draft", change=change, message=message, told=shown)


def _words(desk: Desk, request: Request, change_id: str) -> Response:
    try:
        with reading(desk.engine) as connection:
            message = directory_drafts.to_sign(connection, desk.deployment, change_id, desk.clock())
    except Unacceptable:
        return missing(request)
    kept = {"content-disposition": f'attachment; filename="proposal-{change_id[:8]}.bin"'}
    return Response(message, media_type="application/octet-stream", headers=kept)


def _propose(desk: Desk, request: Request, change_id: str, signature: str) -> Response:
    now = desk.clock()
    try:
        with unit_of_work(desk.engine) as connection:
            change, _ = directory_drafts.find(connection, desk.deployment, change_id, now)
            known = administrators.load(connection, desk.deployment.identities).get(change.proposer)
            if known is None:
                raise Unacceptable("administrator-not-in-force")
            signer = Signed(change.proposer, known.public_key, "".join(signature.split()).lower())
            directory_drafts.propose(connection, desk.deployment, signer, change_id, now)
    except Unacceptable as refusal:
        return missing(request) if refusal.code == "change-unknown" else _refused(request, refusal.code, change_id)
    except FalseSignature:
        return _refused(request, "signature-false", change_id)
    return done(f"/directory/changes/{change_id}", "change_proposed")


def _refused(request: Request, code: str, change_id: str) -> Response:
    key = code.replace("-", "_")
    known = words_for(request).has(f"refused.{key}.title")
    back = "/directory" if code == "decision-stale" else f"/directory/drafts/{change_id}"
    return refused(request, key if known else "change_altered", back)
