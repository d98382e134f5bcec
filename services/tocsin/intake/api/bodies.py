"""What was sent: its kind and its JSON, read within the caps, whichever of three ways it comes."""

from collections.abc import Collection
from dataclasses import dataclass
from email.message import Message
from typing import Any

from fastapi import Request

from tocsin.intake.refusing import Refused
from tocsin.runtime.jwe import OpeningKey, Unopenable
from tocsin_schemas.decoding import parse_json
from tocsin_schemas.events import CONTENT_TYPE
from tocsin_schemas.problems import InvalidEvent, problem
from tocsin_schemas.signing import SEALED
from tocsin_schemas.structured import MEDIA_TYPE, read_structured
from tocsin_schemas.topics import MAX_EVENT_BYTES, MAX_SEALED_BYTES, PREFIX

TYPES = (CONTENT_TYPE, MEDIA_TYPE, SEALED)
_ATTRIBUTES = ("id", "source", "type", "specversion")


@dataclass(frozen=True, slots=True)
class Sent:
    """event_type: without prefix; "" if nothing names it. within: leads from the whole body to ``data``, in paths."""

    event_type: str
    data: bytes
    within: str = ""


async def read(request: Request, opening: OpeningKey, named: Collection[str] = ()) -> Sent:
    """The body of a request. named: kinds of event that the address names.

    Plain JSON, the kind being named by ``ce-type`` (CloudEvents HTTP binding 1.0, 3.1) or the address; a CloudEvent in
    structured mode; or JSON sealed to the deployment. Raises Refused and InvalidEvent.
    """
    media = _media_type(request)
    body = await _within_bounds(request, MAX_SEALED_BYTES if media == SEALED else MAX_EVENT_BYTES)
    kinds = {_plain(name) for name in (*named, request.headers.get("ce-type")) if name}
    sent = Sent("", body)
    if media == SEALED:
        sent = Sent("", _opened(body, opening))
    elif media == MEDIA_TYPE:
        sent = _structured(body)
        kinds.add(sent.event_type)
    if len(kinds) > 1:
        raise Refused("event-type-ambiguous")
    return Sent("".join(kinds), sent.data, sent.within)


def _media_type(request: Request) -> str:
    """Checked before a byte of the body is read, as is whatever else the headers tell."""
    if request.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise Refused("content-encoding-refused")
    header = Message()
    header["content-type"] = request.headers.get("content-type") or "application/octet-stream"
    media, charset = header.get_content_type(), str(header.get_param("charset", "utf-8")).lower()
    if media not in TYPES or charset not in ("utf-8", "utf8"):
        raise Refused("body-type-unsupported")
    return media


async def _within_bounds(request: Request, most: int) -> bytes:
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Refused("length-required")
    if len(length) > 9 or int(length) > most:
        raise Refused("body-too-large")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Refused("body-too-large")
    return bytes(body)


def _opened(body: bytes, opening: OpeningKey) -> bytes:
    try:
        return opening.open(body)
    except Unopenable:
        raise InvalidEvent(problem("sealed-unopenable")) from None


def _structured(body: bytes) -> Sent:
    """id, source and time of the envelope are the sender's own affair: we publish under ours."""
    attributes: dict[str, Any] = {}
    pairs, data = read_structured(body)
    attributes.update(pairs)
    for name in _ATTRIBUTES:
        if not attributes.get(name):
            raise InvalidEvent(problem("envelope-attribute-missing", f"/{name}", of=name))
    if attributes["specversion"] != b"1.0":
        raise InvalidEvent(problem("envelope-version-unknown", "/specversion"))
    parse_json(data)
    return Sent(_plain(attributes["type"].decode("utf-8", "replace")), data, "/data")


def _plain(event_type: str) -> str:
    return event_type.removeprefix(PREFIX)
