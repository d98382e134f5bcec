"""The addresses of the brief and of a case on paper or as a file. Each reading goes on record before it leaves."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Engine

from tocsin.console.access.viewer import Role, Viewer, require
from tocsin.console.brief import drawing, readers
from tocsin.console.brief.case_page import blocks, case_page
from tocsin.console.brief.making import brief_of
from tocsin.console.brief.pdf import Unavailable
from tocsin.console.operator.desk import framed, query_without
from tocsin.console.operator.words import keep_language, words_for
from tocsin.console.recipient.people import People
from tocsin.domain.briefing.composing import Brief
from tocsin.domain.briefing.periods import Period
from tocsin.domain.exporting import cap, linked
from tocsin.domain.exporting.case import CaseExport
from tocsin.knowledge.load import load
from tocsin.runtime import clock
from tocsin.store.alerting import viewings
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment

CHAIN = "console"
"""Of the audit log."""
READERS = (Role.RECIPIENT, Role.REVIEWER, Role.DUTY_OFFICER, Role.DIRECTORY_ADMIN, Role.AUDITOR)
"""Of the brief: it holds nothing that is one person's."""
_GIVEN = (Role.RECIPIENT, *readers.OPERATORS)
_First = Annotated[str | None, Query(alias="from", max_length=10)]
_Last = Annotated[str | None, Query(alias="to", max_length=10)]
_Reader = Annotated[Viewer, Depends(require(*READERS))]
_Holder = Annotated[Viewer, Depends(require(*_GIVEN))]
_Case = Annotated[str, Path(max_length=40)]
_Mandate = Annotated[str | None, Query(max_length=64)]
_ATTACHED = 'attachment; filename="{name}"'


def pages(engine: Engine, deployment: Deployment, now: Callable[[], datetime] = clock.now) -> APIRouter:
    """The routes. now: the clock."""
    router = APIRouter(prefix=drawing.ROOT, default_response_class=HTMLResponse)
    _add_brief(router, engine, now)
    _add_cases(router, engine, deployment, now)
    return router


def _add_brief(router: APIRouter, engine: Engine, now: Callable[[], datetime]) -> None:
    def made(viewer: Viewer, first: str | None, last: str | None, kind: str) -> Brief:
        """Raises ValueError if the days make no period."""
        period, at = Period(date.fromisoformat(first or ""), date.fromisoformat(last or "")), now()
        _note(engine, "brief-drawn", f"{period.first}/{period.last}", {"by": viewer.name, "format": kind}, at)
        return brief_of(engine, period, at)

    @router.get("")
    def show_brief(request: Request, viewer: _Reader, first: _First = None, last: _Last = None) -> Response:
        around = words_for(request).language, _frame(request)
        today = now().date()
        if first is None and last is None:
            return _page(request, drawing.period_page(None, today, *around))
        try:
            return _page(request, drawing.period_page(made(viewer, first, last, "html"), today, *around))
        except ValueError:
            return _page(request, drawing.period_page(None, today, *around, refused=True), 422)

    @router.get(".pdf")
    def show_brief_pdf(request: Request, viewer: _Reader, first: _First = None, last: _Last = None) -> Response:
        language = words_for(request).language
        try:
            brief = made(viewer, first, last, "pdf")
        except ValueError:
            raise HTTPException(422) from None
        return _pdf(drawing.period_page(brief, brief.made_at.date(), language), f"brief-{language}.pdf")


def _add_cases(router: APIRouter, engine: Engine, deployment: Deployment, now: Callable[[], datetime]) -> None:
    people, knowledge = People(deployment), load()

    def given(viewer: Viewer, reference: str, mandate: str | None, kind: str) -> CaseExport:
        at = now()
        with reading(engine) as connection:
            found = readers.given_out(connection, knowledge, people, viewer, reference, mandate, at)
        if found is None:
            raise HTTPException(404)
        case, detail = found.case, {"by": viewer.name, "format": kind, "level": found.case.level.value}
        with unit_of_work(engine) as connection:
            viewings.record(connection, deployment.identities, found.shown, at)
            audit.append(
                connection, CHAIN, "case-given-out", found.case_id, detail | {"mandates": list(case.mandates)}, at
            )
        return case

    @router.get("/cases/{reference}")
    def show_case(request: Request, viewer: _Holder, reference: _Case, mandate: _Mandate = None) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        case, language = given(viewer, reference, mandate, "html"), words_for(request).language
        frame = _frame(request) | {"here": query_without(request, "lang")}
        return _page(request, case_page(case, language, query, frame))

    @router.get("/cases/{reference}/brief.pdf")
    def show_case_pdf(request: Request, viewer: _Holder, reference: _Case, mandate: _Mandate = None) -> Response:
        case = given(viewer, reference, mandate, "pdf")
        return _pdf(case_page(case, words_for(request).language, ""), f"{case.reference}.pdf")

    @router.get("/cases/{reference}/cap.xml")
    def show_cap(viewer: _Holder, reference: _Case, mandate: _Mandate = None) -> Response:
        case = given(viewer, reference, mandate, "cap")
        return _file(cap.message(case, blocks(case)), "application/cap+xml", f"{case.reference}.cap.xml")

    @router.get("/cases/{reference}/case.jsonld")
    def show_linked(viewer: _Holder, reference: _Case, mandate: _Mandate = None) -> Response:
        case = given(viewer, reference, mandate, "json-ld")
        body = json.dumps(linked.document(case), ensure_ascii=False, indent=2)
        return _file(body.encode(), "application/ld+json", f"{case.reference}.jsonld")


def _note(engine: Engine, action: str, subject: str, detail: dict[str, str], at: datetime) -> None:
    with unit_of_work(engine) as connection:
        audit.append(connection, CHAIN, action, subject, detail, at)


def _frame(request: Request) -> dict[str, Any]:
    """What stands around every page of the console."""
    said, frame, here = words_for(request), framed(request), request.url.path
    places = [(f"/{place}", said(f"place.{place or 'overview'}"), here == f"/{place}") for place in frame["places"]]
    return {"places": places, "signed_in": frame["signed_in"], "csrf": frame["csrf"]}


def _page(request: Request, html: str, status: int = 200) -> Response:
    page = HTMLResponse(html, status)
    keep_language(request, page)
    return page


def _pdf(html: str, name: str) -> Response:
    try:
        return _file(drawing.as_pdf(html), "application/pdf", name)
    except Unavailable:
        raise HTTPException(503) from None


def _file(body: bytes, kind: str, name: str) -> Response:
    return Response(body, media_type=kind, headers={"content-disposition": _ATTACHED.format(name=name)})
