"""What is refused, as problem+json (RFC 9457): stable codes, English or French, never an echo of what was sent."""

import logging
import tomllib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from tocsin.intake.publishing import Unavailable
from tocsin.runtime.browsers import best_language
from tocsin.runtime.web import SECURITY_HEADERS
from tocsin_schemas import refusals
from tocsin_schemas.problems import InvalidEvent, Problem
from tocsin_schemas.refusals import Said

MEDIA_TYPE = "application/problem+json"
LANGUAGES = ("en", "fr")
_STATUS_OF = {404: "not-found", 405: "method-not-allowed"}
log = logging.getLogger(__name__)


class Refused(Exception):
    """The request is refused before its event is looked at, or for what surrounds it.

    code: of ``refusals.toml``. wait: seconds until another try may do better.
    """

    def __init__(self, code: str, path: str = "", wait: float | None = None) -> None:
        super().__init__(code)
        self.code, self.path, self.wait = code, path, wait


@dataclass(frozen=True, slots=True)
class _Wording:
    status: int
    said: Mapping[str, Said]


@cache
def wordings() -> Mapping[str, _Wording]:
    """Code -> status and what is said."""
    table = tomllib.loads(resources.files(__package__).joinpath("refusals.toml").read_text("utf-8"))
    return {
        code: _Wording(entry["status"], {language: Said(*entry[language]) for language in LANGUAGES})
        for code, entry in table.items()
    }


def language_of(request: Request) -> str:
    """English, unless French is preferred (``Accept-Language``, RFC 9110 12.5.4)."""
    return best_language(request.headers.get("accept-language", ""), LANGUAGES, LANGUAGES[0])


def told(problems: Sequence[Problem], language: str) -> list[dict[str, str]]:
    """Each problem for the publisher: code, JSON Pointer into the body, what is wrong, how to mend it."""
    return [
        {"code": problem.code, "pointer": problem.path, "detail": said.sentence, "remedy": said.remedy}
        for problem in problems
        for said in [_said(problem, language)]
    ]


def _said(problem: Problem, language: str) -> Said:
    ours = wordings().get(problem.code)
    return refusals.said(problem, language) if ours is None else ours.said[language]


def answer(request: Request, status: int, problems: Sequence[Problem], **over: Any) -> JSONResponse:
    """over: further headers, and members of the body (``instance``)."""
    language = language_of(request)
    first = _said(problems[0], language)
    body = {
        "type": f"urn:tocsin:problem:{problems[0].code}",
        "title": first.sentence,
        "status": status,
        "detail": first.remedy,
        "problems": told(problems, language),
    }
    headers = {"content-language": language, "vary": "accept-language"} | over.pop("headers", {})
    return JSONResponse(body | over, status, SECURITY_HEADERS | headers, MEDIA_TYPE)


def refuse_so(app: FastAPI) -> None:
    """Every refusal and failure of this application is told as above."""
    app.add_exception_handler(Refused, _refuse)
    app.add_exception_handler(InvalidEvent, _refuse_event)
    app.add_exception_handler(Unavailable, _refuse_for_now)
    app.add_exception_handler(SQLAlchemyError, _refuse_without_database)
    app.add_exception_handler(RequestValidationError, _refuse_request)
    app.add_exception_handler(ClientDisconnect, _refuse_request)
    app.add_exception_handler(HTTPException, _refuse_address)
    app.add_exception_handler(Exception, _fail)


def refusal(request: Request, code: str, path: str = "", wait: float | None = None) -> JSONResponse:
    status = wordings()[code].status
    headers = {} if wait is None else {"retry-after": str(max(1, -int(-wait // 1)))}
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="tocsin"'
    return answer(request, status, [Problem(code, path, "")], headers=headers)


def status_of(problem: Problem) -> int:
    """400 for what is no JSON, 422 for what is no event of ours (RFC 9110, 15.5)."""
    ours = wordings().get(problem.code)
    if ours is not None:
        return ours.status
    return 400 if problem.code.startswith(("body-", "json-")) else 422


async def _refuse(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return refusal(request, error.code, error.path, error.wait)


async def _refuse_event(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InvalidEvent)
    return answer(request, status_of(error.problems[0]), error.problems)


async def _refuse_for_now(request: Request, _: Exception) -> JSONResponse:
    return refusal(request, "broker-unavailable", wait=5)


async def _refuse_without_database(request: Request, error: Exception) -> JSONResponse:
    log.error("database failed", exc_info=error)
    return refusal(request, "database-unavailable", wait=5)


async def _refuse_request(request: Request, _: Exception) -> JSONResponse:
    return refusal(request, "request-invalid")


async def _refuse_address(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = _STATUS_OF.get(error.status_code, "request-invalid")
    refused = refusal(request, code)
    if allowed := (error.headers or {}).get("allow"):
        refused.headers["allow"] = allowed
    return refused


async def _fail(request: Request, error: Exception) -> JSONResponse:
    """The instance finds the failure in the logs, which say where, and nothing of what was sent."""
    instance = uuid.uuid4().hex
    log.error("request failed", extra={"event_id": instance}, exc_info=error)
    return answer(request, 500, [Problem("internal-error", "", "")], instance=f"urn:uuid:{instance}")
