"""What a post of Inbound Parse says, in either of its modes: the raw mail, or fields that the provider has parsed.

Whatever cannot be read is kept as it came; nothing here raises for what a mail holds.
"""

import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from email.utils import getaddresses
from typing import Any

from tocsin.domain.following.replies import Incoming
from tocsin.mailer.inbound import mime as inbound_mime
from tocsin.mailer.inbound.mime import Parts, in_charset, words_of
from tocsin.mailer.inbound.post import Attachment, Post

_SHOWN = ("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted")
"""Headers that are kept for those who read it."""
_APART: tuple[str, ...] = ("from", "to", "cc", "subject")
"""Headers that the provider also gives as fields."""
_PASSED = re.compile(r"@([a-z0-9.-]{1,253})\s*:\s*pass\b", re.IGNORECASE)
_ENVELOPE_ID = re.compile(r"^original-envelope-id:(.*)$", re.IGNORECASE | re.MULTILINE)
_SPOKEN = re.compile(r"^x-(?:original-to|forwarded-to)$|^(?:to|cc|delivered-to|envelope-to)$")
_LONGEST = 20_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """A mail as it can be judged, and what is kept of it.

    incoming: None if it could not be read. senders: the addresses of From. envelope_from: None if it is not told.
    named: where a token of ours may stand. status: a mail server's report. kept: sealed, by part of the vault.
    identity: what tells a repeat.
    """

    incoming: Incoming | None
    identity: bytes
    kept: Mapping[str, bytes]
    senders: tuple[str, ...] = ()
    envelope_from: str | None = None
    named: tuple[str, ...] = ()
    references: str = ""
    spf: str = ""
    dkim: frozenset[str] = field(default_factory=frozenset)
    status: str = ""


def read(post: Post, mail_domain: str) -> Received:
    """mail_domain: whose lists are ours."""
    if post.is_form:
        try:
            return _read(post, mail_domain)
        except Exception as error:  # a mail that no parser was made for is kept all the same
            log.warning("a mail could not be read", exc_info=error)
    return Received(None, bytes(post.start), {"mail": _sealed(unread=True, is_cut=True), "raw": bytes(post.start)})


def _read(post: Post, mail_domain: str) -> Received:
    raw = post.fields.get("email")
    parts = _from_fields(post) if raw is None else inbound_mime.parse(raw)
    text = parts.text or words_of(parts.html)
    if not parts.headers:
        raise ValueError("there is no mail in this form")
    envelope = _json(post.fields.get("envelope", b""))
    said = envelope.get("from")
    envelope_from = said if isinstance(said, str) else _return_path(parts)
    return Received(
        incoming=_incoming(parts, text, envelope_from, mail_domain),
        identity=_identity(parts, post),
        kept=_kept(parts, text, post),
        senders=_addresses(parts.headers.get("from", ())),
        envelope_from=envelope_from,
        named=tuple(_named(parts, envelope)),
        references=" ".join((*parts.headers.get("references", ()), *parts.headers.get("in-reply-to", ())))[:_LONGEST],
        spf=_text(post, "SPF").strip().lower(),
        dkim=frozenset(domain.lower() for domain in _PASSED.findall(_text(post, "dkim")[:_LONGEST])),
        status=parts.status or (text if parts.report_type else ""),
    )


def _from_fields(post: Post) -> Parts:
    """The provider has taken it apart; each field is written in a charset of its own."""
    charsets = _json(post.fields.get("charsets", b""))
    headers, report_type = inbound_mime.headers_in(post.fields.get("headers", b""))
    apart = {name: [_text(post, name, charsets)] for name in _APART if name in post.fields}
    given: dict[str, Sequence[str]] = {**apart, **headers}
    parts = Parts(given, report_type, _text(post, "text", charsets), _text(post, "html", charsets))
    for file in post.files:
        content = bytes(file.content)
        if file.type == "message/delivery-status":
            parts.status += in_charset(content, "utf-8")
        elif file.type == "text/rfc822-headers":
            parts.returned += in_charset(content, "utf-8")[:_LONGEST]
        elif file.is_message:
            parts.is_encrypted = True
            parts.text += "\n" + in_charset(content, "utf-8")
        else:
            parts.attachments.append(Attachment(file.file_name, file.type, file.size))
    return parts


def _incoming(parts: Parts, text: str, envelope_from: str | None, mail_domain: str) -> Incoming:
    lists = " ".join(parts.headers.get("list-id", ())).lower()
    return Incoming(
        headers=parts.headers,
        sender=next(iter(_addresses(parts.headers.get("from", ()))), ""),
        subject=" ".join(parts.headers.get("subject", ()))[:1000],
        text=text[:_LONGEST],
        report_type=parts.report_type,
        from_nobody=envelope_from is not None and envelope_from.strip(" <>") == "",
        is_ours=f".{mail_domain.lower()}>" in lists,
    )


def _return_path(parts: Parts) -> str | None:
    return next(iter(parts.headers.get("return-path", ())), None)


def _named(parts: Parts, envelope: Mapping[str, Any]) -> Iterable[str]:
    to = envelope.get("to")
    yield from (str(address)[:1000] for address in (to if isinstance(to, list) else [])[:100])
    for name, values in parts.headers.items():
        if _SPOKEN.match(name):
            yield from (value[:_LONGEST] for value in values[:20])
    if parts.report_type:
        yield from (found.strip()[:200] for found in _ENVELOPE_ID.findall(parts.status)[:20])
        yield parts.returned[:_LONGEST]


def _addresses(values: Iterable[str]) -> tuple[str, ...]:
    try:
        return tuple(address for _, address in getaddresses([value[:2000] for value in values][:5]) if address)
    except (RecursionError, ValueError, IndexError, TypeError):
        return ()


def _identity(parts: Parts, post: Post) -> bytes:
    """Message-ID and content; without the first, all headers. A repeat has other boundaries, so not the whole post."""
    names = [parts.headers["message-id"]] if parts.headers.get("message-id") else sorted(parts.headers.items())
    raw = post.fields.get("email", b"").partition(b"\r\n\r\n")[2]
    sizes = [(file.type, file.size) for file in post.files]
    return json.dumps([names, parts.text, parts.html, sizes], default=list).encode() + raw


def _kept(parts: Parts, text: str, post: Post) -> dict[str, bytes]:
    headers = {name: list(parts.headers[name]) for name in _SHOWN if parts.headers.get(name)}
    attachments = [asdict(found) for found in parts.attachments]
    report = parts.status[:_LONGEST]
    whole = parts.is_whole and bool(text.strip() or report) and not parts.is_encrypted
    sealed = _sealed(headers=headers, text=text, attachments=attachments, report=report, is_cut=post.is_cut)
    kept = {"mail": sealed, "html": parts.html.encode("utf-8", "replace"), "raw": post.fields.get("email", b"")}
    return {name: content for name, content in kept.items() if content and not (name == "raw" and whole)}


def _sealed(**content: object) -> bytes:
    return json.dumps(content).encode()


def _text(post: Post, name: str, charsets: Mapping[str, Any] | None = None) -> str:
    return in_charset(post.fields.get(name, b""), str((charsets or {}).get(name, "utf-8")))


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
