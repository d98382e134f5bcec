"""From bytes to a checked model. Caps come first, so that a hostile body is refused before it is parsed."""

import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from tocsin_schemas.model import Model
from tocsin_schemas.problems import SENTENCES, InvalidEvent, Problem, code_of, pointer
from tocsin_schemas.topics import EVENT_MODELS, MAX_EVENT_BYTES, PREFIX

MAX_DEPTH = 16
MAX_KEYS = 200
MAX_PROBLEMS = 20
MAX_DIGITS = 25
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A JSON string, or an unclosed one to the end; possessive, so that a hostile body takes linear time."""
_BRACKET = re.compile(r"[\[\]{}]")


def decode(body: bytes, event_type: str) -> Model:
    """Read the ``data`` of an event.

    body: JSON in UTF-8, at most 256 KiB.
    event_type: with or without the ``org.tocsin.`` prefix.
    Raises InvalidEvent with stable codes and JSON paths (limits: OWASP ASVS 5.0, 15.3).
    """
    model = EVENT_MODELS.get(event_type.removeprefix(PREFIX))
    if model is None:
        raise InvalidEvent(
            Problem("event-type-unknown", "", "this event type is not part of the contract; see asyncapi.yaml")
        )
    return decode_as(body, model)


M = TypeVar("M", bound=Model)


def decode_as(body: bytes, model: type[M]) -> M:
    """Read ``body`` as ``model``; raises InvalidEvent."""
    parse_json(body)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise InvalidEvent(*_problems(error)) from None


def parse_json(body: bytes) -> Any:
    """Parse within the caps; raises InvalidEvent. Numbers come back as text: only models read them."""
    if not body:
        raise InvalidEvent(Problem("body-empty", "", "the event has no body"))
    if len(body) > MAX_EVENT_BYTES:
        raise InvalidEvent(Problem("body-too-large", "", f"the body is larger than {MAX_EVENT_BYTES} bytes"))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidEvent(Problem("body-not-utf8", "", "the body is not valid UTF-8")) from None
    if text.startswith("\ufeff"):
        raise InvalidEvent(Problem("body-has-bom", "", "the body starts with a byte order mark; send plain UTF-8"))
    if _depth(text) > MAX_DEPTH:
        raise InvalidEvent(Problem("json-too-deep", "", f"objects and arrays are nested more than {MAX_DEPTH} deep"))
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_bounded, parse_float=_bounded
        )
    except json.JSONDecodeError as error:
        raise InvalidEvent(
            Problem("json-malformed", "", f"the body is not JSON: line {error.lineno}, column {error.colno}")
        ) from None


def _depth(text: str) -> int:
    """Deepest nesting, counted without recursion and outside strings."""
    deepest = depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    if len(pairs) > MAX_KEYS:
        raise InvalidEvent(Problem("json-too-many-keys", "", f"an object has more than {MAX_KEYS} keys"))
    seen = dict(pairs)
    if len(seen) != len(pairs):
        raise InvalidEvent(Problem("json-duplicate-key", "", "an object names the same key twice"))
    return seen


def _no_constant(_: str) -> None:
    raise InvalidEvent(Problem("json-not-a-number", "", "NaN and Infinity are not JSON"))


def _bounded(literal: str) -> str:
    if len(literal) > MAX_DIGITS:
        raise InvalidEvent(Problem("json-number-too-long", "", f"a number has more than {MAX_DIGITS} characters"))
    return literal


def _problems(error: ValidationError) -> list[Problem]:
    """What pydantic found, in our words: its own text and the sender's keys and values stay out."""
    found = []
    for detail in error.errors(include_url=False, include_context=False, include_input=False)[:MAX_PROBLEMS]:
        code = code_of(detail["type"])
        where = detail["loc"][:-1] if code == "extra-forbidden" else detail["loc"]
        found.append(Problem(code, pointer(where), SENTENCES[code]))
    return found
