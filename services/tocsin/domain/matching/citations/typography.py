"""How a number was typed, made plain: one kind of digit, dash, slash and space, no accents, no address encoding."""

import re
import unicodedata
from functools import lru_cache

_ENCODED = re.compile(r"%(?:25)*([2-7][0-9A-Fa-f])")
_TIGHT = (
    (re.compile(r" ?/ ?"), "/"),
    (re.compile(r"(?<=[0-9]) ?- ?(?=[0-9])"), "-"),
    (re.compile(r"(?<=[A-Za-z=])\+(?=[0-9])"), " "),  # a space in the query of an address
)
_LONGEST = 4
"""Into how many characters one may unfold; a ligature of Arabic unfolds into eighteen, and hides no number."""
_OTHER = "¤"
_NAMED = {"°": "o", "−": "-", "∕": "/", "⧸": "/"}


def plain(text: str) -> str:
    """The text in ASCII, spaces single; each character without an ASCII form stands as ``¤``. Linear in its length."""
    text = _ENCODED.sub(lambda m: chr(int(m[1], 16)), text)
    if not text.isascii():
        text = "".join(map(_plain_character, text))
    text = " ".join(text.replace("_", " ").split())
    for pattern, tight in _TIGHT:
        text = pattern.sub(tight, text)
    return text


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    if character.isascii():
        return character
    if _is_footnote_mark(character):
        return ""
    return "".join(map(_ascii, unicodedata.normalize("NFKD", character)[:_LONGEST]))


def _is_footnote_mark(character: str) -> bool:
    """A raised digit: it follows a number and is no part of it."""
    return character.isdigit() and unicodedata.decomposition(character).startswith("<super>")


def _ascii(character: str) -> str:
    category = unicodedata.category(character)
    if character.isascii():
        return character
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in {"Mn", "Me", "Cf"}:
        return ""
    if category == "Pd":
        return "-"
    if category.startswith("Z"):
        return " "
    return "/" if character == "\N{FRACTION SLASH}" else _OTHER
