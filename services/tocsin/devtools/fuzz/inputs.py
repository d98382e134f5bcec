"""What fuzzing starts from: the examples of the contract and the letters of the sample, signed, structured, sealed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tocsin.devtools import corpus
from tocsin.devtools.corpus.letters import WRITTEN_AT
from tocsin.runtime import jwe
from tocsin_schemas.events import encode_headers
from tocsin_schemas.export import SCHEMAS
from tocsin_schemas.signing import SEALED
from tocsin_schemas.structured import MEDIA_TYPE

OPENING = jwe.opening_key("tocsin-1", bytes(range(32)))
"""The key to which fuzzing seals: worth nothing anywhere else."""


@dataclass(frozen=True, slots=True)
class Input:
    """One message as Kafka would hand it over."""

    headers: tuple[tuple[str, bytes], ...]
    body: bytes


@cache
def seeds() -> tuple[Input, ...]:
    """At least one of each event type, of both modes, and of sealed and refused ones."""
    return tuple(_seeds())


def _seeds() -> Iterator[Input]:
    for path in sorted((SCHEMAS / "examples").glob("*/accepted/*.json")):
        yield _event(path.parts[-3], path.read_bytes())
    for path in sorted((SCHEMAS / "examples").glob("*/rejected/*.json")):
        yield _event(path.parts[-3], _rejected(path))
    for number, letter in enumerate(corpus.load()):
        yield Input(corpus.sign(letter.publisher, letter.headers, letter.body), letter.body)
        if number % 10 == 0:
            yield _structured(letter.headers, letter.body)
            yield _sealed(letter.headers, letter.body)


def _event(event_type: str, body: bytes) -> Input:
    headers = encode_headers("fuzz-1", event_type, "//fuzz.example", WRITTEN_AT)
    return Input(corpus.sign("ACHPR-SRHRD", headers, body), body)


def _rejected(path: Path) -> bytes:
    example = json.loads(path.read_text("utf-8"))
    return str(example["raw"]).encode() if "raw" in example else json.dumps(example["body"]).encode()


def _structured(headers: tuple[tuple[str, bytes], ...], body: bytes) -> Input:
    try:
        whole = {name[3:]: value.decode() for name, value in headers if name.startswith("ce_")} | {
            "data": json.loads(body)
        }
    except ValueError:
        return Input(headers, body)
    return Input((("content-type", MEDIA_TYPE.encode()),), json.dumps(whole, ensure_ascii=False).encode())


def _sealed(headers: tuple[tuple[str, bytes], ...], body: bytes) -> Input:
    kept = tuple(pair for pair in headers if pair[0] != "content-type")
    return Input((*kept, ("content-type", SEALED.encode())), jwe.seal(body, OPENING.public()))
