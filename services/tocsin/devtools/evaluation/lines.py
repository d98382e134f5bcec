"""Reads lines from a pipe: bounded in memory, and a bad line costs only itself."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from tocsin_schemas.decoding import parse_json
from tocsin_schemas.problems import InvalidEvent, Problem
from tocsin_schemas.topics import MAX_EVENT_BYTES

BOM = b"\xef\xbb\xbf"
_TOO_LONG = Problem("body-too-large", "", f"the line is longer than {MAX_EVENT_BYTES} bytes")


@dataclass(frozen=True, slots=True)
class Line:
    """number: from 1. content: without its line break; None if it is too long to be read."""

    number: int
    content: bytes | None


Refuse = Callable[[int, InvalidEvent], None]
"""Told the number of a line, and what is wrong with it."""


def lines_of(source: BinaryIO, longest: int = MAX_EVENT_BYTES) -> Iterator[Line]:
    """Every line that is not blank, as soon as it is there; a byte order mark at the start is passed over."""
    number = 0
    while piece := source.readline(longest + 2):
        number += 1
        whole = piece.endswith(b"\n") or len(piece) < longest + 2
        if not whole:
            _skip_to_end(source, longest)
        content = piece.removeprefix(BOM).strip() if number == 1 else piece.strip()
        if content:
            yield Line(number, content if whole else None)


def objects_of(source: BinaryIO, refuse: Refuse) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON object on each line, with the line's number; what is no object is refused."""
    for line in lines_of(source):
        try:
            yield line.number, object_of(line)
        except InvalidEvent as refusal:
            refuse(line.number, refusal)


def object_of(line: Line) -> dict[str, Any]:
    """Raises InvalidEvent if the line is not a JSON object within the caps of the contract."""
    if line.content is None:
        raise InvalidEvent(_TOO_LONG)
    parse_json(line.content)
    content = json.loads(line.content)
    if not isinstance(content, dict):
        raise InvalidEvent(Problem("object-type", "", "this must be an object"))
    return content


def identity_of(content: Mapping[str, Any]) -> str | int:
    """The line's ``id``, given back as it came; raises InvalidEvent if it has none."""
    if "id" not in content:
        raise InvalidEvent(Problem("missing", "/id", "this field is required"))
    identity = content["id"]
    if not isinstance(identity, str | int) or isinstance(identity, bool):
        raise InvalidEvent(Problem("string-type", "/id", "this must be a text in quotes"))
    return identity


def _skip_to_end(source: BinaryIO, step: int) -> None:
    while (piece := source.readline(step)) and not piece.endswith(b"\n"):
        pass
