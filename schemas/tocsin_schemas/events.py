"""The envelope: CloudEvents 1.0 over Kafka, written in binary mode (headers ``ce_*``) and read in both modes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from tocsin_schemas.dates import FIRST_YEAR, LAST_YEAR
from tocsin_schemas.decoding import decode
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent, Problem
from tocsin_schemas.structured import MEDIA_TYPE, decode_data, read_structured
from tocsin_schemas.topics import PREFIX

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
MAX_ATTRIBUTE = 256
_REQUIRED = ("id", "source", "type", "specversion")
_KNOWN = frozenset({*_REQUIRED, "time", "subject", "datacontenttype", "dataschema"})
"""The attributes that an error may name; another name is the sender's own words."""


M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Event(Generic[M]):
    """A CloudEvent whose ``data`` has been checked.

    type: without the ``org.tocsin.`` prefix, for example ``case.opened``.
    content: the JSON that ``data`` was read from; empty for an event of our own making.
    """

    id: str
    type: str
    source: str
    time: datetime
    data: M
    subject: str | None = None
    content: bytes = field(default=b"", compare=False, repr=False)

    def headers(self) -> list[tuple[str, bytes]]:
        """Kafka headers (CloudEvents Kafka protocol binding 1.0, §3.2)."""
        return encode_headers(self.id, self.type, self.source, self.time, self.subject)

    def body(self) -> bytes:
        return self.data.model_dump_json(exclude_none=True).encode()


def encode_headers(
    event_id: str, event_type: str, source: str, time: datetime, subject: str | None = None
) -> list[tuple[str, bytes]]:
    """Headers of a CloudEvent in binary mode; ``event_type`` is given without prefix."""
    attributes = {
        "specversion": SPEC_VERSION,
        "id": event_id,
        "type": PREFIX + event_type,
        "source": source,
        "time": time.isoformat(),
    }
    if subject is not None:
        attributes["subject"] = subject
    return [(f"ce_{name}", value.encode()) for name, value in attributes.items()] + [
        ("content-type", CONTENT_TYPE.encode())
    ]


def decode_event(
    headers: Iterable[tuple[str, bytes]] | Mapping[str, bytes], body: bytes | None, received_at: datetime
) -> Event[Model]:
    """Read a Kafka message as a CloudEvent: binary mode, or structured mode if ``content-type`` says so.

    received_at: the broker's time, used where the event has none.
    Raises InvalidEvent.
    """
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    if _is_structured(pairs):
        attributes, content = read_structured(body or b"")
        return _event(attributes, "/", content, decode_data, received_at)
    attributes = [(name.removeprefix("ce_"), value or b"") for name, value in pairs if name.startswith("ce_")]
    return _event(attributes, "/ce_", body or b"", decode, received_at)


def _is_structured(pairs: Iterable[tuple[str, bytes]]) -> bool:
    return any(
        name.lower() == "content-type" and (value or b"").lower().startswith(MEDIA_TYPE.encode())
        for name, value in pairs
    )


def _event(
    pairs: Iterable[tuple[str, bytes]],
    place: str,
    content: bytes,
    read: Callable[[bytes, str], Model],
    received_at: datetime,
) -> Event[Model]:
    """Check the attributes, then the data; ``place`` leads to an attribute in an error's path."""
    attributes = _attributes(pairs, place)
    for name in _REQUIRED:
        if not attributes.get(name):
            raise InvalidEvent(
                Problem("envelope-attribute-missing", place + name, "this CloudEvents attribute is required")
            )
    if attributes["specversion"] != SPEC_VERSION:
        raise InvalidEvent(Problem("envelope-version-unknown", place + "specversion", "CloudEvents 1.0 is required"))
    return Event(
        id=attributes["id"],
        type=attributes["type"].removeprefix(PREFIX),
        source=attributes["source"],
        time=_time(attributes.get("time"), place + "time", received_at),
        data=read(content, attributes["type"]),
        subject=attributes.get("subject"),
        content=content,
    )


def _attributes(pairs: Iterable[tuple[str, bytes]], place: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        path = place + name if name in _KNOWN else ""
        if name in found:
            raise InvalidEvent(Problem("envelope-attribute-repeated", path, "this header is given twice"))
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            raise InvalidEvent(Problem("envelope-not-utf8", path, "this attribute is not valid UTF-8")) from None
        if len(text) > MAX_ATTRIBUTE or not text.isprintable():
            sentence = f"this attribute is longer than {MAX_ATTRIBUTE} characters or not printable"
            raise InvalidEvent(Problem("envelope-attribute-invalid", path, sentence))
        found[name] = text
    return found


def _time(value: str | None, path: str, received_at: datetime) -> datetime:
    if value is None:
        return received_at
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise InvalidEvent(Problem("envelope-time-invalid", path, "write the time as RFC 3339")) from None
    if time.tzinfo is None:
        raise InvalidEvent(Problem("envelope-time-invalid", path, "the time needs an offset, for example Z"))
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise InvalidEvent(Problem("envelope-time-invalid", path, "the year is out of range: 1800 to 2200"))
    return time
