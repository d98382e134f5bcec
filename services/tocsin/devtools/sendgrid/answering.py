"""Mail that a recipient writes back: the message, and the form in which SendGrid posts it."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

BOUNDARY = "xYzZY"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
_NOT_ASCII = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a recipient writes.

    sender: address; by default the recipient's. name: of the sender. to: by default where the mail asks for answers.
    headers: added, or put in place of the usual. auto_submitted: the header of RFC 3834. return_path: envelope sender;
    None: the sender's; empty: the null sender of automatic mail.
    """

    text: str
    html: str = ""
    sender: str = ""
    name: str = ""
    to: str = ""
    subject: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    auto_submitted: str = ""
    return_path: str | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a mail came in. spf, dkim: whether it passed.

    is_raw: it is posted as it came (``email``), else taken apart.
    """

    sender: str
    to: tuple[str, ...]
    spf: str = "pass"
    dkim: str = "pass"
    is_raw: bool = True


def message_id_of(mail: Mapping[str, Any]) -> str:
    """The Message-ID of a mail in the ledger: its own, or the one that the provider gave it."""
    return str(mail["headers"].get("Message-ID") or f"<{mail['id']}@simulator.example>")


def answer_to(mail: Mapping[str, Any], letter: Letter, now: datetime) -> EmailMessage:
    """``letter`` as an answer to a mail of the ledger, threaded as a mail program does it."""
    answer, sender = EmailMessage(policy=SMTP), letter.sender or mail["to"]
    references = f"{mail['headers'].get('References', '')} {message_id_of(mail)}".strip()
    usual = {
        "From": formataddr((letter.name, sender)),
        "To": letter.to or mail.get("reply_to") or mail["from"],
        "Subject": letter.subject or f"Re: {mail['subject']}",
        "Date": format_datetime(now),
        "Message-ID": f"<{secrets.token_hex(12)}@{sender.rpartition('@')[2] or 'unknown.invalid'}>",
        "In-Reply-To": message_id_of(mail),
        "References": references,
        "Auto-Submitted": letter.auto_submitted,
    }
    replaced = {name.casefold() for name in letter.headers}
    for name, value in {**{n: v for n, v in usual.items() if n.casefold() not in replaced}, **letter.headers}.items():
        if value:
            answer[name] = value
    answer.set_content(letter.text)
    if letter.html:
        answer.add_alternative(letter.html, subtype="html")
    return answer


def envelope_of(answer: Message, letter: Letter, is_raw: bool, spf: str = "pass", dkim: str = "pass") -> Envelope:
    """The envelope that goes with ``letter``."""
    header = str(answer["From"] or "")
    sender = header.rpartition("<")[2].rstrip(">").strip()
    to = str(answer["To"] or "").rpartition("<")[2].rstrip(">").strip()
    return Envelope(sender if letter.return_path is None else letter.return_path, (to,), spf, dkim, is_raw)


def form(raw: bytes, message: Message, envelope: Envelope) -> bytes:
    """The body of the post: multipart/form-data, raw or taken apart."""
    domain = envelope.sender.rpartition("@")[2] or "unknown.invalid"
    fields = {
        "to": str(message["To"] or ""),
        "from": str(message["From"] or ""),
        "subject": str(message["Subject"] or ""),
        "dkim": f"{{@{domain} : {envelope.dkim}}}",
        "SPF": envelope.spf,
        "sender_ip": "127.0.0.1",
        "envelope": json.dumps({"to": list(envelope.to), "from": envelope.sender}),
        "charsets": json.dumps(dict.fromkeys(("to", "subject", "from"), "UTF-8")),
        "spam_score": "0.1",
    }
    if envelope.is_raw:
        return _multipart([("email", raw, ""), *((name, value.encode(), "") for name, value in fields.items())])
    return _multipart([*_taken_apart(raw, message, fields)])


def _taken_apart(raw: bytes, message: Message, fields: dict[str, str]) -> list[tuple[str, bytes, str]]:
    """Name, content and file name of each field. Headers as they came; bodies as UTF-8."""
    bodies, attached = {"text": b"", "html": b""}, []
    for part in message.walk():
        kind = {"text/plain": "text", "text/html": "html"}.get(part.get_content_type())
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            continue
        if kind and not part.get_filename() and not bodies[kind]:
            bodies[kind] = _utf8(part)
        elif part.get_content_maintype() in {"message", "application", "image"} or part.get_filename():
            attached.append(part)
    head = raw.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\n") + b"\n"
    found = [("headers", head, ""), *((name, value.encode(), "") for name, value in fields.items())]
    found += [(name, body, "") for name, body in bodies.items() if body]
    found.append(("attachments", str(len(attached)).encode(), ""))
    for number, part in enumerate(attached, start=1):
        name = _NOT_ASCII.sub("?", part.get_filename() or f"part-{number}")
        found.append((f"attachment{number}", _decoded(part), name))
    return found


def _utf8(part: Message) -> bytes:
    charset = part.get_content_charset() or "utf-8"
    return _decoded(part).decode(charset, "replace").encode()


def _decoded(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else part.as_bytes().partition(b"\n\n")[2]


def _multipart(fields: list[tuple[str, bytes, str]]) -> bytes:
    lines = []
    for name, content, filename in fields:
        file = f'; filename="{filename}"' if filename else ""
        kind = b"Content-Type: application/octet-stream\r\n" if filename else b""
        disposition = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n'.encode()
        lines.append(disposition + kind + b"\r\n" + content + b"\r\n")
    return b"".join(lines) + f"--{BOUNDARY}--\r\n".encode()
