"""Text as the contract admits it: bounded, and free of control characters.

Bidirectional controls and other format characters are refused except ZWNJ and ZWJ, which Persian and Indic names
need. Nothing is rewritten: a text is kept as given or refused (UTS #39; CVE-2021-42574).
"""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from tocsin_schemas.hints import Hint

_REFUSED = (
    "\\u007f-\\u009f\\u00ad\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ue000-\\uf8ff"
    "\\ufeff\\ufff9-\\ufffb"
)
"""The characters refused, as far as a portable pattern can say; ``_reject_invisible`` is the rule."""
_ALLOWED_FORMAT = {"\u200c", "\u200d"}
_ALLOWED_CONTROL = {"\n", "\t"}
_LINE_BREAKS = frozenset("\n\t\u2028\u2029")


def _reject_invisible(value: str) -> str:
    for character in value:
        category = unicodedata.category(character)
        if category == "Cc" and character not in _ALLOWED_CONTROL:
            raise PydanticCustomError("text_control_character", "a control character is not allowed here")
        if character in _ALLOWED_FORMAT:
            continue
        if category in {"Cf", "Cs", "Co"} or _is_noncharacter(ord(character)):
            raise PydanticCustomError(
                "text_invisible_character", "an invisible or direction-changing character is not allowed here"
            )
    return value


def _is_noncharacter(code_point: int) -> bool:
    """Code points that Unicode never assigns (Unicode 16, §23.7)."""
    return 0xFDD0 <= code_point <= 0xFDEF or code_point & 0xFFFE == 0xFFFE


def _reject_line_break(value: str) -> str:
    if not _LINE_BREAKS.isdisjoint(value):
        raise PydanticCustomError("text_line_break", "a line break or tab is not allowed here")
    return value


def _reject_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("text_blank", "this text must not be blank")
    return value


Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    AfterValidator(_reject_blank),
    AfterValidator(_reject_line_break),
    AfterValidator(_reject_invisible),
    Hint(pattern=f"^[^\\u0000-\\u001f{_REFUSED}]*$", description="One line, not blank, without invisible characters."),
]
"""One line, 1 to 500 characters."""

Prose = Annotated[
    str,
    StringConstraints(min_length=1, max_length=50_000),
    AfterValidator(_reject_blank),
    AfterValidator(_reject_invisible),
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
