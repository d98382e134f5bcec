"""Signing in: the door, and the way by an OpenID provider; signing out."""

import logging
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from tocsin.console.access import openid
from tocsin.console.access.asking import Asks, Field, Next, new_router
from tocsin.console.access.pages import door, draw, message
from tocsin.console.access.starting import sign_out, start, welcome
from tocsin.console.access.viewer import ASKED_AFTER, Role, Viewer, require
from tocsin.console.access.visits import Visit, keep_browser, way_back
from tocsin.runtime.browsers import client_of
from tocsin.runtime.pages.drawing import see
from tocsin.store.access import operators, sign_ins
from tocsin.store.access import sessions as operator_sessions
from tocsin.store.access.sign_ins import TooMany
from tocsin.store.database import reading, unit_of_work

router = new_router()
_PURPOSE = "openid"
_log = logging.getLogger(__name__)
Anybody = Annotated[Viewer, Depends(require(*Role))]


@router.get("/sign-in")
def show_door(visit: Asks, wanted: Next = "/") -> Response:
    return door(visit, way_back(wanted))


@router.get("/sign-in/openid")
def go_to_provider(visit: Asks, wanted: Next = "/") -> Response:
    desk = visit.desk
    if desk.provider is None:
        return message(visit, "missing", 404)
    try:
        url, kept = openid.begin(desk.provider, _redirect(visit), ASKED_AFTER)
        with unit_of_work(desk.engine) as connection:
            asked = _PURPOSE, visit.browser, client_of(visit.request)
            before = operator_sessions.digest(desk.identities, visit.session) if visit.has_session else ""
            content = kept | {"next": way_back(wanted), "before": before}
            sign_ins.begin(connection, desk.identities, *asked, content, desk.clock())
    except openid.ProviderAway:
        return door(visit, way_back(wanted), "away", 503)
    except TooMany:
        return door(visit, way_back(wanted), "many", 429)
    answer = RedirectResponse(url, 303)
    keep_browser(answer, visit)
    return answer


@router.get("/sign-in/openid/answer")
def come_back(visit: Asks, request: Request) -> Response:
    desk = visit.desk
    with unit_of_work(desk.engine) as connection:
        begun = sign_ins.take(connection, desk.identities, _PURPOSE, visit.browser, desk.clock())
    if begun is None or desk.provider is None:
        return door(visit, "/", "stale", 403)
    try:
        subject = openid.finish(desk.provider, _redirect(visit), begun, request.query_params, desk.clock())
    except openid.ProviderAway:
        return door(visit, begun["next"], "away", 503)
    except openid.NotSignedIn as refusal:
        _log.warning("sign-in-refused", extra={"code": refusal.code})
        return door(visit, begun["next"], "refused", 403)
    return _admit(visit, subject, begun)


@router.get("/account")
def show_account(visit: Asks, viewer: Anybody) -> Response:
    desk = visit.desk
    with reading(desk.engine) as connection:
        standing = operator_sessions.standing(connection, viewer.name, desk.clock())
    here = operator_sessions.digest(desk.identities, visit.session)
    return draw(visit, "account", viewer=viewer, sessions=standing, this=here)


@router.post("/account/session")
def end_session(visit: Asks, viewer: Anybody, csrf: Field = "", session: Field = "") -> Response:
    """One of one's own, in another browser. session: as the account's page names it."""
    if not visit.is_genuine(csrf):
        return message(visit, "stale", 403)
    with unit_of_work(visit.desk.engine) as connection:
        operator_sessions.end_own(connection, viewer.name, session, visit.desk.clock())
    return see("/account")


@router.post("/account/sessions")
def end_sessions(visit: Asks, viewer: Anybody, csrf: Field = "") -> Response:
    """Of every browser, this one too."""
    if not visit.is_genuine(csrf):
        return message(visit, "stale", 403)
    with unit_of_work(visit.desk.engine) as connection:
        operator_sessions.end_all(connection, viewer.name, visit.desk.clock())
    return sign_out(visit)


@router.post("/sign-out")
def leave(visit: Asks, _viewer: Anybody, csrf: Field = "") -> Response:
    return sign_out(visit) if visit.is_genuine(csrf) else message(visit, "stale", 403)


def _admit(visit: Visit, subject: openid.Subject, begun: Mapping[str, str]) -> Response:
    """The session in which this was begun ends: its cookie is not sent on the way back from the provider."""
    desk, now, wanted = visit.desk, visit.desk.clock(), begun["next"]
    with unit_of_work(desk.engine) as connection:
        whose = subject.issuer, subject.subject, subject.roles
        account = operators.of_subject(connection, desk.identities, *whose, now)
        token = None if account is None else start(connection, visit, account.operator_id, _PURPOSE)
        if account is not None:
            operator_sessions.end_own(connection, account.operator_id, begun["before"], now)
    return door(visit, wanted, "refused", 403) if token is None else welcome(visit, token, wanted)


def _redirect(visit: Visit) -> str:
    return f"{visit.desk.site.origin}/sign-in/openid/answer"
