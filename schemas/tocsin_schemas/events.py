"""The envelope: CloudEvents 1.0 over Kafka, in binary content mode (headers ``ce_*``, ``data`` as the body)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from tocsin_schemas.decoding import decode
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent, Problem
from tocsin_schemas.topics import PREFIX

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
_REQUIRED = ("id", "source", "type", "specversion")


M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Event(Generic[M]):
    """A CloudEvent whose ``data`` has been checked.

    type: without the ``org.tocsin.`` prefix, for example ``case.opened``.
    """

    id: str
    type: str
    source: str
    time: datetime
    data: M
    subject: str | None = None

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
    """Read a Kafka message as a CloudEvent in binary mode.

    received_at: the broker's time, used where ``ce_time`` is absent.
    Raises InvalidEvent.
    """
    attributes = _attributes(headers)
    for name in _REQUIRED:
        if not attributes.get(name):
            raise InvalidEvent(
                Problem(
                    "envelope-attribute-missing", f"/ce_{name}", "this CloudEvents attribute is required as a header"
                )
            )
    if attributes["specversion"] != SPEC_VERSION:
        raise InvalidEvent(Problem("envelope-version-unknown", "/ce_specversion", "CloudEvents 1.0 is required"))
    data = decode(body or b"", attributes["type"])
    return Event(
        id=attributes["id"],
        type=attributes["type"].removeprefix(PREFIX),
        source=attributes["source"],
        time=_time(attributes.get("time"), received_at),
        data=data,
        subject=attributes.get("subject"),
    )


def _attributes(headers: Iterable[tuple[str, bytes]] | Mapping[str, bytes]) -> dict[str, str]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found: dict[str, str] = {}
    for name, value in pairs:
        if not name.startswith("ce_"):
            continue
        if name[3:] in found:
            raise InvalidEvent(Problem("envelope-attribute-repeated", f"/{name}", "this header is given twice"))
        try:
            text = (value or b"").decode("utf-8")
        except UnicodeDecodeError:
            raise InvalidEvent(Problem("envelope-not-utf8", f"/{name}", "this header is not valid UTF-8")) from None
        if len(text) > 256 or not text.isprintable():
            raise InvalidEvent(
                Problem(
                    "envelope-attribute-invalid",
                    f"/{name}",
                    "this header is longer than 256 characters or not printable",
                )
            )
        found[name[3:]] = text
    return found


def _time(value: str | None, received_at: datetime) -> datetime:
    if value is None:
        return received_at
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise InvalidEvent(Problem("envelope-time-invalid", "/ce_time", "write the time as RFC 3339")) from None
    if time.tzinfo is None:
        raise InvalidEvent(Problem("envelope-time-invalid", "/ce_time", "the time needs an offset, for example Z"))
    return time
