"""The part of SendGrid's v3 API that a sender uses, answered as its description and its documentation say."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tocsin.devtools.sendgrid import logs
from tocsin.devtools.sendgrid.events import Poster
from tocsin.devtools.sendgrid.faults import Fault, Faults
from tocsin.devtools.sendgrid.ledger import Ledger
from tocsin.devtools.sendgrid.validation import MAX_BYTES, errors_of
from tocsin.runtime import clock

_RATE_LIMIT = 600


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. ``cut``: the connection is closed instead, after ``wait`` seconds."""

    status: int = 202
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    cut: bool = False


def as_json(status: int, body: Any, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json", **named})


def ensure_key(path: Path) -> str:
    """The API key, made with mode 0600 if there is none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"SG.{secrets.token_urlsafe(16)}.{secrets.token_urlsafe(32)}\n")
        try:
            os.link(draft, path)  # two first starts at once agree on one key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


@dataclass(frozen=True, slots=True)
class Api:
    """Answers requests to ``/v3``."""

    key: str
    ledger: Ledger
    poster: Poster
    faults: Faults

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if self.faults.strike(Fault.UNAUTHORISED) or headers.get("Authorization") != f"Bearer {self.key}":
            return as_json(401, _errors("The provided authorization grant is invalid, expired, or revoked"))
        if (method, path) == ("POST", "/v3/mail/send"):
            return self._send(body)
        if path.startswith("/v3/logs") and self.faults.strike(Fault.LOG_UNAVAILABLE):
            return as_json(503, _errors("service unavailable"))
        if (method, path) == ("POST", "/v3/logs"):
            return self._search(body)
        if method == "GET" and path.startswith("/v3/logs/"):
            found = logs.detail(self.ledger, path.removeprefix("/v3/logs/"), clock.now())
            return as_json(404, _errors("message not found")) if found is None else as_json(200, found)
        return as_json(404, _errors("not found"))

    def _send(self, body: bytes) -> Answer:
        if planned := self.faults.strike(Fault.THROTTLE):
            reset = str(int(clock.now().timestamp() + planned.seconds) + 1)
            limits = {"X_RateLimit_Limit": str(_RATE_LIMIT), "X_RateLimit_Remaining": "0", "X_RateLimit_Reset": reset}
            return as_json(429, _errors("too many requests"), **limits)
        if (early := self._fault_before()) is not None:
            return early
        if len(body) > MAX_BYTES:
            return as_json(413, _errors("The JSON payload you have included in your request is too large."))
        try:
            mail = json.loads(body)
        except ValueError:
            return as_json(400, _errors("Bad Request"))
        if refused := errors_of(mail):
            return as_json(400, {"errors": refused})
        if mail.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
            return Answer(200, b"", _limits())
        return self._accept(mail)

    def _fault_before(self) -> Answer | None:
        if self.faults.strike(Fault.DROP_BEFORE):
            return Answer(cut=True)
        if self.faults.strike(Fault.ERROR_BEFORE):
            return as_json(500, _errors("internal error"))
        if planned := self.faults.strike(Fault.HANG_BEFORE):
            return Answer(cut=True, wait=planned.seconds)
        return None

    def _accept(self, mail: dict[str, Any]) -> Answer:
        first = ""
        for personalization in mail["personalizations"]:
            for recipient in personalization["to"]:
                entry = self.ledger.append(_line(mail, personalization, recipient["email"]))
                self.poster.schedule(entry)
                first = first or entry.id
        if self.faults.strike(Fault.DROP_AFTER):
            return Answer(cut=True)
        if self.faults.strike(Fault.ERROR_AFTER):
            return as_json(500, _errors("internal error"))
        if planned := self.faults.strike(Fault.HANG_AFTER):
            return Answer(cut=True, wait=planned.seconds)
        slow = self.faults.strike(Fault.SLOW)
        return Answer(202, b"", {"X-Message-Id": first, **_limits()}, wait=slow.seconds if slow else 0.0)

    def _search(self, body: bytes) -> Answer:
        try:
            asked = json.loads(body)
            limit = int(asked.get("limit", 10))
            found = logs.search(self.ledger, asked.get("query", ""), min(max(limit, 1), 1000), clock.now())
        except (ValueError, TypeError, AttributeError):
            return as_json(400, _errors("the query cannot be read"))
        return as_json(200, {"messages": found})


def _line(mail: dict[str, Any], personalization: dict[str, Any], to: str) -> dict[str, Any]:
    """The ledger's line for one recipient."""
    bodies = {part["type"]: part["value"] for part in mail["content"]}
    headers = mail.get("headers", {})
    return {
        "id": base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("="),
        "at": clock.now().isoformat(timespec="microseconds"),
        "to": to,
        "from": mail["from"]["email"],
        "subject": mail["subject"],
        "custom_args": personalization.get("custom_args", {}),
        "thread": headers.get("References", "").split(" ")[0],
        "headers": headers,
        "text": bodies.get("text/plain", ""),
        "html": bodies.get("text/html", ""),
    }


def _limits() -> dict[str, str]:
    reset = str(int(clock.now().timestamp()) + 60)
    return {
        "X-RateLimit-Limit": str(_RATE_LIMIT),
        "X-RateLimit-Remaining": str(_RATE_LIMIT - 1),
        "X-RateLimit-Reset": reset,
    }


def _errors(message: str) -> dict[str, Any]:
    return {"errors": [{"message": message, "field": None, "help": None}]}
