"""A mail as it came over SMTP, as a line of the ledger."""

import base64
import re
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import parseaddr
from typing import Any

_ELSEWHERE = {"from", "to", "subject", "reply-to", "mime-version", "content-type", "content-transfer-encoding"}
_OURS = re.compile(r"([0-9a-f]{32})(?:[.+-](\d{1,3})(?=@|$))?", re.IGNORECASE)


def ledger_line(content: bytes, to: str, envelope_id: str, now: datetime) -> dict[str, Any]:
    """The ledger's line for one recipient, still without id. content: with CRLF. envelope_id: ENVID, or empty."""
    message: Any = message_from_bytes(content, policy=SMTP)
    name, sender = parseaddr(str(message["From"] or ""))
    headers = {key: str(value) for key, value in message.items() if key.casefold() not in _ELSEWHERE}
    return {
        "at": now.isoformat(timespec="microseconds"),
        "to": to,
        "from": sender,
        "from_name": name,
        "reply_to": parseaddr(str(message["Reply-To"] or ""))[1],
        "subject": str(message["Subject"] or ""),
        "custom_args": arguments(headers, envelope_id),
        "thread": headers.get("References", "").split(" ")[0],
        "headers": headers,
        "attachments": [_attachment(part) for part in message.walk() if _is_attached(part)],
        "text": _body(message, "plain"),
        "html": _body(message, "html"),
        "provider": "smtp",
        "encrypted": message.get_content_type() == "multipart/encrypted",
        "raw": base64.b64encode(content).decode(),
    }


def arguments(headers: dict[str, str], envelope_id: str) -> dict[str, str]:
    """What the API calls ``custom_args``: from headers of ours, else from ENVID and Message-ID."""
    found = {
        "d": headers.get("X-Tocsin-Delivery", ""),
        "a": headers.get("X-Tocsin-Attempt", ""),
    }
    for text in (envelope_id, headers.get("Message-ID", "").strip("<>")):
        if match := _OURS.match(text):
            found["d"] = found["d"] or match[1].lower()
            found["a"] = found["a"] or match[2] or ""
    return {name: value for name, value in found.items() if value}


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,)) if message.get_content_type() != "multipart/encrypted" else None
    return str(part.get_content()) if part is not None else ""


def _is_attached(part: Message) -> bool:
    return not part.is_multipart() and (part.get_content_maintype() != "text" or part.get_filename() is not None)


def _attachment(part: Message) -> dict[str, str]:
    content = part.get_payload(decode=True)
    return {
        "filename": part.get_filename() or part.get_content_subtype(),
        "type": part.get_content_type(),
        "content": base64.b64encode(content if isinstance(content, bytes) else b"").decode(),
    }
