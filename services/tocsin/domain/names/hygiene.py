"""The comparable copy of a name: the same characters for what a reader would take for the same name.

The original is kept elsewhere; nothing here is shown to anyone. Compatibility forms follow Unicode Standard Annex 15
(NFKC), the invisible ones Unicode Technical Report 36; extended grapheme clusters (Annex 29) are not cut, save flags.
"""

import re
import unicodedata

from tocsin.domain.names.homoglyphs import unmixed

LONGEST = 1_000
"""Characters of a cleaned name."""
_LONGEST_RAW = 2 * LONGEST
_LONGEST_CLUSTER = 32

_APOSTROPHES = "'`´‘’‛′‵ʹʻʼʽʾʿˈˊˋ˴՚ՙ׳΄᾽᾿῾ꞌꞋ＇"
_REMOVED = "ـ\u115f\u1160\u3164\uffa0"
"""Tatweel, and the fillers of Hangul."""
_SPACES = "\u2800"
_MINUS = "−"
_MODIFIERS = range(0x1F3FB, 0x1F400)
_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co"})
_IGNORABLE_MARKS = frozenset([0x34F, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)])
_VARIATIONS = range(0xE0100, 0xE01F0)
_MARKS_OF_LETTERS = frozenset([0, 6, 7, 9, 84, 91, 103, 107, 118, 122, 129, 130, 132])
"""Canonical combining classes of vowel signs, nukta, virama and tones: marks that are part of a letter's sound."""
_VIRAMA = 9
_SIGNS = "".join(
    chr(code) for code in (*range(0x780, 0x1D00), *range(0xA800, 0xAC00)) if unicodedata.category(chr(code))[0] == "M"
)
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_SIGNS}]|'(?=[^\W_]|(?<=[גזצתדחעוט]')))*")


def clean(name: str) -> str:
    """A comparable copy of ``name``, at most 1,000 characters; empty if nothing visible is in it. Never raises.

    Case and accents of composed letters stay. Controls of direction, zero-width characters, soft hyphens, tatweel and
    the vowel marks of Arabic and Hebrew go; apostrophes, dashes and spaces become one of each; a Latin, Cyrillic or
    Greek word in which letters of another of the three stand as look-alikes is written in one script.
    """
    visible = _capped(name.translate(_VISIBLE), _LONGEST_RAW)
    if not visible.isascii():
        plain = unicodedata.normalize("NFKC", visible).translate(_PLAIN)
        visible = unicodedata.normalize("NFKC", plain)
    return unmixed(_capped(" ".join(visible.split()), LONGEST).rstrip())


def words(cleaned: str) -> list[str]:
    """The words of a cleaned name: letters and digits with their vowel signs and the apostrophes inside.

    A geresh at the end of a Hebrew word stays: it changes its letter (ג' is j).
    """
    return _WORD.findall(cleaned)


class _Replacements(dict[int, str | None]):
    """What to write for a code point, decided when it is first met and remembered for the basic plane."""

    def __init__(self, *, marks: bool) -> None:
        """marks: whether to remove combining marks too (only once they have been composed)."""
        self._marks = marks
        super().__init__({ord(c): "'" for c in _APOSTROPHES} | {ord(c): None for c in _REMOVED} | {ord(_MINUS): "-"})
        self[ord(_SPACES)] = " "

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        found = self._replacement(character, unicodedata.category(character))
        if code < 0x10000:
            self[code] = found
        return found

    def _replacement(self, character: str, category: str) -> str | None:
        if character.isspace():
            return " "
        if category in _INVISIBLE:
            return None
        if category == "Pd":
            return "-"
        if category[0] == "M" and self._marks and not _is_of_a_letter(character, category):
            return None
        return character


_VISIBLE = _Replacements(marks=False)
_PLAIN = _Replacements(marks=True)


def _is_of_a_letter(mark: str, category: str) -> bool:
    code = ord(mark)
    if category == "Me" or code in _IGNORABLE_MARKS or code in _VARIATIONS:
        return False
    return unicodedata.combining(mark) in _MARKS_OF_LETTERS


def _capped(text: str, most: int) -> str:
    """The first ``most`` characters, or a little fewer so that no cluster is cut; one endless cluster is."""
    if len(text) <= most:
        return text
    for end in range(most, most - _LONGEST_CLUSTER, -1):
        if not _joined(text[end - 1], text[end]):
            return text[:end]
    return text[:most]


def _joined(before: str, after: str) -> bool:
    if unicodedata.category(after)[0] == "M" or unicodedata.combining(before) == _VIRAMA:
        return True
    return ord(after) in _MODIFIERS or (_is_jamo(before) and "\u1160" <= after <= "\u11ff")


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff" or "가" <= character <= "힣"
