"""CloudEvents in structured mode: attributes and ``data`` together in one JSON body."""

import json
from dataclasses import replace
from typing import Any

from tocsin_schemas.decoding import decode, parse_json
from tocsin_schemas.mistakes import hint
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent, problem

MEDIA_TYPE = "application/cloudevents+json"


def read_structured(body: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """Split the body into the attributes and the JSON text of ``data``.

    Raises InvalidEvent.
    """
    parse_json(body)
    envelope: Any = json.loads(body)
    if not isinstance(envelope, dict):
        raise InvalidEvent(problem("object-type", hint=hint("object-type", envelope, "")))
    if "data" not in envelope:
        raise InvalidEvent(problem("body-empty", "/data", hint="base64" if "data_base64" in envelope else ""))
    data = json.dumps(envelope.pop("data")).encode()
    return [(name, _attribute(value)) for name, value in envelope.items()], data


def decode_data(data: bytes, event_type: str) -> Model:
    """Like ``decode``, with paths that start at the whole body."""
    try:
        return decode(data, event_type)
    except InvalidEvent as error:
        raise InvalidEvent(*(replace(p, path="/data" + p.path) for p in error.problems)) from None


def _attribute(value: object) -> bytes:
    if not isinstance(value, str):
        raise InvalidEvent(problem("envelope-attribute-invalid", hint="number"))
    return value.encode("utf-8", "surrogatepass")
