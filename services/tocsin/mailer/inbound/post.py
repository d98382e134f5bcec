"""Reads a post of Inbound Parse as it streams in: fields are kept up to a limit, files only counted.

A mail may have 30 MB; what is kept of it has 1 MB. The rest is read for the signature's sake, and marked as left out.
"""

import hashlib
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

KEPT = 1024 * 1024
"""Bytes of content that are kept of one mail."""
LONGEST = 48 * 1024 * 1024
"""A post of the provider is shorter: 30 MB of mail, and what encoding adds."""
_CONTENTS = frozenset({"email", "text", "html"})
_OF_META = 64 * 1024
_MOST_PARTS = 300
_READABLE = frozenset({"message/delivery-status", "text/rfc822-headers", "application/pgp-encrypted"})
_ARMOUR = b"-----BEGIN PGP MESSAGE-----"
_HEAD = 64
"""Bytes of any file that are looked at: as much as tells whether it is an OpenPGP message."""


@dataclass(frozen=True, slots=True, repr=False)
class Attachment:
    """What is kept of an attachment, which is never opened. size: bytes."""

    name: str
    type: str
    size: int


@dataclass(slots=True, repr=False)
class Part:
    """A part of the form while it is read."""

    name: str = ""
    file_name: str = ""
    type: str = ""
    is_file: bool = False
    content: bytearray = field(default_factory=bytearray)
    size: int = 0

    @property
    def is_message(self) -> bool:
        """Whether it is the mail itself in another form: a mail server's report, or an OpenPGP message."""
        return self.type in _READABLE or bytes(self.content[:_HEAD]).lstrip().startswith(_ARMOUR)


@dataclass(slots=True, repr=False)
class Post:
    """One post. start: the beginning of its body. is_cut: something was left out. is_form: it could be read whole."""

    fields: dict[str, bytes] = field(default_factory=dict)
    files: list[Part] = field(default_factory=list)
    start: bytearray = field(default_factory=bytearray)
    is_cut: bool = False
    is_form: bool = False


class Reading:
    """Takes the body of a post, chunk by chunk; ``post`` is what came of it.

    content_type: of the request. timestamp: of its signature, which is over both.
    """

    def __init__(self, content_type: str, timestamp: str) -> None:
        self.post = Post()
        self.size = 0
        self._hash = hashlib.sha256(timestamp.encode("utf-8", "replace"))
        self._left, self._parts = KEPT, 0
        self._part = Part()
        self._header = (bytearray(), bytearray())
        self._parser = self._parser_for(content_type)

    @property
    def digest(self) -> bytes:
        return self._hash.digest()

    @property
    def is_too_long(self) -> bool:
        return self.size > LONGEST

    def take(self, chunk: bytes) -> None:
        """Never raises for what the chunk holds."""
        self.size += len(chunk)
        self._hash.update(chunk)
        self.post.start += chunk[: max(0, KEPT - len(self.post.start))]
        if self._parser is None:
            return
        try:
            self._parser.write(chunk)
        except (FormParserError, ValueError, LookupError):
            self._parser, self.post.is_form = None, False

    def _parser_for(self, content_type: str) -> MultipartParser | None:
        try:
            kind, options = parse_options_header(content_type)
            boundary = options.get(b"boundary", b"")
            if kind != b"multipart/form-data" or not boundary:
                return None
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                    "on_header_end": self._end_header,
                    "on_part_data": self._keep,
                    "on_part_end": self._end,
                    "on_end": self._finish,
                },
            )
        except (FormParserError, ValueError):
            return None

    def _begin(self) -> None:
        self._part = Part()

    def _end_header(self) -> None:
        name, value = bytes(self._header[0]).lower(), bytes(self._header[1])
        self._header = (bytearray(), bytearray())
        if name == b"content-disposition":
            _, options = parse_options_header(value)
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")[:100]
            self._part.is_file = b"filename" in options and self._part.name not in _CONTENTS
            self._part.file_name = options.get(b"filename", b"").decode("utf-8", "replace")[:200]
        elif name == b"content-type":
            self._part.type = parse_options_header(value)[0].decode("ascii", "replace")[:100]

    def _keep(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        part.size += end - start
        if part.is_file:
            head = data[start : min(end, start + max(0, _HEAD - len(part.content)))]
            part.content += head
            start += len(head)
        wanted = min(end - start, self._room(part))
        part.content += data[start : start + wanted]
        if part.name in _CONTENTS or part.is_message:
            self._left -= wanted
            self.post.is_cut |= wanted < end - start

    def _room(self, part: Part) -> int:
        if part.is_message or part.name in _CONTENTS:
            return self._left
        return 0 if part.is_file else max(0, _OF_META - len(part.content))

    def _end(self) -> None:
        self._parts += 1
        part = self._part
        if self._parts > _MOST_PARTS:
            self.post.is_cut = True
        elif part.is_file:
            self.post.files.append(part)
        else:
            self.post.fields.setdefault(part.name, bytes(part.content))

    def _finish(self) -> None:
        self.post.is_form = True
