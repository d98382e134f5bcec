"""The part of SendGrid's v3 API that a sender uses, answered as its description and its documentation say."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import format_datetime
from typing import Any

from tocsin.devtools.sendgrid import account_api, logs
from tocsin.devtools.sendgrid.account import Account
from tocsin.devtools.sendgrid.answers import Answer, as_json, refusal
from tocsin.devtools.sendgrid.clockwork import Clock
from tocsin.devtools.sendgrid.events import Poster
from tocsin.devtools.sendgrid.faults import Fault, Faults
from tocsin.devtools.sendgrid.keys import Keys, scope_of
from tocsin.devtools.sendgrid.keys import ensure_key as ensure_key
from tocsin.devtools.sendgrid.ledger import Ledger
from tocsin.devtools.sendgrid.outcomes import timeline
from tocsin.devtools.sendgrid.sending import (
    MAX_BYTES,
    NOT_VERIFIED,
    after,
    before,
    first_recipient,
    ledger_line,
    outcome_of,
    throttled,
)
from tocsin.devtools.sendgrid.validation import errors_of

_RATE_LIMIT = 600
_TO_EMAIL = "to_email = '"


@dataclass(frozen=True, slots=True)
class Api:
    """Answers requests to ``/v3``."""

    keys: Keys
    ledger: Ledger
    poster: Poster
    faults: Faults
    account: Account
    clock: Clock

    def answer(
        self, method: str, path: str, query: Mapping[str, list[str]], headers: Mapping[str, str], body: bytes
    ) -> Answer:
        answer = self._authorised(method, path, query, headers, body)
        date = {"Date": format_datetime(self.clock.now(), usegmt=True)}
        limits = {} if answer.status == 429 else self._limits()
        return replace(answer, headers={**date, **limits, **answer.headers})

    def _authorised(
        self, method: str, path: str, query: Mapping[str, list[str]], headers: Mapping[str, str], body: bytes
    ) -> Answer:
        to = first_recipient(body) if path == "/v3/mail/send" else ""
        authorization = headers.get("Authorization")
        if authorization is None:
            return refusal(401, "Permission denied, wrong credentials")
        scopes = self.keys.of(authorization)
        if self.faults.strike(Fault.UNAUTHORISED, to) or scopes is None:
            return refusal(401, "The provided authorization grant is invalid, expired, or revoked")
        if path == "/v3/scopes" and method == "GET":
            return as_json(200, {"scopes": list(scopes)})
        needed = scope_of(method, path)
        if needed is not None and needed not in scopes:
            return refusal(403, "access forbidden")
        if path == "/v3/mail/send":
            return self._send(body, to) if method == "POST" else refusal(405, "method not allowed")
        if path.startswith("/v3/logs"):
            return self._log(method, path, body)
        return self._account(method, path, query, body)

    def _account(self, method: str, path: str, query: Mapping[str, list[str]], body: bytes) -> Answer:
        try:
            return account_api.answer(self.account, account_api.Asked(method, path, query, body, self.clock.now()))
        except (ValueError, TypeError, KeyError):
            return refusal(400, "Bad Request")

    # --- mail -----------------------------------------------------------------------------------------------------

    def _send(self, body: bytes, to: str) -> Answer:
        early = throttled(self.faults, to, self.clock.now(), _RATE_LIMIT) or before(self.faults, to)
        if early is not None:
            return early
        if len(body) > MAX_BYTES:
            return refusal(413, "The JSON payload you have included in your request is too large.")
        try:
            mail = json.loads(body)
        except ValueError:
            return refusal(400, "Bad Request")
        if refused := errors_of(mail):
            return as_json(400, {"errors": refused})
        verified = self.account.verified_senders
        if verified is not None and mail["from"]["email"].casefold() not in verified:
            return refusal(403, NOT_VERIFIED, "from")
        if mail.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
            return Answer(200)
        return self._accept(mail, to)

    def _accept(self, mail: dict[str, Any], to: str) -> Answer:
        first = ""
        for personalization in mail["personalizations"]:
            for recipient in self._recipients(personalization):
                line = ledger_line(mail, personalization, recipient, self.clock.now())
                line["id"] = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
                line["outcome"] = outcome_of(self.faults, self.account, recipient, self.clock.now())
                entry = self.ledger.append(line)
                self.account.note(timeline(entry))
                self.poster.schedule(entry)
                first = first or entry.id
        return after(self.faults, to, first)

    @staticmethod
    def _recipients(personalization: dict[str, Any]) -> list[str]:
        return [one["email"] for kind in ("to", "cc", "bcc") for one in personalization.get(kind, ())]

    # --- log ------------------------------------------------------------------------------------------------------

    def _log(self, method: str, path: str, body: bytes) -> Answer:
        message_id = path.removeprefix("/v3/logs").strip("/")
        to = self._log_recipient(message_id, body)
        if self.faults.strike(Fault.LOG_UNAVAILABLE, to):
            return refusal(503, "service unavailable")
        if self.faults.strike(Fault.LOG_THROTTLED, to):
            return refusal(429, "too many requests")
        lag = self.faults.strike(Fault.LOG_LAGGING, to)
        known = logs.Known(self.ledger, self.clock.now(), lag.seconds if lag else 0.0)
        if method == "POST" and not message_id:
            return self._search(body, known)
        if method == "GET" and message_id:
            found = logs.detail(known, message_id)
            return refusal(404, "message not found") if found is None else as_json(200, found)
        return refusal(405, "method not allowed")

    def _log_recipient(self, message_id: str, body: bytes) -> str:
        if entry := self.ledger.entry(message_id.partition(".")[0]):
            return entry.to
        _, _, rest = body.decode("utf-8", "replace").partition(_TO_EMAIL)
        return rest.partition("'")[0]

    @staticmethod
    def _search(body: bytes, known: logs.Known) -> Answer:
        try:
            asked = json.loads(body)
            limit = int(asked.get("limit", 10))
            found = logs.search(known, asked.get("query", ""), min(max(limit, 1), 1000))
        except (ValueError, TypeError, AttributeError):
            return refusal(400, "the query cannot be read")
        return as_json(200, {"messages": found})

    def _limits(self) -> dict[str, str]:
        reset = str(int(self.clock.now().timestamp()) + 60)
        names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
        return dict(zip(names, (str(_RATE_LIMIT), str(_RATE_LIMIT - 1), reset), strict=True))
