"""What could not be accepted, why, how to mend it, and giving it another try."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response
from kafka.errors import KafkaError

from tocsin.console.access.viewer import Proof, Role, require
from tocsin.console.operator.desk import Asked, Desk, Page, Who, done, draw, missing, new_router, refused
from tocsin.console.operator.words import words_for
from tocsin.resolver import reviewing
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.streams import again, letters
from tocsin.store.streams.letters import Head, Letter, republish
from tocsin.store.views import audit_entries
from tocsin_schemas.problems import Problem
from tocsin_schemas.refusals import Said, said

EventId = Annotated[str, Path(max_length=64, pattern="^[0-9A-Za-z-]+$")]
REPLAYED = "dead-letter-replayed"
_LONGEST_SUBJECT = 64
_LONGEST_SHOWN = 20_000
_ACTS = [Depends(require(Role.DUTY_OFFICER))]
_ONE = "/dead-letters/{event_id}"


def routes(desk: Desk) -> APIRouter:
    router = new_router("dead-letters")

    @router.get("/dead-letters")
    def show_all(request: Request, page: Page = 1) -> Response:
        with reading(desk.engine) as connection:
            heads = letters.listed(connection, page)
        told = [(head, _told(head.problems[:1], request)) for head in heads]
        return draw(request, "dead_letters", heads=told, page=page, is_full=len(heads) == letters.PAGE)

    @router.get("/dead-letters/{event_id}")
    def show_one(request: Request, viewer: Who, event_id: EventId, done: Asked = "") -> Response:
        return _letter(desk, request, event_id, viewer.may(Role.DUTY_OFFICER), done)

    @router.get("/dead-letters/{event_id}/message", dependencies=[*_ACTS, Depends(Proof(f"{_ONE}/message"))])
    def show_message(request: Request, viewer: Who, event_id: EventId) -> Response:
        return _message(desk, request, viewer.name, event_id)

    @router.post("/dead-letters/{event_id}/replay", dependencies=[*_ACTS, Depends(Proof(_ONE))])
    def replay(request: Request, viewer: Who, event_id: EventId, anyway: Annotated[bool, Form()] = False) -> Response:
        return _replay(desk, request, viewer.name, event_id, anyway)

    return router


def _told(problems: Sequence[Problem], request: Request) -> list[tuple[Problem, Said]]:
    language = words_for(request).language
    return [(problem, said(problem, language)) for problem in problems]


def _letter(desk: Desk, request: Request, event_id: str, may_act: bool, done: str) -> Response:
    with reading(desk.engine) as connection:
        head = letters.head(connection, event_id)
        if head is None:
            return missing(request)
        replays = audit_entries.of_subject(connection, reviewing.CHAIN, REPLAYED, head.origin[:_LONGEST_SUBJECT])
    shown: dict[str, Any] = {
        "problems": _told(head.problems, request),
        "may_act": may_act,
        "has_way": desk.broker is not None,
    }
    return draw(request, "dead_letter", head=head, replays=replays, done=done, **shown)


def _message(desk: Desk, request: Request, by: str, event_id: str) -> Response:
    """That it was opened is durable before it is shown: it may hold names."""
    with unit_of_work(desk.engine) as connection:
        head = letters.head(connection, event_id)
        found = None if head is None or head.erased else letters.opened(connection, desk.deployment.vault, event_id)
        if head is None or found is None:
            return missing(request)
        audit.append(connection, reviewing.CHAIN, "message-opened", event_id, {"by": by}, desk.clock())
    headers = [(_printable(name), _printable((value or b"").decode(errors="replace"))) for name, value in found.headers]
    body = _printable(found.body[:_LONGEST_SHOWN].decode(errors="replace"))
    return draw(request, "message_opened", head=head, headers=headers, body=body, cut=len(found.body) > _LONGEST_SHOWN)


def _replay(desk: Desk, request: Request, by: str, event_id: str, anyway: bool) -> Response:
    """It is on record before it leaves; the broker is asked outside the transaction."""
    back = f"/dead-letters/{event_id}"
    with reading(desk.engine) as connection:
        head = letters.head(connection, event_id)
        found = None if head is None else letters.opened(connection, desk.deployment.vault, event_id)
    if head is None or found is None:
        return missing(request)
    if (hindrance := _hindrance(desk, head, found, anyway)) is not None:
        return refused(request, hindrance, back)
    with unit_of_work(desk.engine) as connection:
        audit.append(connection, reviewing.CHAIN, REPLAYED, head.origin[:_LONGEST_SUBJECT], {"by": by}, desk.clock())
    try:
        republish(desk.broker or "", found)
    except (KafkaError, OSError):
        return refused(request, "broker", back)
    return done(back, "replayed")


def _hindrance(desk: Desk, head: Head, found: Letter, anyway: bool) -> str | None:
    """Why it is not published again: a key of the words."""
    if desk.broker is None:
        return "no_broker"
    if head.erased or found.erased:
        return "erased"
    if not anyway and again.refused_again(found, desk.deployment.keys.opening) is not None:
        return "again"
    return None


def _printable(text: str) -> str:
    """Without what could turn the line around or stand for nothing."""
    return "".join(c if c.isprintable() or c in "\n\t" else "·" for c in text)
