"""What the operators' OpenID provider tells by itself: that somebody signed out there (Back-Channel Logout 1.0)."""

import logging
import time
from typing import Annotated

from fastapi import Form
from fastapi.responses import Response

from tocsin.console.access import openid
from tocsin.console.access.asking import Asks, new_router
from tocsin.console.access.pages import message
from tocsin.runtime.turns import Turns
from tocsin.runtime.web import problem
from tocsin.store.access import operators
from tocsin.store.database import unit_of_work

router = new_router()
MOST = 60
"""Posts of a minute that are looked at: each has the provider's keys read."""
_turns = Turns(MOST)
_log = logging.getLogger(__name__)


@router.post("/sign-in/openid/logout")
def end_sessions(visit: Asks, logout_token: Annotated[str, Form(max_length=8192)] = "") -> Response:
    """End every session of the account, in whichever browser. The token alone proves who asks."""
    desk = visit.desk
    if desk.provider is None:
        return message(visit, "missing", 404)
    if not _turns.take(time.monotonic()):
        return problem(429, "too many")
    try:
        subject = openid.logged_out(desk.provider, logout_token, desk.clock())
    except openid.ProviderAway:
        return problem(503, "the provider does not answer")
    except openid.NotSignedIn as refusal:
        _log.warning("sign-out-refused", extra={"code": refusal.code})
        return problem(400, "invalid request")
    with unit_of_work(desk.engine) as connection:
        operators.sign_out(connection, desk.identities, desk.provider.issuer, subject, desk.clock())
    return Response(status_code=200)
