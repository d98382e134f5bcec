"""The application of the console: what is read there, behind the gate of access."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as Refusal
from starlette.templating import Jinja2Templates

from tocsin.console import wording
from tocsin.console.access import pages as access_pages
from tocsin.console.access import passkey_routes, sign_in_routes
from tocsin.console.access.desk import Desk, desk_of
from tocsin.console.access.gate import Gate
from tocsin.console.access.viewer import Role, Viewer, require
from tocsin.console.brief.routes import pages as brief_pages
from tocsin.console.operator.desk import places_of
from tocsin.console.operator.pages import pages as operator_pages
from tocsin.console.operator.words import words
from tocsin.console.recipient.limits import SmallForms
from tocsin.runtime import clock
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.pages.drawing import see, static
from tocsin.runtime.settings import Settings
from tocsin.runtime.web import create_web, refuse
from tocsin.store import acknowledgements, actions, audit, inbound, labels, overview, timeline, waiting_reports
from tocsin.store.database import reading, unit_of_work
from tocsin.store.operators import CHAIN

_HERE = Path(__file__).parent
_ON_A_PAGE = {"acts": 30, "answers": 30, "decisions": 40, "moments": 60}
"""How much of each list of a case; reports: ``overview.REPORTS``."""
READERS = (Role.REVIEWER, Role.DUTY_OFFICER, Role.AUDITOR)
"""Who sees how cases stand."""

Refresh = Annotated[int | None, Query(ge=2, le=300)]
Page = Annotated[int, Query(ge=1, le=10_000)]
Anybody = Annotated[Viewer, Depends(require(*Role))]
Reader = Annotated[Viewer, Depends(require(*READERS))]


def create_app(settings: Settings) -> FastAPI:
    """Nothing connects before the first request. Raises OpenConsoleRefused, UnusableAccessFile."""
    return app_of(desk_of(settings), settings.kafka)


def app_of(desk: Desk, broker: str | Access | None = None) -> FastAPI:
    """The console of this desk. broker: where dead letters are published again."""
    app = create_web("Tocsin console")
    app.add_middleware(Gate, desk=desk)
    app.add_middleware(SmallForms)
    app.add_exception_handler(Refusal, _refuse)
    app.mount("/static/recipient", static(_HERE / "recipient"))
    app.mount("/static", static(_HERE))
    for routes in (sign_in_routes, passkey_routes):
        app.include_router(routes.router)
    app.include_router(_pages(desk.engine))
    for more in (operator_pages(desk.engine, desk.deployment, broker), brief_pages(desk.engine, desk.deployment)):
        app.router.routes.extend(more.routes)
    return app


def _pages(engine: Engine) -> APIRouter:
    router = APIRouter(default_response_class=HTMLResponse)
    templates = _templates()

    def render(request: Request, name: str, **content: Any) -> Response:
        common = {"now": clock.now(), "visit": request.state.visit, "places": _places(request.state.viewer)}
        return templates.TemplateResponse(request, name, common | content)

    @router.get("/")
    def show_overview(request: Request, viewer: Anybody, page: Page = 1, refresh: Refresh = None) -> Response:
        if not viewer.may(*READERS):
            return see("/account")
        with reading(engine) as connection:
            content: dict[str, Any] = {
                "counts": overview.counts(connection),
                "stuck": overview.stuck(connection)[: overview.MOST_WAITING],
                "reviews": overview.open_reviews(connection),
                "cases": overview.recent_cases(connection, page),
                "parked": waiting_reports.by_publisher(connection),
            }
        return render(request, "overview.html", page=page, page_size=overview.PAGE, refresh=refresh, **content)

    @router.get("/cases/{reference}")
    def show_case(
        request: Request, reference: str, viewer: Reader, page: Page = 1, refresh: Refresh = None
    ) -> Response:
        with reading(engine) as connection:
            case = overview.case(connection, reference)
            if case is None:
                raise HTTPException(404)
            content: dict[str, Any] = {
                "reports": overview.reports_of(connection, case.case_id, page),
                "number": overview.number_of_reports(connection, case.case_id),
                "links": overview.linked_cases(connection, case.case_id),
                "decided": labels.in_force(connection, [case.case_id]),
                "acts": actions.of_case(connection, case.case_id),
                "in_hand": acknowledgements.of_case(connection, case.case_id),
                "answers": inbound.listed(connection, case.case_id, handled=True),
                "decisions": timeline.decisions(connection, case.case_id),
                "moments": timeline.of_case(connection, case.case_id),
            }
            content |= _cut(content, page) | {"page": page}
            content["roles"] = inbound.roles(connection, content["answers"])
        with unit_of_work(engine) as connection:
            audit.append(connection, CHAIN, "case-read", case.case_id, {"by": viewer.name}, clock.now())
        return render(request, "case.html", case=case, refresh=refresh, **content)

    return router


def _cut(content: dict[str, Any], page: int) -> dict[str, Any]:
    """Of each list that grows with a case the part that is on this page, how long it is, and whether there is more."""
    cut = {name: content[name][(page - 1) * most : page * most] for name, most in _ON_A_PAGE.items()}
    more = any(len(content[name]) > page * most for name, most in _ON_A_PAGE.items())
    totals = {name: len(content[name]) for name in _ON_A_PAGE}
    return cut | {"totals": totals, "has_more": more or content["number"] > page * overview.REPORTS}


def _places(viewer: Viewer) -> list[tuple[str, str]]:
    """Where the viewer may go from here, each with its name."""
    said = words("en")
    return [(place, said(f"place.{place}")) for place in places_of(viewer)]


async def _refuse(request: Request, error: Exception) -> Response:
    """What is absent and what is not theirs are one page."""
    if isinstance(error, Refusal) and error.status_code == 404 and hasattr(request.state, "visit"):
        return await run_in_threadpool(access_pages.missing, request)
    if isinstance(error, Refusal) and error.status_code == 403 and hasattr(request.state, "visit"):
        return await run_in_threadpool(access_pages.message, request.state.visit, "stale", 403)
    return await refuse(request, error)


def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(directory=_HERE / "templates")
    templates.env.trim_blocks = templates.env.lstrip_blocks = True
    spoken = ("words", "moment", "mails", "by_mail_state", "tone", "sign")
    templates.env.filters.update({name: getattr(wording, name) for name in spoken})
    return templates
