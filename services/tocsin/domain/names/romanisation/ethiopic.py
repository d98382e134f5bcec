"""Ethiopic as Amharic and Tigrinya names are spelt: the syllabary is a grid of eight columns (Unicode, chapter 19)."""

import re

_FIRST, _COLUMNS = 0x1200, 8
_SIXTH = "ə"
_ROWS = "h l h m s r s sh q qw q qw b v t ch h hw n ny - k kw kh khw w - z zh y d d j g gw ng t ch p ts ts f p"
_CONSONANTS = ["" if row == "-" else row for row in _ROWS.split()]
_VOWELS = ("e", "u", "i", "a", "e", _SIXTH, "o", "wa")
_GUTTURAL_ROWS = frozenset({0, 2, 16, 20, 26})
"""ሀ ሐ ኀ አ ዐ, whose first order is sounded a."""


def _syllable(row: int, column: int) -> str:
    consonant, vowel = _CONSONANTS[row], _VOWELS[column]
    if column == 0 and row in _GUTTURAL_ROWS:
        vowel = "a"
    if not consonant and vowel == _SIXTH:
        vowel = "e"
    return consonant + vowel


_TABLE = {
    _FIRST + _COLUMNS * row + column: _syllable(row, column)
    for row in range(len(_CONSONANTS))
    for column in range(_COLUMNS)
}
_DIPHTHONG = re.compile("(?<=[aeiou])yə")
_FIRST_SIXTH = re.compile("^([^aeiouə]{1,3})ə(?=[^aeiouə])")
_CLUSTER = re.compile("(?<=[aeiou])([^aeiouə]{1,2}ə[^aeiouə]{1,2})ə(?=[^aeiouə])")


def spellings(word: str) -> list[str]:
    """The sixth order mute but for the first of a cluster (Birhan); as i throughout; with q, and wo for we."""
    full = _DIPHTHONG.sub("i", word.translate(_TABLE))
    mute = _CLUSTER.sub(r"\1i", _FIRST_SIXTH.sub(r"\1i", full)).replace(_SIXTH, "")
    sounded = full.rstrip(_SIXTH).replace(_SIXTH, "i")
    return [mute.replace("q", "k"), sounded.replace("q", "k"), mute.replace("we", "wo")]
