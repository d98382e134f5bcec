"""The pages of the console."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Engine
from starlette.templating import Jinja2Templates

from tocsin.console import wording
from tocsin.runtime import clock
from tocsin.runtime.pages.drawing import static
from tocsin.runtime.settings import Settings
from tocsin.runtime.web import create_web
from tocsin.store import acknowledgements, actions, inbound, labels, overview, timeline, waiting_reports
from tocsin.store.database import open_database, reading

_HERE = Path(__file__).parent

Refresh = Annotated[int | None, Query(ge=2, le=300)]
Page = Annotated[int, Query(ge=1, le=10_000)]


def create_app(settings: Settings) -> FastAPI:
    """Nothing connects before the first request."""
    app = create_web("Tocsin console")
    app.mount("/static", static(_HERE))
    app.include_router(_pages(open_database(settings.database), _own_hosts(settings)))
    return app


def _pages(engine: Engine, hosts: frozenset[str]) -> APIRouter:
    def check_host(request: Request) -> None:
        """Another site may point its own name at this machine (DNS rebinding); it must read nothing."""
        if request.url.hostname not in hosts:
            raise HTTPException(421)

    router = APIRouter(dependencies=[Depends(check_host)], default_response_class=HTMLResponse)
    templates = _templates()

    def render(request: Request, name: str, status: int = 200, **content: Any) -> HTMLResponse:
        return templates.TemplateResponse(request, name, {"now": clock.now(), **content}, status_code=status)

    @router.get("/")
    def show_overview(request: Request, page: Page = 1, refresh: Refresh = None) -> HTMLResponse:
        with reading(engine) as connection:
            content: dict[str, Any] = {
                "counts": overview.counts(connection),
                "stuck": overview.stuck(connection),
                "reviews": overview.open_reviews(connection),
                "cases": overview.recent_cases(connection, page),
                "parked": waiting_reports.by_publisher(connection),
            }
        return render(request, "overview.html", page=page, page_size=overview.PAGE, refresh=refresh, **content)

    @router.get("/cases/{reference}")
    def show_case(request: Request, reference: str, refresh: Refresh = None) -> HTMLResponse:
        with reading(engine) as connection:
            case = overview.case(connection, reference)
            if case is None:
                return render(request, "missing.html", 404, refresh=None)
            content: dict[str, Any] = {
                "reports": overview.reports_of(connection, case.case_id),
                "links": overview.linked_cases(connection, case.case_id),
                "decided": labels.in_force(connection, [case.case_id]),
                "acts": actions.of_case(connection, case.case_id),
                "in_hand": acknowledgements.of_case(connection, case.case_id),
                "answers": inbound.listed(connection, case.case_id, handled=True),
                "decisions": timeline.decisions(connection, case.case_id),
                "moments": timeline.of_case(connection, case.case_id),
            }
            content["roles"] = inbound.roles(connection, content["answers"])
        return render(request, "case.html", case=case, refresh=refresh, **content)

    return router


def _own_hosts(settings: Settings) -> frozenset[str]:
    configured = urlsplit(settings.console_url).hostname
    return frozenset(filter(None, ("127.0.0.1", "localhost", "::1", settings.bind, configured)))


def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(directory=_HERE / "templates")
    templates.env.trim_blocks = templates.env.lstrip_blocks = True
    spoken = ("words", "moment", "mails", "by_mail_state", "tone", "sign")
    templates.env.filters.update({name: getattr(wording, name) for name in spoken})
    return templates
