"""The application of the console: its pages, behind the gate of access."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as Refusal

from tocsin.console.access import pages as access_pages
from tocsin.console.access import passkey_routes, provider_routes, sign_in_routes
from tocsin.console.access.desk import Desk, desk_of
from tocsin.console.access.gate import Gate
from tocsin.console.brief.routes import pages as brief_pages
from tocsin.console.operator.pages import pages as operator_pages
from tocsin.console.recipient.limits import SmallForms
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.pages.drawing import static
from tocsin.runtime.settings import Settings
from tocsin.runtime.web import create_web, refuse

_HERE = Path(__file__).parent


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
    app.mount("/static/brief", static(_HERE / "brief"))
    app.mount("/static", static(_HERE))
    for routes in (sign_in_routes, passkey_routes, provider_routes):
        app.include_router(routes.router)
    for more in (operator_pages(desk.engine, desk.deployment, broker), brief_pages(desk.engine, desk.deployment)):
        app.router.routes.extend(more.routes)
    return app


async def _refuse(request: Request, error: Exception) -> Response:
    """What is absent and what is not theirs are one page."""
    if isinstance(error, Refusal) and error.status_code == 404 and hasattr(request.state, "visit"):
        return await run_in_threadpool(access_pages.missing, request)
    if isinstance(error, Refusal) and error.status_code == 403 and hasattr(request.state, "visit"):
        return await run_in_threadpool(access_pages.message, request.state.visit, "stale", 403)
    if isinstance(error, Refusal) and error.status_code == 401 and hasattr(request.state, "visit"):
        return await run_in_threadpool(access_pages.door, request.state.visit, error.detail, "unproved", 403)
    return await refuse(request, error)
