"""Signing in with a passkey, and registering one by an invitation."""

import secrets
from collections.abc import Mapping

from fastapi.responses import Response

from tocsin.console.access import passkeys
from tocsin.console.access.asking import Asks, Credential, Field, Next, new_router
from tocsin.console.access.pages import door, draw, draw_with_script, message
from tocsin.console.access.starting import start, welcome
from tocsin.console.access.visits import Visit, way_back
from tocsin.runtime.browsers import client_of
from tocsin.store.access import passkeys as operator_passkeys
from tocsin.store.access import sign_ins
from tocsin.store.access.operators import Unacceptable
from tocsin.store.access.sign_ins import TooMany
from tocsin.store.database import reading, unit_of_work

router = new_router()
_SIGNING_IN, _REGISTERING = "passkey", "registration"


@router.get("/sign-in/passkey")
def ask_for_passkey(visit: Asks, wanted: Next = "/") -> Response:
    challenge = _begin(visit, _SIGNING_IN, {"next": way_back(wanted)})
    if challenge is None:
        return door(visit, way_back(wanted), "many", 429)
    options = passkeys.to_sign_in(visit.desk.site.origin, passkeys.as_bytes(challenge))
    return draw_with_script(visit, "passkey", options=options)


@router.post("/sign-in/passkey")
def use_passkey(visit: Asks, csrf: Field = "", credential: Credential = "") -> Response:
    if not visit.is_genuine(csrf):
        return door(visit, "/", "stale", 403)
    begun = _take(visit, _SIGNING_IN)
    if begun is None:
        return door(visit, "/", "stale", 403)
    try:
        token = _prove(visit, passkeys.as_bytes(begun["challenge"]), credential)
    except passkeys.Unproved:
        return door(visit, begun["next"], "refused", 403)
    return welcome(visit, token, begun["next"])


@router.get("/register")
def ask_for_invitation(visit: Asks) -> Response:
    return draw(visit, "register", notice=None)


@router.post("/register")
def show_registration(visit: Asks, csrf: Field = "", invitation: Field = "") -> Response:
    """What is typed may have spaces at its ends."""
    desk, code = visit.desk, invitation.strip()
    if not visit.is_genuine(csrf):
        return message(visit, "stale", 403, "/register")
    with reading(desk.engine) as connection:
        operator_id = operator_passkeys.invited(connection, desk.identities, code, desk.clock())
    if operator_id is None:
        return draw(visit, "register", 403, notice="invitation")
    challenge = _begin(visit, _REGISTERING, {"operator": operator_id, "code": code})
    if challenge is None:
        return draw(visit, "register", 429, notice="many")
    options = passkeys.to_register(desk.site.origin, operator_id, passkeys.as_bytes(challenge))
    return draw_with_script(visit, "registering", options=options, operator=operator_id)


@router.post("/register/passkey")
def register(visit: Asks, csrf: Field = "", credential: Credential = "") -> Response:
    if not visit.is_genuine(csrf):
        return message(visit, "stale", 403, "/register")
    begun = _take(visit, _REGISTERING)
    if begun is None:
        return message(visit, "stale", 403, "/register")
    try:
        _keep(visit, begun, credential)
    except (passkeys.Unproved, Unacceptable):
        return draw(visit, "register", 403, notice="invitation")
    return draw(visit, "registered")


def _begin(visit: Visit, purpose: str, content: Mapping[str, str]) -> str | None:
    """A challenge that this browser may answer once; None if from its address too many were asked for."""
    desk, challenge = visit.desk, secrets.token_urlsafe(32)
    told = {**content, "challenge": challenge}
    try:
        with unit_of_work(desk.engine) as connection:
            asked = purpose, visit.browser, client_of(visit.request)
            sign_ins.begin(connection, desk.identities, *asked, told, desk.clock())
    except TooMany:
        return None
    return challenge


def _take(visit: Visit, purpose: str) -> dict[str, str] | None:
    desk = visit.desk
    with unit_of_work(desk.engine) as connection:
        return sign_ins.take(connection, desk.identities, purpose, visit.browser, desk.clock())


def _prove(visit: Visit, challenge: bytes, credential: str) -> str:
    """The token of a new session. Raises Unproved."""
    desk, named = visit.desk, passkeys.credential_of(credential)
    with unit_of_work(desk.engine) as connection:
        known = operator_passkeys.find(connection, desk.identities, named)
        if known is None:
            raise passkeys.Unproved
        count = passkeys.proved_count(desk.site.origin, known, challenge, credential)
        operator_passkeys.used(connection, desk.identities, named, count, desk.clock())
        return start(connection, visit, known.operator_id, _SIGNING_IN)


def _keep(visit: Visit, begun: Mapping[str, str], credential: str) -> None:
    """Raises Unproved, Unacceptable."""
    desk, challenge = visit.desk, passkeys.as_bytes(begun["challenge"])
    named, passkey = passkeys.registered(desk.site.origin, begun["operator"], challenge, credential)
    with unit_of_work(desk.engine) as connection:
        operator_passkeys.register(connection, desk.identities, begun["code"], named, passkey, desk.clock())
