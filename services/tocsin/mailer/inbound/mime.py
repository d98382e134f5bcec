"""Reads a raw mail: headers, words, the report of a mail server; of attachments name, type and size alone."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from html.parser import HTMLParser

from tocsin.mailer.inbound.post import Attachment

Headers = Mapping[str, Sequence[str]]
"""By name in lower case, decoded."""
_MOST_NESTED = 40
"""Multiparts in one mail; above it, only the headers are read: reading could take too long."""
_MOST_PARTS = 200
_LONGEST_HEADER = 8_000
_MOST_HEADERS = 500
_LONGEST_HTML = 200_000
_NESTED = re.compile(rb"multipart/", re.IGNORECASE)
_BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote", "table"})
_UNSHOWN = frozenset({"script", "style", "head", "title"})


@dataclass(slots=True, repr=False)
class Parts:
    """What a mail is made of. status: a mail server's report. returned: the headers of the mail that it speaks of."""

    headers: Headers
    report_type: str = ""
    text: str = ""
    html: str = ""
    status: str = ""
    returned: str = ""
    is_encrypted: bool = False
    is_whole: bool = True
    attachments: list[Attachment] = field(default_factory=list)


def parse(raw: bytes) -> Parts:
    """A mail as it came. Raises ValueError, LookupError, TypeError, AttributeError or RecursionError for the worst."""
    if len(_NESTED.findall(raw)) > _MOST_NESTED:
        return Parts(headers_of(BytesHeaderParser(policy=compat32).parsebytes(raw)), is_whole=False)
    message = BytesParser(policy=compat32).parsebytes(raw)
    parts = Parts(headers_of(message), report_type_of(message))
    for _, part in zip(range(_MOST_PARTS), _leaves(message), strict=False):
        _sort(part, parts)
    return parts


def headers_in(block: bytes) -> tuple[Headers, str]:
    """The headers of a mail, and the type of its report, from the text of its headers."""
    message = BytesHeaderParser(policy=compat32).parsebytes(block)
    return headers_of(message), report_type_of(message)


def headers_of(message: Message) -> Headers:
    found: dict[str, list[str]] = defaultdict(list)
    for (name, value), _ in zip(message.raw_items(), range(_MOST_HEADERS), strict=False):
        found[name.lower()].append(decoded(_unescaped(str(value)[:_LONGEST_HEADER])))
    return dict(found)


def decoded(value: str) -> str:
    """A header without its encoded words and folds; as it is where they cannot be read."""
    unfolded = re.sub(r"[\r\n]+\s*", " ", value)
    try:
        words = decode_header(unfolded)
    except (ValueError, LookupError):
        return unfolded
    return "".join(w if isinstance(w, str) else in_charset(w, c or "utf-8") for w, c in words)


def _unescaped(text: str) -> str:
    """The parser keeps bytes above ASCII as half characters; most are UTF-8 (RFC 6532)."""
    return in_charset(text.encode("utf-8", "surrogateescape"), "utf-8")


def in_charset(content: bytes, charset: str) -> str:
    """Decoded as it says, or else as UTF-8, or else as what cannot fail."""
    for name in (charset, "utf-8"):
        try:
            return content.decode(name)
        except (ValueError, LookupError):
            continue
    return content.decode("cp1252", "replace")


def words_of(html: str) -> str:
    """The words of a page, line by line."""
    reader = _Words()
    reader.feed(html[:_LONGEST_HTML])
    reader.close()
    return "\n".join(line for line in (part.strip() for part in "".join(reader.found).splitlines()) if line)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unshown = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._unshown += tag in _UNSHOWN
        if tag in _BREAKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unshown = max(0, self._unshown - (tag in _UNSHOWN))
        if tag in _BREAKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            self.found.append(data)


def report_type_of(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return str(message.get_param("report-type", "unknown")).lower()


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something; of a mail within the mail, the mail itself."""
    if message.get_content_type() in ("message/rfc822", "message/delivery-status"):
        yield message
    elif message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield message


def _sort(part: Message, parts: Parts) -> None:
    kind = part.get_content_type()
    if kind == "message/delivery-status":
        parts.status += _plain(part)
    elif kind in ("message/rfc822", "text/rfc822-headers") and parts.report_type:
        parts.returned += _plain(part)[:_LONGEST_HEADER]
    elif kind in ("application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"):
        parts.is_encrypted = True
    elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
        words = in_charset(_content(part), str(part.get_content_charset("utf-8")))
        name = "html" if kind == "text/html" else "text"
        setattr(parts, name, (getattr(parts, name) + "\n" + words).lstrip("\n"))
    else:
        parts.attachments.append(Attachment(decoded(part.get_filename("")), kind, len(_content(part))))


def _content(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _plain(part: Message) -> str:
    """The lines of a part that is made of headers."""
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else [payload]
    lines = []
    for block in blocks:
        if isinstance(block, Message):
            lines += [f"{name}: {value}" for name, values in headers_of(block).items() for value in values]
        else:
            lines.append(_unescaped(str(block)))
        lines.append("")
    return "\n".join(lines)
