"""CloudEvents in structured mode: attributes and ``data`` together in one JSON body."""

import json
from typing import Any

from tocsin_schemas.decoding import decode, parse_json
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent, Problem

MEDIA_TYPE = "application/cloudevents+json"


def read_structured(body: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """Split the body into the attributes and the JSON text of ``data``.

    Raises InvalidEvent.
    """
    parse_json(body)
    envelope: Any = json.loads(body)
    if not isinstance(envelope, dict):
        raise InvalidEvent(Problem("object-type", "", "this must be an object"))
    if "data" not in envelope:
        raise InvalidEvent(Problem("body-empty", "/data", "the event has no data, or has it in another encoding"))
    data = json.dumps(envelope.pop("data")).encode()
    return [(name, _attribute(value)) for name, value in envelope.items()], data


def decode_data(data: bytes, event_type: str) -> Model:
    """Like ``decode``, with paths that start at the whole body."""
    try:
        return decode(data, event_type)
    except InvalidEvent as error:
        raise InvalidEvent(*(Problem(p.code, "/data" + p.path, p.sentence) for p in error.problems)) from None


def _attribute(value: object) -> bytes:
    if not isinstance(value, str):
        raise InvalidEvent(Problem("envelope-attribute-invalid", "", "each attribute of the envelope must be a text"))
    return value.encode("utf-8", "surrogatepass")
