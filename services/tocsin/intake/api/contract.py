"""OpenAPI of the intake, from the models of the events and the table of refusals."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from tocsin.intake.api.answers import ProblemAnswer, ReceiptAnswer, SealingKeys, schemas
from tocsin.intake.refusing import MEDIA_TYPE as PROBLEM
from tocsin.intake.refusing import wordings
from tocsin_schemas.events import CONTENT_TYPE
from tocsin_schemas.signing import SEALED
from tocsin_schemas.structured import MEDIA_TYPE as STRUCTURED
from tocsin_schemas.topics import ACTIONS, PREFIX, REPORTS

ADDRESS = "/v1/openapi.json"
RECORDED = tuple(name for name in ACTIONS.events if name != "follow-up.due")
"""Actions that publishers record."""
_DESCRIPTION = """Reports and actions, for mechanisms without a Kafka client.

An event is answered with 202 once it is stored for good. Send an `Idempotency-Key` with each, keep what was not
answered with 202, and send it again under the same key: nothing is taken twice. What became of an event is told by its
receipt, from `outcome_from` on. Refusals are `application/problem+json`, in English or French (`Accept-Language`)."""
_ALWAYS = ("api-key-missing", "network-not-allowed", "rate-limited", "database-unavailable", "internal-error")
_BODY = ("request-invalid", "body-too-large", "body-type-unsupported", "length-required", "idempotency-key-reused")
_SENDING = (*_ALWAYS, *_BODY, "idempotency-in-progress", "broker-unavailable", "not-found")


@cache
def document() -> dict[str, Any]:
    """OpenAPI 3.1. Made once: it takes long, and is always the same."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tocsin intake", "version": "1", "description": _DESCRIPTION},
        "paths": {
            "/v1/reports": {"post": _sending("submit", "Report an event", ["report.submitted"])},
            "/v1/reports/{reference}/corrections": {
                "post": _sending("correct", "Correct a report", ["report.corrected"], [_REFERENCE])
            },
            "/v1/reports/{reference}/withdrawal": {
                "post": _sending("withdraw", "Take a report back", ["report.withdrawn"], [_REFERENCE])
            },
            "/v1/actions": {"post": _sending("record", "Record an action", RECORDED, [_TYPE])},
            "/v1/receipts/{receipt}": {"get": _RECEIPT},
            "/v1/keys": {"get": _open("keys", "The keys to which bodies may be sealed", _ref("SealingKeys"))},
            ADDRESS: {"get": _open("contract", "This document", {"type": "object"})},
        },
        "components": {
            "schemas": schemas(*REPORTS.events.values(), *_ACTIONS.values(), ReceiptAnswer, ProblemAnswer, SealingKeys),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key: tcn_, its id, _, its secret."}
            },
        },
    }


def publish(app: FastAPI) -> None:
    """Serve the document."""
    made = document()

    @app.get(ADDRESS)
    async def contract(_: Request) -> Response:
        return JSONResponse(made)


_ACTIONS = {name: ACTIONS.events[name] for name in RECORDED}
_REFERENCE = {
    "name": "reference",
    "in": "path",
    "required": True,
    "description": "Your own number of the report, percent-encoded.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 500},
}
_TYPE = {
    "name": "type",
    "in": "query",
    "description": "Which kind of action; or say so by the header ce-type, or in a CloudEvent.",
    "schema": {"enum": list(RECORDED)},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A text of your own, new for each event: the same again gets the same answer for seven days.",
    "schema": {"type": "string", "pattern": "^[!#-~]{1,255}$"},
}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "description": "Of refusals: en or fr.",
    "schema": {"enum": ["en", "fr"]},
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _sending(name: str, summary: str, kinds: Iterable[str], parameters: Iterable[Mapping[str, Any]] = ()) -> Any:
    events = {kind: (REPORTS.events | ACTIONS.events)[kind].__name__ for kind in kinds}
    one = [_ref(model) for model in events.values()]
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"key": []}],
        "parameters": [*parameters, _KEY, _LANGUAGE],
        "requestBody": {
            "required": True,
            "content": {
                CONTENT_TYPE: {"schema": one[0] if len(one) == 1 else {"anyOf": one}},
                STRUCTURED: {"schema": {"anyOf": [_event(kind, model) for kind, model in events.items()]}},
                SEALED: {"schema": {"type": "string", "description": "JWE of the JSON to the key of /v1/keys."}},
            },
        },
        "responses": {"202": _accepted()} | _refusals(_SENDING),
    }


def _event(kind: str, model: str) -> dict[str, Any]:
    """A CloudEvent in structured mode."""
    text = {"type": "string", "minLength": 1, "maxLength": 256}
    return {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": text,
            "source": text,
            "type": {"enum": [PREFIX + kind]},
            "time": {"type": "string", "format": "date-time"},
            "data": _ref(model),
        },
    }


def _accepted() -> dict[str, Any]:
    location = {"description": "The address of the receipt.", "required": True, "schema": {"type": "string"}}
    content = {CONTENT_TYPE: {"schema": _ref("ReceiptAnswer")}}
    return {"description": "Stored for good.", "headers": {"Location": location}, "content": content}


def _refusals(codes: Iterable[str]) -> dict[str, Any]:
    statuses = sorted({str(wordings()[code].status) for code in codes})
    content = {PROBLEM: {"schema": _ref("ProblemAnswer")}}
    return {status: {"description": "Refused, and why.", "content": content} for status in statuses}


def _open(name: str, summary: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    answer = {"description": summary, "content": {CONTENT_TYPE: {"schema": schema}}}
    return {"operationId": name, "summary": summary, "responses": {"200": answer} | _refusals(["internal-error"])}


_RECEIPT = {
    "operationId": "receipt",
    "summary": "What became of an event",
    "security": [{"key": []}],
    "parameters": [
        {"name": "receipt", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}},
        _LANGUAGE,
    ],
    "responses": {
        "200": {
            "description": "Received, accepted or refused; nothing else is told, to anybody.",
            "content": {CONTENT_TYPE: {"schema": _ref("ReceiptAnswer")}},
        }
    }
    | _refusals((*_ALWAYS, "receipt-unknown")),
}
