"""Signing in: an address, a code that was mailed to it, and a session. Nobody learns whether an address is known."""

import unicodedata
from urllib.parse import urlencode

from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.console.recipient.pages import door, draw
from tocsin.console.recipient.visits import Visit, forget, keep, way_back
from tocsin.runtime.browsers import client_of
from tocsin.runtime.pages.drawing import see
from tocsin.store.auditing import audit
from tocsin.store.database import unit_of_work
from tocsin.store.recipients import given_answers, sign_in, sign_in_limits
from tocsin.store.recipients.sessions import LONGEST, OF_RECIPIENTS
from tocsin.store.recipients.sign_in import Asking


def ask_for_code(visit: Visit, address: str, wanted: str) -> Response:
    """Mail a code to whoever has the address. The answer is always the same."""
    desk = visit.desk
    asking = Asking(visit.browser, address, client_of(visit.request), visit.known)
    with unit_of_work(desk.engine) as connection:
        sign_in.request(connection, desk.deployment, asking, desk.clock())
    answer = see(f"/sign-in/code?{urlencode({'next': wanted})}")
    keep(answer, visit, "browser", visit.browser)
    return answer


def code_page(visit: Visit, wanted: str, notice: str | None = None, status: int = 200) -> Response:
    """Where the code is typed."""
    return draw(visit, "code", status, next=wanted, notice=notice, here=f"{urlencode({'next': wanted})}&")


def enter_code(visit: Visit, typed: str, wanted: str) -> Response:
    """Begin a session, if it is the code that was mailed to the person who asked in this browser."""
    desk, now = visit.desk, visit.desk.clock()
    with unit_of_work(desk.engine) as connection:
        redeemed = sign_in.redeem(connection, desk.identities, visit.browser, digits(typed), now)
        if redeemed is not None:
            token = begin(connection, visit, redeemed.recipient_id)
    if redeemed is None:
        return code_page(visit, wanted, "code", 403)
    answer = see(wanted)
    keep(answer, visit, "session", token, lasting=int(LONGEST.total_seconds()))
    keep(answer, visit, "known", redeemed.known, lasting=int(sign_in_limits.TRUSTED.total_seconds()))
    forget(answer, visit, "browser")
    return answer


def begin(connection: Connection, visit: Visit, recipient_id: str, provider: str | None = None) -> str:
    """A session, on record; returns its token. provider: who said who it is; None: a code did."""
    desk, now = visit.desk, visit.desk.clock()
    token = OF_RECIPIENTS.begin(connection, desk.identities, recipient_id, now)
    detail = {} if provider is None else {"provider": provider}
    audit.append(connection, given_answers.CHAIN, "signed-in", recipient_id, detail, now)
    return token


def welcome(visit: Visit, token: str, wanted: str) -> Response:
    """A page of ours between another site and what was wanted: the session is sent from our own pages alone."""
    answer = draw(visit, "welcome", next=wanted)
    keep(answer, visit, "session", token, lasting=int(LONGEST.total_seconds()))
    forget(answer, visit, "browser")
    return answer


def sign_out(visit: Visit) -> Response:
    """End the session, here and in the database."""
    with unit_of_work(visit.desk.engine) as connection:
        OF_RECIPIENTS.end(connection, visit.desk.identities, visit.session, visit.desk.clock())
    answer = see("/")
    forget(answer, visit, "session")
    return answer


def digits(typed: str) -> str:
    """The digits of what was typed, in whichever script, without what stands between them."""
    return "".join(
        str(unicodedata.digit(character)) for character in typed if unicodedata.digit(character, None) is not None
    )


def refused(visit: Visit, wanted: str) -> Response:
    """A form that is too old, or comes from elsewhere: begin again."""
    return door(visit, way_back(wanted), "stale", 403)
