"""Inputs made of seeds: JSON changed as JSON, bytes changed as bytes, headers changed as headers."""

import base64
import gzip
import json
import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from tocsin.devtools.fuzz.inputs import Input, seeds

_LONGEST = 300 * 1024
_LARGEST_SEED = 32 * 1024
"""Bytes: of the few larger ones, each change costs as much as a hundred others."""
_SHORT = 500
"""Characters: hundreds of longer ones would be cut off anyway, after the fuzzer itself had filled the memory."""
_NASTY_TEXTS = (
    "", " ", "\x00", "\ud800", "\u202e", "\u200b", "\ufeff", "\U000e0041", "\U0010ffff", "\ufdd0", "a" * 501,
    "e" + "\u0301" * 40, "\u3164", "\u2028", "'; --", "<script>", "{{7*7}}", "=1+1", "../../etc", "%s%n", "\\", '"',
    "2026-02-30", "20/11/2026", "0000", "9999-99-99", "2026-03-09/2026-03-01", "2026-03-09T25:61:00Z", "T", "/", "~",
    "/alleged_victims/0", "TG", "tgo", "ＴＧＯ", "en-GB", "english", "true", "null", "NaN", "1e400", "-0", "١٢٣",
)  # fmt: skip
_NASTY_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 10**24, -(10**24), 1e308, -0.0, 0.1, [], {}, [[]], [None], {"": None},
    {"a": {"a": {}}},
)  # fmt: skip
_NASTY_BYTES = (
    b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"', b"\\", b"{", b"}", b"[" * 40, b",", b"NaN", b"//",
    b"'", b"1e9999", b"\\ud800",
)  # fmt: skip
_NASTY_HEADERS = (
    "ce_id", "ce_type", "CE_TYPE", "ce-id", "ce_specversion", "ce_time", "ce_data", "content-type",
    "tocsin_signature", "ce_", "x", "ce_\u202e", "ce_a\nb",
)  # fmt: skip

Change = Callable[[random.Random, Any], Any]


def mutated(seed: int, number: int) -> Iterator[Input]:
    """So many inputs; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    known = [given for given in seeds() if len(given.body) < _LARGEST_SEED]
    for _ in range(number):
        given = dice.choice(known)
        for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            given = changed(dice, given)
        yield given


def changed(dice: random.Random, given: Input) -> Input:
    """In one way."""
    made = dice.choice(_WAYS)(dice, given)
    return Input(made.headers, made.body[:_LONGEST])


def _json(dice: random.Random, given: Input) -> Input:
    """Change the JSON in one place, or more."""
    try:
        content = _parsed(given.body)
    except (ValueError, RecursionError):
        return _bytes(dice, given)
    for _ in range(dice.choice((1, 1, 2, 4))):
        content = _at_some_place(dice, content)
    indent = dice.choice((None, None, 1))
    try:
        return Input(given.headers, json.dumps(content, ensure_ascii=dice.random() < 0.3, indent=indent).encode())
    except UnicodeEncodeError:
        return Input(given.headers, json.dumps(content).encode())


@lru_cache(maxsize=512)
def _parsed(body: bytes) -> Any:
    """Nobody changes what it gives: every change makes a copy."""
    return json.loads(body)


def _at_some_place(dice: random.Random, value: Any) -> Any:
    """Go down by chance, and change what is there."""
    if isinstance(value, dict) and value and dice.random() < 0.8:
        name = dice.choice(list(value))
        return value | {name: _at_some_place(dice, value[name])}
    if isinstance(value, list) and value and dice.random() < 0.7:
        place = dice.randrange(len(value))
        return [*value[:place], _at_some_place(dice, value[place]), *value[place + 1 :]]
    return dice.choice(_CHANGES)(dice, value)


def _text(dice: random.Random, value: Any) -> Any:
    nasty = dice.choice(_NASTY_TEXTS)
    if not isinstance(value, str) or dice.random() < 0.4:
        return nasty
    place = dice.randrange(len(value) + 1)
    return value[:place] + nasty + value[place:]


def _character(dice: random.Random, value: Any) -> Any:
    return f"{value}{chr(dice.randrange(0x110000))}"


def _without_a_key(dice: random.Random, value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        return None
    gone = dice.choice(list(value))
    return {name: inner for name, inner in value.items() if name != gone}


def _with_a_key(dice: random.Random, value: Any) -> Any:
    name = dice.choice((*_NASTY_TEXTS, "country", "urgency", "dob", "data", "specversion", "names", "value"))
    return (value if isinstance(value, dict) else {}) | {name: dice.choice(_NASTY_VALUES)}


def _many(dice: random.Random, value: Any) -> Any:
    is_small = isinstance(value, int | float | None) or (isinstance(value, str) and len(value) <= _SHORT)
    number = dice.choice((2, 21, 201, 300)) if is_small else 2
    return [value] * number if dice.random() < 0.5 else {f"k{n}": 0 for n in range(number)}


_CHANGES: tuple[Change, ...] = (
    _text,
    _text,
    _character,
    _without_a_key,
    _with_a_key,
    _many,
    lambda dice, _: dice.choice(_NASTY_VALUES),
    lambda _, value: [value],
    lambda _, value: {"value": value},
    lambda _, value: str(value),
    lambda _, value: json.dumps(value),
    lambda _, value: value[0] if isinstance(value, list) and value else value,
    lambda _, value: value[::-1] if isinstance(value, str | list) else value,
)


def _bytes(dice: random.Random, given: Input) -> Input:
    """Cut, double, turn a bit, put something in."""
    body, place = given.body, dice.randrange(len(given.body) + 1)
    match dice.randrange(6):
        case 0:
            body = body[:place]
        case 1:
            body = body[:place] + dice.choice(_NASTY_BYTES) + body[place:]
        case 2 if place < len(body):
            body = body[:place] + bytes([body[place] ^ (1 << dice.randrange(8))]) + body[place + 1 :]
        case 3:
            body = body[:place] + body[place // 2 :]
        case 4:
            body = body[:place] + dice.randbytes(dice.randrange(1, 9)) + body[place:]
        case _:
            body = dice.choice(_ENCODINGS)(body)
    return Input(given.headers, body)


_ENCODINGS: tuple[Callable[[bytes], bytes], ...] = (
    gzip.compress,
    base64.b64encode,
    lambda body: body.decode("utf-8", "replace").encode("utf-16"),
    lambda body: body.decode("utf-8", "replace").encode("cp1252", "replace"),
    lambda body: b"\xef\xbb\xbf" + body,
    lambda body: body.replace(b'"', b"'"),
    lambda body: body.replace(b"}", b",}"),
    lambda body: body + body,
    lambda body: b"<report>" + body,
    lambda body: json.dumps(body.decode("utf-8", "replace")).encode(),
)


def _headers(dice: random.Random, given: Input) -> Input:
    headers = list(given.headers)
    place = dice.randrange(len(headers)) if headers else 0
    nasty = dice.choice(_NASTY_TEXTS).encode("utf-8", "surrogatepass")
    match dice.randrange(5):
        case 0 if headers:
            del headers[place]
        case 1 if headers:
            headers.append(headers[place])
        case 2 if headers:
            name, value = headers[place]
            cut = dice.randrange(len(value) + 1)
            headers[place] = (name, value[:cut] + nasty + value[cut:])
        case 3 if headers:
            headers[place] = (dice.choice(_NASTY_HEADERS), headers[place][1])
        case _:
            headers.append((dice.choice(_NASTY_HEADERS), nasty))
    return Input(tuple(headers), given.body)


_WAYS = (_json, _json, _json, _json, _bytes, _headers)
