"""The envelope: CloudEvents 1.0 over Kafka, written in binary mode (headers ``ce_*``) and read in both modes."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from tocsin_schemas.contract import PUBLISHED_ON
from tocsin_schemas.dates import FIRST_YEAR, LAST_YEAR
from tocsin_schemas.decoding import decode
from tocsin_schemas.mistakes import instant
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent, Problem, problem
from tocsin_schemas.structured import MEDIA_TYPE, decode_data, read_structured
from tocsin_schemas.topics import MAX_EVENT_BYTES, PREFIX

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
MAX_ATTRIBUTE = 256
_REQUIRED = ("id", "source", "type", "specversion")
_KNOWN = frozenset({*_REQUIRED, "time", "subject", "datacontenttype", "dataschema"})
"""The attributes that an error may name; another name is the sender's own words."""
_ANY_PREFIX = re.compile(r"(?:ce|cloudevents)[-_:.]?")
"""How other bindings, and people, begin the name of an attribute's header."""

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who sent an event, as its signature proves. names: in whose name they may speak; None: in everybody's."""

    name: str
    names: frozenset[str] | None = frozenset()

    def may_speak_as(self, name: str) -> bool:
        return self.names is None or name in self.names


NOBODY, OURSELVES = Speaker(""), Speaker("tocsin", None)


@dataclass(frozen=True, slots=True)
class Event(Generic[M]):
    """A CloudEvent whose ``data`` has been checked.

    type: without the ``org.tocsin.`` prefix, for example ``case.opened``.
    content: the JSON that ``data`` was read from; empty for an event of our own making.
    speaker: of an event that was read, nobody, until its signature has been checked.
    """

    id: str
    type: str
    source: str
    time: datetime
    data: M
    subject: str | None = None
    content: bytes = field(default=b"", compare=False, repr=False)
    speaker: Speaker = field(default=OURSELVES, compare=False)

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
        return _event(attributes, "/", content, decode_data, received_at, ())
    attributes = [(name.removeprefix("ce_"), value or b"") for name, value in pairs if name.startswith("ce_")]
    return _event(attributes, "/ce_", body or b"", decode, received_at, [name for name, _ in pairs])


def misplaced(event_type: str) -> InvalidEvent:
    """For an event of the contract on a topic that does not carry it."""
    topic = PUBLISHED_ON.get(event_type, "")
    return InvalidEvent(problem("event-type-unknown", hint="wrong-topic" if topic else "", of=topic))


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
    names: Iterable[str],
) -> Event[Model]:
    """Check the attributes, then the data; ``place`` leads to an attribute in an error's path.

    names: of all headers, for one that was only spelt otherwise.
    """
    attributes = _attributes(pairs, place)
    for name in _REQUIRED:
        if not attributes.get(name):
            raise InvalidEvent(_missing(place + name, place, names, content))
    if attributes["specversion"] != SPEC_VERSION:
        raise InvalidEvent(problem("envelope-version-unknown", place + "specversion"))
    return Event(
        id=attributes["id"],
        type=attributes["type"].removeprefix(PREFIX),
        source=attributes["source"],
        time=_time(attributes.get("time"), place + "time", received_at),
        data=read(content, attributes["type"]),
        subject=attributes.get("subject"),
        content=content,
        speaker=NOBODY,
    )


def _missing(path: str, place: str, names: Iterable[str], content: bytes) -> Problem:
    spelt = {_ANY_PREFIX.sub("", name.lower()) for name in names}
    found = "spelling" if path.removeprefix(place) in spelt else ""
    if not found and place == "/ce_" and content[:1] == b"{" and b'"specversion"' in content[:MAX_EVENT_BYTES]:
        found = "structured"
    return problem("envelope-attribute-missing", path, hint=found, of=path.removeprefix("/"))


def _attributes(pairs: Iterable[tuple[str, bytes]], place: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        path = place + name if name in _KNOWN else ""
        if name in found:
            raise InvalidEvent(problem("envelope-attribute-repeated", path))
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            raise InvalidEvent(problem("envelope-not-utf8", path)) from None
        if len(text) > MAX_ATTRIBUTE or not text.isprintable():
            raise InvalidEvent(problem("envelope-attribute-invalid", path))
        found[name] = text
    return found


def _time(value: str | None, path: str, received_at: datetime) -> datetime:
    if value is None:
        return received_at
    try:
        time: datetime | None = datetime.fromisoformat(value)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise InvalidEvent(problem("envelope-time-invalid", path, hint=instant(value)))
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise InvalidEvent(problem("envelope-time-invalid", path, hint="year"))
    return time
