"""A search that misses a way of writing would call a leak no leak: each way is planted, and found."""

import base64
import html
import json
import quopri
from collections.abc import Callable
from random import Random
from urllib.parse import quote

import pytest

from tocsin.devtools.leaks.finding import Finder
from tocsin.devtools.leaks.values import Hand

HAND = Hand(Random(1))
SCRIPTS = ("latin", "cyrillic", "arabic", "phone")
VALUES = {script: [HAND("a name", script) for _ in range(5)] for script in SCRIPTS}
FINDER = Finder(value for values in VALUES.values() for value in values)


def in_base64(shift: int) -> Callable[[str], bytes]:
    return lambda text: base64.b64encode(b"x" * shift + text.encode() + b"tail")


WAYS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda text: text.encode(),
    "UTF-16, little-endian": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16, big-endian": lambda text: text.encode("utf-16-be"),
    "upper case": lambda text: text.upper().encode(),
    "lower case": lambda text: text.lower().encode(),
    "JSON": lambda text: json.dumps({"message": f"no such person: {text}"}).encode(),
    "JSON, upper case": lambda text: json.dumps(text).upper().encode(),
    "URL": lambda text: f"/search?name={quote(text)}&page=1".encode(),
    "URL, twice": lambda text: quote(quote(text)).encode(),
    "HTML": lambda text: f"<p>{html.escape(text)}</p>".encode(),
    "HTML, decimal": lambda text: "".join(f"&#{ord(letter)};" for letter in text).encode(),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(letter):X};" for letter in text).encode(),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()),
    "quoted-printable, broken": lambda text: quopri.encodestring(b"before " * 9 + text.encode() + b" after"),
    "repr": lambda text: repr(text.encode()).encode(),
    "hexadecimal": lambda text: b"\\x" + text.encode().hex().encode(),
    "octal": lambda text: b"".join(b"\\%03o" % byte if byte > 127 else bytes((byte,)) for byte in text.encode()),
    "base64": in_base64(0),
    "base64, one on": in_base64(1),
    "base64, two on": in_base64(2),
    "base64 of URLs": lambda text: base64.urlsafe_b64encode(b"xx" + text.encode()),
    "base64, broken": lambda text: base64.encodebytes(b"before " * 7 + text.encode() + b" after"),
    "base64, broken within JSON": lambda text: json.dumps(
        base64.encodebytes(b"before " * 7 + text.encode() + b"!").decode()
    ).encode(),
}


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("way", WAYS)
def test_a_value_is_found_however_it_is_written(way: str, script: str) -> None:
    for value in VALUES[script]:
        planted = b"\0noise " * 50 + WAYS[way](value) + b" noise" * 50
        assert FINDER.found(planted) == {value}


def test_nothing_is_found_that_was_not_given() -> None:
    others = Hand(Random(2))
    text = " ".join(others("a name", script) for script in SCRIPTS for _ in range(100)).encode()
    assert FINDER.found(text + base64.b64encode(text) + text.decode().encode("utf-16")) == set()
