"""Cases by reference, ours or a mechanism's own, by a name in any script, or by place.

What is asked for by name stands in no address or log.
"""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.console.operator.desk import Asked, Desk, Who, draw, new_router
from tocsin.knowledge.load import load
from tocsin.resolver import searching
from tocsin.resolver.matching import load_matcher
from tocsin.runtime.pages.drawing import see
from tocsin.store.auditing import audit
from tocsin.store.casework import cases
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import publishers
from tocsin.store.views import overview

LONGEST = 200
YEARS_BACK = 10
"""How old an event may be that a place finds."""
Sought = Annotated[str, Form(max_length=LONGEST)]
References = Annotated[list[Annotated[str, Query(max_length=12)]], Query(alias="case", max_length=searching.MOST)]


def routes(desk: Desk) -> APIRouter:
    router = new_router("search")

    @router.get("/search")
    def show(request: Request, found: References = [], how: Asked = "") -> Response:  # noqa: B006 - never changed
        with reading(desk.engine) as connection:
            lines = overview.cases_called(connection, found)
        return draw(request, "search", lines=lines, how=how if how in _WAYS else "")

    @router.post("/search/name")
    def by_name(viewer: Who, name: Sought = "") -> Response:
        return _search(desk, viewer.name, "name", name)

    @router.post("/search/place")
    def by_place(viewer: Who, place: Sought = "") -> Response:
        return _search(desk, viewer.name, "place", place)

    @router.post("/search/reference")
    def by_reference(viewer: Who, reference: Sought = "") -> Response:
        return _search(desk, viewer.name, "reference", reference)

    return router


_WAYS = ("name", "place", "reference")


def _search(desk: Desk, by: str, how: str, sought: str) -> Response:
    """Lead to a page of references. On record is who searched, how, and which cases came: not what was asked for."""
    now = desk.clock()
    with unit_of_work(desk.engine) as connection:
        if how == "name":
            found = searching.by_name(connection, desk.deployment, load_matcher(), sought)
        elif how == "place":
            since = now - timedelta(days=365 * YEARS_BACK)
            found = searching.by_place(connection, desk.deployment, sought, since, now)
        else:
            found = _by_reference(connection, desk, sought.strip())
        references = [cases.get(connection, case_id).reference for case_id in found]
        audit.append(connection, "operators", "cases-searched", by, {"how": how, "found": references}, now)
    return see(f"/search?{urlencode([('how', how), *(('case', reference) for reference in references)])}")


def _by_reference(connection: Connection, desk: Desk, reference: str) -> list[str]:
    """Ours first; else a mechanism's own."""
    known = cases.by_reference(connection, reference)
    if known is not None:
        return [cases.current(connection, known.case_id)]
    names = {each.publisher_id for each in publishers.every(connection, desk.deployment.identities)}
    numbered = searching.by_number(connection, desk.deployment, sorted(names | load().mechanisms.keys()), reference)
    return list(dict.fromkeys(cases.current(connection, case_id) for case_id in numbered))
