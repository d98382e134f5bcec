"""Signing in through the OpenID provider of one's own mechanism.

A verified address that is in the directory entitles to just what a code that was mailed to it does. Whoever has none
gets one answer, whatever the reason.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.responses import RedirectResponse, Response

from tocsin.console.access import openid
from tocsin.console.access.provider import MechanismProvider
from tocsin.console.recipient import signing_in
from tocsin.console.recipient.asking import Asks, Next, new_router
from tocsin.console.recipient.pages import door, message
from tocsin.console.recipient.visits import Visit, keep, way_back
from tocsin.runtime.browsers import client_of
from tocsin.store.access import sign_ins
from tocsin.store.access.sign_ins import TooMany
from tocsin.store.database import unit_of_work
from tocsin.store.recipients import sign_in

router = new_router()
Key = Annotated[str, Path(pattern="^[a-z0-9-]{1,40}$")]


@router.get("/sign-in/openid/{key}")
def go_to_provider(visit: Asks, key: Key, wanted: Next = "/") -> Response:
    desk, provider = visit.desk, visit.desk.providers.get(key)
    if provider is None:
        return message(visit, "missing", 404)
    try:
        url, kept = openid.begin(provider, _redirect(visit, key))
        with unit_of_work(desk.engine) as connection:
            asked = _purpose(key), visit.browser, client_of(visit.request)
            sign_ins.begin(connection, desk.identities, *asked, kept | {"next": way_back(wanted)}, desk.clock())
    except openid.ProviderAway:
        return door(visit, way_back(wanted), "away", 503)
    except TooMany:
        return door(visit, way_back(wanted), "away", 429)
    answer = RedirectResponse(url, 303)
    keep(answer, visit, "browser", visit.browser)
    return answer


@router.get("/sign-in/openid/{key}/answer")
def come_back(visit: Asks, request: Request, key: Key) -> Response:
    desk, provider = visit.desk, visit.desk.providers.get(key)
    if provider is None:
        return message(visit, "missing", 404)
    with unit_of_work(desk.engine) as connection:
        begun = sign_ins.take(connection, desk.identities, _purpose(key), visit.browser, desk.clock())
    if begun is None:
        return door(visit, "/", "stale", 403)
    try:
        said = openid.said_of(provider, _redirect(visit, key), begun, request.query_params, desk.clock())
    except openid.ProviderAway:
        return door(visit, begun["next"], "away", 503)
    except openid.NotSignedIn:
        return door(visit, begun["next"], "refused", 403)
    return _admit(visit, provider, said, begun["next"])


def _admit(visit: Visit, provider: MechanismProvider, said: Mapping[str, Any], wanted: str) -> Response:
    """An address that several people share says of nobody who it is: they ask for codes."""
    desk, now = visit.desk, visit.desk.clock()
    with unit_of_work(desk.engine) as connection:
        found = list(sign_in.holders(connection, desk.deployment, _address(provider, said), now))
        if len(found) != 1:
            return door(visit, wanted, "refused", 403)
        token = signing_in.begin(connection, visit, found[0][0].recipient_id, provider.key)
    return signing_in.welcome(visit, token, wanted)


def _address(provider: MechanismProvider, said: Mapping[str, Any]) -> str:
    """The address that the provider has verified, if it may speak for it; "" otherwise, which nobody has."""
    address = said.get("email")
    if said.get("email_verified") is not True or not isinstance(address, str):
        return ""
    return address.strip() if address.strip().rpartition("@")[2].lower() in provider.domains else ""


def _purpose(key: str) -> str:
    return f"recipient-openid {key}"


def _redirect(visit: Visit, key: str) -> str:
    return f"{visit.desk.site.origin}/sign-in/openid/{key}/answer"
