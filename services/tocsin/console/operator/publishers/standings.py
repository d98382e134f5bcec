"""Publishers and their keys: which still sign, until when, what was refused, and what is not as Tocsin wrote it."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tocsin.console.access.viewer import Role
from tocsin.console.operator.desk import Desk, Page, Who, draw, new_router
from tocsin.store.database import reading
from tocsin.store.publishing import api_keys
from tocsin.store.publishing import publishers as registry
from tocsin.store.views import publisher_standings
from tocsin.store.views.publisher_standings import KeyState

TONES = {
    KeyState.VALID: "good",
    KeyState.CLOSING: "waiting",
    KeyState.NOT_YET: "waiting",
    KeyState.EXPIRED: "bad",
    KeyState.REVOKED: "bad",
}


def routes(desk: Desk) -> APIRouter:
    router = new_router("publishers")

    @router.get("/publishers")
    def show(request: Request, viewer: Who, page: Page = 1) -> Response:
        now, identities = desk.clock(), desk.deployment.identities
        with reading(desk.engine) as connection:
            standings = publisher_standings.standings(connection, identities, now, page)
            names = [standing.publisher.publisher_id for standing in standings]
            opened = {name: api_keys.of_publisher(connection, identities, name) for name in names}
            altered = [*registry.altered(connection, identities), *api_keys.altered(connection, identities)]
            undone = publisher_standings.undone(connection, identities)
        content: dict[str, Any] = {"standings": standings, "api_keys": opened, "altered": altered, "undone": undone}
        content |= {"page": page, "is_full": len(standings) == publisher_standings.PAGE}
        may: dict[str, Any] = {"may_administer": viewer.may(Role.DIRECTORY_ADMIN), "may_revoke": False}
        return draw(request, "publishers", now=now, tones=TONES, **content, **may)

    return router
