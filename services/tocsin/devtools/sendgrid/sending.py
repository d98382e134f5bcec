"""One mail on its way in: the faults before and after acceptance, and the ledger's line."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tocsin.devtools.sendgrid.account import Account
from tocsin.devtools.sendgrid.answers import Answer, refusal
from tocsin.devtools.sendgrid.faults import Fault, Faults
from tocsin.devtools.sendgrid.outcomes import OF_FAULT, dropped, outcome_of_address

MAX_BYTES = 30 * 1024 * 1024
NOT_VERIFIED = (
    "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved. "
    "Visit https://sendgrid.com/docs/for-developers/sending-email/sender-identity/ to see the Sender Identity "
    "requirements"
)
_BEFORE: dict[Fault, Answer] = {
    Fault.DROP_BEFORE: Answer(cut=True),
    Fault.HANG_BEFORE: Answer(cut=True),
    Fault.ERROR_BEFORE: refusal(500, "internal error"),
    Fault.BAD_GATEWAY_BEFORE: Answer(502, b"<html><body>502 Bad Gateway</body></html>", {"Content-Type": "text/html"}),
    Fault.UNAVAILABLE_BEFORE: refusal(503, "service unavailable"),
    Fault.GATEWAY_TIMEOUT_BEFORE: Answer(504, b"upstream request timeout", {"Content-Type": "text/plain"}),
    Fault.FORBIDDEN: refusal(403, NOT_VERIFIED, "from"),
    Fault.TOO_LARGE: refusal(413, "The JSON payload you have included in your request is too large."),
    Fault.INVALID: refusal(400, "Bad Request"),
}
_AFTER: dict[Fault, Answer] = {
    Fault.DROP_AFTER: Answer(cut=True),
    Fault.HANG_AFTER: Answer(cut=True),
    Fault.CUT_ANSWER: Answer(partial=True),
    Fault.ERROR_AFTER: _BEFORE[Fault.ERROR_BEFORE],
    Fault.BAD_GATEWAY_AFTER: _BEFORE[Fault.BAD_GATEWAY_BEFORE],
    Fault.UNAVAILABLE_AFTER: _BEFORE[Fault.UNAVAILABLE_BEFORE],
    Fault.GATEWAY_TIMEOUT_AFTER: _BEFORE[Fault.GATEWAY_TIMEOUT_BEFORE],
    Fault.SLOW: Answer(),
    Fault.DRIP: Answer(),
}
_RESETS = {Fault.THROTTLE: 1.0, Fault.THROTTLE_PAST: -1.0}


def throttled(faults: Faults, to: str, now: datetime, limit: int) -> Answer | None:
    """A 429, with its reset ahead, in the past, or without a header."""
    found = faults.first((*_RESETS, Fault.THROTTLE_BARE), to)
    if found is None:
        return None
    fault, planned = found
    if fault is Fault.THROTTLE_BARE:
        return refusal(429, "too many requests")
    reset = int(now.timestamp() + _RESETS[fault] * (planned.seconds + 1))
    limits = {"X_RateLimit_Limit": str(limit), "X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(reset)}
    return refusal(429, "too many requests", **limits)


def before(faults: Faults, to: str) -> Answer | None:
    """What goes wrong before the mail is accepted."""
    found = faults.first(tuple(_BEFORE), to)
    return None if found is None else _after_seconds(_BEFORE[found[0]], found[1].seconds)


def after(faults: Faults, to: str, message_id: str) -> Answer:
    """The 202, or what goes wrong in its place."""
    accepted = Answer(202, b"", {"X-Message-Id": message_id})
    found = faults.first(tuple(_AFTER), to)
    if found is None:
        return accepted
    fault, planned = found
    if fault is Fault.SLOW:
        return Answer(202, b"", accepted.headers, wait=planned.seconds)
    if fault is Fault.DRIP:
        return Answer(202, b"", accepted.headers, drip=planned.seconds)
    return _after_seconds(_AFTER[fault], planned.seconds)


def _after_seconds(answer: Answer, seconds: float) -> Answer:
    return Answer(answer.status, answer.body, answer.headers, wait=seconds, cut=answer.cut, partial=answer.partial)


def outcome_of(faults: Faults, account: Account, to: str, now: datetime) -> str:
    """What will become of the mail: a suppression comes first, then a planned fault, then what the address scripts."""
    if (reason := account.why_dropped(to, now)) is not None:
        return dropped(reason)
    found = faults.first(tuple(OF_FAULT), to)
    if found is None:
        return outcome_of_address(to)
    outcome = OF_FAULT[found[0]]
    return f"{outcome}:{found[1].seconds}" if outcome == "deferred-long" and found[1].seconds else outcome


def first_recipient(body: bytes) -> str:
    """The address that faults for one address are compared with; empty if the mail cannot be read."""
    try:
        return str(json.loads(body)["personalizations"][0]["to"][0]["email"])
    except (ValueError, LookupError, TypeError):
        return ""


def ledger_line(mail: Mapping[str, Any], personalization: Mapping[str, Any], to: str, now: datetime) -> dict[str, Any]:
    """The ledger's line for one recipient, still without id and outcome."""
    bodies = {part["type"]: part["value"] for part in mail["content"]}
    headers = {**mail.get("headers", {}), **personalization.get("headers", {})}
    sender, answers = mail["from"], mail.get("reply_to") or {}
    text = bodies.get("text/plain", "")
    return {
        "at": now.isoformat(timespec="microseconds"),
        "to": to,
        "from": sender["email"],
        "from_name": sender.get("name", ""),
        "reply_to": answers.get("email", ""),
        "subject": personalization.get("subject") or mail["subject"],
        "custom_args": {**_arguments(mail), **personalization.get("custom_args", {})},
        "thread": headers.get("References", "").split(" ")[0],
        "headers": headers,
        "categories": mail.get("categories", []),
        "attachments": mail.get("attachments", []),
        "text": text,
        "html": bodies.get("text/html", ""),
        "provider": "sendgrid",
        "encrypted": is_encrypted(text, mail.get("attachments", [])),
    }


def is_encrypted(text: str, attachments: list[dict[str, Any]]) -> bool:
    """Whether the content is an OpenPGP message."""
    kinds = {str(attachment.get("type", "")).partition(";")[0] for attachment in attachments}
    return "-----BEGIN PGP MESSAGE-----" in text or "application/pgp-encrypted" in kinds


def _arguments(mail: Mapping[str, Any]) -> dict[str, str]:
    found = mail.get("custom_args", {})
    return found if isinstance(found, dict) else {}
