"""Sentences with foreign pieces in them: names, references, dates, links, each kept apart from the text around it.

What is put into a sentence may run the other way, and drags brackets and numbers with it unless it is isolated. In
HTML that is ``<bdi>``; in plain text of a right-to-left language U+2068 and U+2069; elsewhere nothing is needed.
"""

from collections.abc import Iterable
from html import escape

FIRST_STRONG, END = "\u2068", "\u2069"
_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
"""Characters that turn the direction of what follows. A value that brings its own could break out of its isolate."""


class Said(str):
    """A text for people: as a string plain, in HTML with its isolates. Templates escape nothing of it again."""

    __slots__ = ("html",)
    html: str

    def __new__(cls, plain: str, html: str | None = None) -> "Said":
        said = super().__new__(cls, plain)
        said.html = escape(plain) if html is None else html
        return said

    def __html__(self) -> str:
        return self.html


def isolated(value: object, *, marked: bool, language: str | None = None) -> Said:
    """``value`` as a piece of a sentence; what is a piece already stays as it is, and a number needs no isolate.

    marked: isolate it in plain text as well. language: of the value, where it is not that of the sentence.
    """
    if isinstance(value, Said):
        return value
    if isinstance(value, int):
        return Said(str(value))
    text = str(value).translate(_CONTROLS)
    attribute = f' lang="{escape(language)}"' if language else ""
    return Said(f"{FIRST_STRONG}{text}{END}" if marked else text, f"<bdi{attribute}>{escape(text)}</bdi>")


def joined(parts: Iterable[str], separator: str) -> Said:
    """Pieces one after another."""
    pieces = [part if isinstance(part, Said) else Said(part) for part in parts]
    return Said(separator.join(pieces), escape(separator).join(piece.html for piece in pieces))


def bare(text: str) -> str:
    """Without isolates: for a subject, which other programs compare."""
    return str(text).translate(_CONTROLS)
