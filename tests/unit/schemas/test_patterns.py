"""Guarantee: no pattern of the contract takes more than linear time, whatever it is given."""

import pkgutil
import re
import time
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest

import tocsin_schemas
from tocsin_schemas import decoding, text

LONG = 2_000
PUMPS = ("a", "0", " ", "-", "/", ".", ",", ":", "=", "&", "%", '"', "\\", '\\"', "[", "{", "é", "\u0301", "\u202e", "a-", "0-", "0/", "a.", "a=b&", "A_", "ab ", "2026-", "a\n", "<", "[{0}]", "ce_", "T0")  # fmt: skip
TAILS = ("", "!", "\n", "\x00", '"', "]")
HEADS = ("", '"', "2026-01-01T", "[", "a=")


def patterns() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Name, pattern, and whether it is looked for inside a text rather than matched with the whole or its start."""
    for found in pkgutil.walk_packages(tocsin_schemas.__path__, "tocsin_schemas."):
        module = import_module(found.name)
        source = Path(str(module.__file__)).read_text("utf-8")
        for name, value in vars(module).items():
            within = re.search(rf"\b{name}\.(?:search|sub|findall)\b|pattern\.search", source) is not None
            for pattern in (value, *([*value, *value.values()] if isinstance(value, dict) else [])):
                if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
                    yield f"{found.name.removeprefix('tocsin_schemas.')}: {pattern.pattern[:40]}", pattern, within


PATTERNS = {name: (pattern, within) for name, pattern, within in patterns()}
PATTERNS["text: piled"] = (text._runs(frozenset("\u0301\u0323")), True)
PATTERNS["text: perhaps piled"] = (text._perhaps_piled(), True)


def test_every_pattern_is_found() -> None:
    assert len(PATTERNS) >= 25
    assert (decoding._STRING, True) in PATTERNS.values()


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_linear_time(name: str) -> None:
    pattern, within = PATTERNS[name]
    started = time.process_time()
    for head, pump, tail in product(HEADS, PUMPS, TAILS):
        given = head + pump * (LONG // len(pump)) + tail
        pattern.fullmatch(given)
        if within:
            pattern.search(given)
    assert time.process_time() - started < 2, "960 texts of 2,000 characters"


def test_a_pattern_that_backtracks_is_found() -> None:
    started = time.process_time()
    re.compile(r"(?:a|a)*b").fullmatch("a" * 22)
    assert time.process_time() - started > 0.1
