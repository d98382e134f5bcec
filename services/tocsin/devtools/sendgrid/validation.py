"""What SendGrid checks in a mail before it accepts it, with error bodies of its kind."""

import re
from collections.abc import Iterator
from typing import Any

MAX_BYTES = 30 * 1024 * 1024
_ADDRESS = re.compile(r"[^@\s<>,;\"']{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_FORBIDDEN_HEADERS = frozenset(
    {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"}
    | {"to", "from", "subject", "reply-to", "cc", "bcc"}
)

Error = dict[str, Any]


def errors_of(mail: Any) -> list[Error]:
    """Why ``mail`` is refused; empty if it is sound."""
    if not isinstance(mail, dict):
        return [_error("Bad Request", None)]
    checks = (_of_personalizations, _of_sender, _of_subject, _of_content, _of_headers)
    return [error for check in checks for error in check(mail)]


def _of_personalizations(mail: dict[str, Any]) -> Iterator[Error]:
    found = mail.get("personalizations")
    if not isinstance(found, list) or not found:
        yield _error("The personalizations field is required.", "personalizations")
        return
    if len(found) > 1000:
        yield _error("There are too many personalizations (max. 1000).", "personalizations")
        return
    seen: set[str] = set()
    for index, one in enumerate(found):
        place = f"personalizations.{index}"
        recipients = one.get("to") if isinstance(one, dict) else None
        if not isinstance(recipients, list) or not recipients:
            yield _error(
                "The to array is required for all personalization objects.",
                f"{place}.to",
            )
            continue
        for number, recipient in enumerate(recipients):
            address = recipient.get("email") if isinstance(recipient, dict) else None
            if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
                yield _error("Does not contain a valid address.", f"{place}.to.{number}.email")
            elif address.casefold() in seen:
                yield _error(
                    "Each email address should be unique between to, cc, and bcc.",
                    f"{place}.to",
                )
            else:
                seen.add(address.casefold())
        yield from _of_custom_args(one.get("custom_args", {}), f"{place}.custom_args")


def _of_custom_args(found: Any, place: str) -> Iterator[Error]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        yield _error("The custom_args field must be an object of strings.", place)
    elif sum(len(name) + len(value) for name, value in found.items()) >= 10_000:
        yield _error("The custom_args field may not exceed 10000 bytes.", place)


def _of_sender(mail: dict[str, Any]) -> Iterator[Error]:
    sender = mail.get("from")
    address = sender.get("email") if isinstance(sender, dict) else None
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address) or not address.isascii():
        yield _error(
            "The from object must be provided for every email send.",
            "from.email",
        )


def _of_subject(mail: dict[str, Any]) -> Iterator[Error]:
    if not isinstance(mail.get("subject"), str) or not mail["subject"].strip():
        yield _error(
            "The subject is required.",
            "subject",
        )


def _of_content(mail: dict[str, Any]) -> Iterator[Error]:
    parts = mail.get("content")
    if not isinstance(parts, list) or not parts:
        yield _error(
            "Unless a valid template_id is provided, the content parameter is required.",
            "content",
        )
        return
    for index, part in enumerate(parts):
        if not isinstance(part, dict) or not isinstance(part.get("value"), str) or not part["value"]:
            yield _error(
                "The content value must be a string at least one character in length.", f"content.{index}.value"
            )
            return
    types = [part.get("type") for part in parts]
    if "text/plain" in types[1:]:
        yield _error("If present, text/plain must be the first content type.", "content.0.type")


def _of_headers(mail: dict[str, Any]) -> Iterator[Error]:
    headers = mail.get("headers", {})
    if not isinstance(headers, dict):
        yield _error("The headers field must be an object.", "headers")
        return
    for name, value in headers.items():
        if name.casefold() in _FORBIDDEN_HEADERS:
            yield _error("The header is reserved and may not be set.", f"headers.{name}")
        elif not isinstance(value, str) or not name.isascii():
            yield _error("Headers must be strings; their names must be ASCII.", f"headers.{name}")


def _error(message: str, field: str | None) -> Error:
    return {"message": message, "field": field, "help": None}
