"""What SendGrid checks in a mail before it accepts it, with error bodies of its kind."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

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
    checks = (
        _of_personalizations,
        _of_sender,
        _of_subject,
        _of_content,
        _of_message_headers,
        _of_answers,
        _of_attachments,
        _of_categories,
    )
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
        if not isinstance(one, dict) or not isinstance(one.get("to"), list) or not one["to"]:
            yield _error("The to array is required for all personalization objects.", f"{place}.to")
            continue
        for kind in ("to", "cc", "bcc"):
            yield from _of_recipients(one.get(kind, []), f"{place}.{kind}", seen)
        yield from _of_custom_args(one.get("custom_args", {}), f"{place}.custom_args")
        yield from _of_headers(one.get("headers", {}), f"{place}.headers")
    if len(seen) > 1000:
        yield _error("There are too many recipients (max. 1000).", "personalizations")


def _of_recipients(found: Any, place: str, seen: set[str]) -> Iterator[Error]:
    """``seen`` gathers the addresses of the whole request: each may stand in it once."""
    for number, recipient in enumerate(found if isinstance(found, list) else [None]):
        address = recipient.get("email") if isinstance(recipient, dict) else None
        if not isinstance(address, str) or not _is_address(address):
            yield _error("Does not contain a valid address.", f"{place}.{number}.email")
        elif address.casefold() in seen:
            yield _error("Each email address should be unique between to, cc, and bcc.", place)
        else:
            seen.add(address.casefold())


def _is_address(found: Any) -> bool:
    return isinstance(found, str) and _ADDRESS.fullmatch(found) is not None


def _of_custom_args(found: Any, place: str) -> Iterator[Error]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        yield _error("The custom_args field must be an object of strings.", place)
    elif sum(len(name.encode()) + len(value.encode()) for name, value in found.items()) >= 10_000:
        yield _error("The custom_args field may not exceed 10000 bytes.", place)


def _of_sender(mail: dict[str, Any]) -> Iterator[Error]:
    sender = mail.get("from")
    address = sender.get("email") if isinstance(sender, dict) else None
    if not _is_address(address) or not str(address).isascii():
        yield _error(
            "The from object must be provided for every email send.",
            "from.email",
        )


def _of_subject(mail: dict[str, Any]) -> Iterator[Error]:
    subject = mail.get("subject")
    if subject is None and all(p.get("subject") for p in _dicts(mail.get("personalizations"))):
        return
    if not isinstance(subject, str) or not subject.strip():
        yield _error("The subject is required.", "subject")


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


def _of_message_headers(mail: dict[str, Any]) -> Iterator[Error]:
    yield from _of_headers(mail.get("headers", {}), "headers")


def _of_headers(headers: Any, place: str) -> Iterator[Error]:
    if not isinstance(headers, dict):
        yield _error("The headers field must be an object.", place)
        return
    for name, value in headers.items():
        if name.casefold() in _FORBIDDEN_HEADERS:
            yield _error("The header is reserved and may not be set.", f"{place}.{name}")
        elif not isinstance(value, str) or not name.isascii():
            yield _error("Headers must be strings; their names must be ASCII.", f"{place}.{name}")


def _of_answers(mail: dict[str, Any]) -> Iterator[Error]:
    """``reply_to`` or ``reply_to_list``, never both."""
    one, several = mail.get("reply_to"), mail.get("reply_to_list")
    if one is not None and several is not None:
        yield _error("Only one of reply_to and reply_to_list may be given.", "reply_to_list")
    if one is not None and not (isinstance(one, dict) and _is_address(one.get("email"))):
        yield _error("The reply_to email does not contain a valid address.", "reply_to.email")
    for number, each in enumerate(several if isinstance(several, list) else []):
        if not (isinstance(each, dict) and _is_address(each.get("email"))):
            yield _error("The reply_to_list email does not contain a valid address.", f"reply_to_list.{number}.email")


def _of_attachments(mail: dict[str, Any]) -> Iterator[Error]:
    found = mail.get("attachments", [])
    if not isinstance(found, list):
        yield _error("The attachments field must be an array.", "attachments")
        return
    for number, one in enumerate(found):
        place = f"attachments.{number}"
        if not isinstance(one, dict):
            yield _error("An attachment must be an object.", place)
            continue
        if not _is_base64(one.get("content")):
            yield _error("The attachment content must be base64 encoded.", f"{place}.content")
        if not isinstance(one.get("filename"), str) or not one["filename"]:
            yield _error("The attachment filename is required.", f"{place}.filename")
        if one.get("disposition", "attachment") not in {"attachment", "inline"}:
            yield _error("The disposition must be attachment or inline.", f"{place}.disposition")


def _is_base64(found: Any) -> bool:
    try:
        return isinstance(found, str) and bool(base64.b64decode(found, validate=True))
    except (binascii.Error, ValueError):
        return False


def _of_categories(mail: dict[str, Any]) -> Iterator[Error]:
    found = mail.get("categories", [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        yield _error("The categories field must be an array of strings.", "categories")
    elif len(found) > 10 or len(set(found)) != len(found):
        yield _error("There may be 10 categories, each once.", "categories")
    elif any(not one or len(one) > 255 for one in found):
        yield _error("A category may not exceed 255 characters.", "categories")


def _dicts(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _error(message: str, field: str | None) -> Error:
    return {"message": message, "field": field, "help": None}
