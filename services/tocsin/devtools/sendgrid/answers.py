"""What the simulator answers over HTTP, also when the answer never arrives whole."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer.

    wait: seconds before it begins. cut: the connection ends instead. partial: it ends within the answer.
    drip: seconds over which the bytes of the answer are spread.
    """

    status: int = 202
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    cut: bool = False
    partial: bool = False
    drip: float = 0.0


def as_json(status: int, body: Any, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json", **named})


def refusal(status: int, message: str, place: str | None = None, **headers: str) -> Answer:
    """An error body as SendGrid writes it. place: the field that it is about."""
    return as_json(status, {"errors": [{"message": message, "field": place, "help": None}]}, **headers)
