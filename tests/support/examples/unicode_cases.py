"""Characters and names for tests of what texts admit, and reports with one text in every place of the contract."""

import json
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from builders import a_report_json
from tocsin_schemas import contract

GOLD = Path(__file__).resolve().parents[2] / "gold"
DIRECTION = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Bidi_Control (Unicode 16, PropList.txt)."""
TAGS = "".join(map(chr, range(0xE0000, 0xE0080)))


def names() -> dict[str, list[str]]:
    """By language."""
    found: dict[str, list[str]] = tomllib.loads((GOLD / "names.toml").read_text("utf-8"))["names"]
    return found


def words() -> list[str]:
    """With as many marks on a letter as there are in earnest."""
    return [
        word for listed in tomllib.loads((GOLD / "names.toml").read_text("utf-8"))["words"].values() for word in listed
    ]


def in_every_form(text: str) -> set[str]:
    return {text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)}


@cache
def confusables() -> str:
    """Every character of the table of UTS #39."""
    found: list[str] = []
    for part in (GOLD / "confusables.txt").read_text("utf-8").splitlines():
        for span in part.split() if not part.startswith("#") else ():
            first, _, last = span.partition("-")
            found += map(chr, range(int(first, 16), int(last or first, 16) + 1))
    return "".join(found)


@cache
def text_places() -> tuple[str, ...]:
    """Every place of a report that holds free text, as JSON Pointer with 0 for each list."""
    return tuple(path for path, of in _places("Report", "") if contract.shape(of).get("pattern", "").startswith("^[^"))


def _places(of: str, path: str) -> Iterator[tuple[str, str]]:
    found = contract.shape(of)
    owner = of if "." not in of else found.get("title", "")
    yield path, of
    if "items" in found:
        yield from _places(of + "[]", path + "/0")
    for name in found.get("properties", ()):
        yield from _places(f"{owner}.{name}", f"{path}/{name}")


def report_with(texts: dict[str, str]) -> dict[str, Any]:
    """A sound report with these texts at these places; whatever object they need is made as small as it can be."""
    report: dict[str, Any] = json.loads(a_report_json())
    for path, text in texts.items():
        _write(report, "Report", path.strip("/").split("/"), text)
    if "reprisal" in report:
        report["reprisal"]["strict"] = False
    return report


def _write(value: Any, of: str, parts: list[str], text: str) -> None:
    head, *rest = parts
    owner = contract.shape(of).get("title", "") if "." in of else of
    inner = of + "[]" if isinstance(value, list) else f"{owner}.{head}"
    key: Any = int(head) if isinstance(value, list) else head
    is_there = key < len(value) if isinstance(value, list) else key in value
    if not rest:
        made: Any = text
    elif is_there:
        made = value[key]
    else:
        made = json.loads(contract.example(inner))
    if isinstance(value, list) and not is_there:
        value.append(made)
    else:
        value[key] = made
    if rest:
        _write(made, inner, rest, text)
