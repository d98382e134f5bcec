"""What every web service has: security headers, errors that echo nothing, a sign of life, a quiet server."""

import signal
import sys
import threading
from collections.abc import Callable, MutableMapping
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.runtime import logs, metrics
from tocsin.runtime.bounded_http import BoundedProtocol
from tocsin.runtime.policy_reports import PATH as POLICY_REPORTS
from tocsin.runtime.policy_reports import PolicyReports
from tocsin.runtime.reachable import is_reachable
from tocsin.runtime.settings import Settings

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    f"report-uri {POLICY_REPORTS}",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
WITH_SCRIPTS = f"{SECURITY_HEADERS['content-security-policy']}; script-src 'self'"
"""The policy of a page that loads scripts of ours."""
_ENCODED_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_IsWell = Callable[[], bool]
_TITLES = {404: "not found", 405: "method not allowed", 413: "too large", 422: "invalid request"}


def create_web(title: str) -> FastAPI:
    """An application with nothing in it but a sign of life, and where browsers tell of its policy. Nothing connects."""
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)
    app.add_exception_handler(HTTPException, refuse)
    app.add_exception_handler(RequestValidationError, _refuse_invalid)
    app.add_exception_handler(Exception, _fail)

    @app.get("/health/live")
    def live() -> dict[str, str]:
        return {"status": "ok"}

    app.add_api_route(POLICY_REPORTS, PolicyReports().__call__, methods=["POST"], response_class=Response)
    return app


def run(name: str, settings: Settings, port: int, create: Callable[[Settings], FastAPI], is_well: _IsWell) -> None:
    """Serve an application and its metrics as a process does. name: in the logs. is_well: of what it rests upon."""
    logs.configure(name, settings.log_level)
    address = f"{settings.bind}:{port}"
    metrics.serve(settings.metrics_port, settings.bind, lambda: is_reachable(address) and is_well())
    serve(create(settings), settings.bind, port, settings.trusted_proxies)


def serve(app: FastAPI, bind: str, port: int, proxies: str = "") -> None:
    """Serve until SIGTERM or Ctrl-C; a clean stop exits with 0. No access log: addresses and paths tell too much.

    proxies: addresses whose word is taken for where a request comes from.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises the signal again once it has stopped
    uvicorn.run(
        app,
        host=bind,
        port=port,
        http=BoundedProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=2,
        limit_concurrency=200,
    )


class SecurityHeaders:
    """Sets the headers on every answer; what an application sets itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _add_headers(message: MutableMapping[str, Any]) -> None:
    headers = list(message.get("headers", ()))
    present = {name.lower() for name, _ in headers}
    message["headers"] = headers + [each for each in _ENCODED_HEADERS if each[0] not in present]


def problem(status: int, title: str) -> JSONResponse:
    """An RFC 9457 answer without any of what was sent."""
    body = {"type": "about:blank", "status": status, "title": title}
    return JSONResponse(body, status, SECURITY_HEADERS, "application/problem+json")


async def refuse(_: Request, error: Exception) -> JSONResponse:
    """The answer to an HTTPException, without any of what was sent."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem(status, _TITLES.get(status, "refused"))


async def _refuse_invalid(_: Request, __: Exception) -> JSONResponse:
    return problem(422, _TITLES[422])


async def _fail(_: Request, __: Exception) -> JSONResponse:
    return problem(500, "internal error")
