"""What a body is that is not the JSON of an event: told by how it begins, and by what stands where it breaks off."""

import base64
import binascii
import re
from collections.abc import Mapping
from json import JSONDecodeError

from tocsin_schemas.problems import Problem, problem

_HEAD = 512
"""Characters of a body that are looked at for what it is."""
_MAGIC: Mapping[bytes, str] = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"%PDF": "pdf"}
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}\s*")
_FORM = re.compile(r"[\w.%+-]+=[^&\s]*(?:&[\w.%+-]+=[^&\s]*)*\s*")
_YAML = re.compile(r"(?:---\s|[A-Za-z_]+:\s)")
_COMMENTS = ("//", "/*", "#")
_PYTHON = ("True", "False", "None")
_CURLY = "\u201c\u201d\u201e\u00ab\u2018\u2019"


def not_text(body: bytes) -> Problem:
    """For a body that is not UTF-8."""
    found = next((name for magic, name in _MAGIC.items() if body.startswith(magic)), "")
    wide = body.startswith(_WIDE) or b"\x00" in body[:4]
    return problem("body-not-utf8", hint=found or ("utf-16" if wide else "windows"))


def not_json(text: str, error: JSONDecodeError) -> Problem:
    """For a body that is text, and that the parser cannot read."""
    place = f"{error.lineno}:{error.colno}"
    return problem("json-malformed", hint=_kind(text[:_HEAD].strip(), text) or _broken(text, error), of=place)


def _kind(head: str, text: str) -> str:
    """What the whole is, if it is no JSON at all."""
    if head[:1] in ("{", "[", '"', "'"):
        return ""
    if magic := next((name for magic, name in _MAGIC.items() if head.startswith(magic.decode("latin-1"))), ""):
        return magic
    if head.startswith("<"):
        return "html" if re.match(r"<!doctype html|<html", head, re.IGNORECASE) else "xml"
    if _YAML.match(head):
        return "yaml"
    if _FORM.fullmatch(head.partition("\n")[0][:_HEAD]) and "=" in head.rstrip("="):
        return "form"
    if _is_base64(text):
        return "base64"
    first = head.partition("\n")[0]
    return "csv" if any(first.count(mark) >= 2 for mark in ",;\t") else ""


def _is_base64(text: str) -> bool:
    if not _BASE64.fullmatch(text):
        return False
    start = text[:64].strip()
    try:
        opened = base64.urlsafe_b64decode(start[: len(start) // 4 * 4].replace("+", "-").replace("/", "_"))
    except (binascii.Error, ValueError):
        return False
    return opened.lstrip()[:1] in (b"{", b"[", b"\x1f")


def _broken(text: str, error: JSONDecodeError) -> str:
    """What stands where the parser stopped."""
    here, before = text[error.pos :].lstrip(" \t\r\n"), text[: error.pos].rstrip(" \t\r\n")
    if not here or error.msg.startswith("Unterminated string"):
        return "truncated"
    if found := _by_message(error.msg):
        return found
    if here[0] in "]},":
        return "trailing-comma" if here[0] != "," and before.endswith(",") else "comma"
    if here.startswith(_COMMENTS) or before.endswith(("//", "/*")):
        return "comment"
    if here.startswith(_PYTHON):
        return "python"
    if here[0] in _CURLY:
        return "curly-quotes"
    return "single-quotes" if here[0] == "'" else _grammar(here, before, error.msg)


def _by_message(message: str) -> str:
    """The words are those of Python's own parser."""
    return next((name for start, name in _MESSAGES.items() if message.startswith(start)), "")


def _grammar(here: str, before: str, message: str) -> str:
    if here[0] in "+." or (here[0].isdigit() and before[-1:] in ("0", "-")):
        return "number"
    if message.startswith("Expecting property name"):
        return "unquoted-key"
    return "comma" if message.startswith("Expecting ',' delimiter") else ""


_MESSAGES: Mapping[str, str] = {
    "Illegal trailing comma": "trailing-comma",
    "Invalid control character": "line-break",
    "Invalid \\": "backslash",
    "Extra data": "two-documents",
}
