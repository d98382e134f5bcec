"""Text as the contract admits it: bounded, and free of control characters.

Bidirectional controls and other format characters are refused except ZWNJ and ZWJ, which Persian and Indic names
need, and the vowel separator of Mongolian. So is what piles marks on a letter, to paint over what stands around.
Nothing is rewritten: a text is kept as given or refused (UTS #39; CVE-2021-42574).
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from tocsin_schemas.hints import Hint

_REFUSED = (
    "\\u007f-\\u009f\\u00ad\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ue000-\\uf8ff"
    "\\ufeff\\ufff9-\\ufffb"
)
"""The characters refused, as far as a portable pattern can say; ``_is_hidden`` is the rule."""
_ALLOWED = "\n\t\u180e\u200c\u200d"
MOST_MARKS = 5
"""Accents or marks on one letter. Names in ``tests/gold/names.toml`` have up to four, syllables of Tibetan five."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_BREAKS = re.compile(r"[\n\t\u2028\u2029]")
_SEEN = re.compile(r"[^\s\u115f\u1160\u180b-\u180f\u200c\u200d\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Anything but spaces, fillers, joiners and variation selectors."""
_HIDDEN = frozenset({"Cf", "Cs", "Co", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
"""What takes no room of its own (general categories of Unicode)."""


def _is_hidden(character: str) -> bool:
    """Format and private characters, the separators of lines and paragraphs, lone surrogates, and what Unicode never
    assigns (Unicode 16, §23.7).
    """
    point = ord(character)
    never = 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE or 0xE0000 <= point <= 0xE007F
    return never or (unicodedata.category(character) in _HIDDEN and character not in _ALLOWED)


def _is_piled(value: str) -> bool:
    """Whether more than MOST_MARKS marks follow one another."""
    if not _perhaps_piled().search(value):
        return False
    marks = frozenset(character for character in set(value) if unicodedata.category(character) in _MARKS)
    return bool(marks) and bool(_runs(marks).search(value))


@cache
def _perhaps_piled() -> re.Pattern[str]:
    """Finds every pile, and rows of rare characters (beyond U+FFFF) too: a class is searched for quickly below that."""
    marks = "".join(each for each in map(chr, range(0x10000)) if unicodedata.category(each) in _MARKS)
    one = f"[{marks}\U00010000-\U0010ffff]"
    return re.compile(f"{one}{one}{{{MOST_MARKS}}}")  # the first alone, so that the search leaps to it


@lru_cache(maxsize=512)
def _runs(marks: frozenset[str]) -> re.Pattern[str]:
    return re.compile(f"[{''.join(sorted(marks))}]{{{MOST_MARKS + 1}}}")


def _checked(value: str) -> str:
    if value.isascii() and value.isprintable():
        return value if value.strip() else _refuse("text_blank")
    if not _SEEN.search(value):
        return _refuse("text_blank")
    if not _is_plain(value):
        if _CONTROLS.search(value):
            return _refuse("text_control_character")
        if any(map(_is_hidden, set(value))):
            return _refuse("text_invisible_character")
    return value if value.isascii() or not _is_piled(value) else _refuse("text_stacked_marks")


def _is_plain(value: str) -> bool:
    """Whether Python calls every character printable, which it calls none that is refused."""
    for character in _ALLOWED:
        value = value.replace(character, "")
    return value.isprintable()


def _checked_line(value: str) -> str:
    if not value.isprintable() and _LINE_BREAKS.search(value):
        return _refuse("text_line_break" if _SEEN.search(value) else "text_blank")
    return _checked(value)


def _refuse(
    kind: Literal[
        "text_blank", "text_line_break", "text_control_character", "text_invisible_character", "text_stacked_marks"
    ],
) -> str:
    raise PydanticCustomError(kind, "this text is not allowed here")


Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    AfterValidator(_checked_line),
    Hint(pattern=f"^[^\\u0000-\\u001f{_REFUSED}]*$", description="One line, not blank, without invisible characters."),
]
"""One line, 1 to 500 characters."""

Prose = Annotated[
    str,
    StringConstraints(min_length=1, max_length=50_000),
    AfterValidator(_checked),
    Hint(
        pattern=f"^[^\\u0000-\\u0008\\u000b-\\u001f{_REFUSED}]*$",
        description="Several lines, not blank, without invisible characters.",
    ),
]
"""Several lines, 1 to 50,000 characters."""

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")]
"""A machine identifier: ASCII letters, digits and ``. _ : -``."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""ISO 639 code in lower case."""

Script = Annotated[str, StringConstraints(pattern=r"^[A-Z][a-z]{3}$")]
"""ISO 15924 code, for example ``Arab``."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 3166-1 alpha-3 code, or one of the special codes of ``knowledge/territories`` (XKX, PSE, TWN, HKG, ESH, VAT)."""
