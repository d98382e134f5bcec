"""Which script a word is written in."""

from enum import StrEnum


class Script(StrEnum):
    LATIN = "latin"
    ARABIC = "arabic"
    CYRILLIC = "cyrillic"
    HEBREW = "hebrew"
    HANGUL = "hangul"
    HAN = "han"
    KANA = "kana"
    GREEK = "greek"
    GEORGIAN = "georgian"
    ARMENIAN = "armenian"
    DEVANAGARI = "devanagari"
    BURMESE = "burmese"
    ETHIOPIC = "ethiopic"
    OTHER = "other"


_RANGES: dict[Script, tuple[tuple[int, int], ...]] = {
    Script.LATIN: ((0x41, 0x7F), (0xC0, 0x2AF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF), (0xAB30, 0xAB6F),
                   (0xFF21, 0xFF5A)),
    Script.GREEK: ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    Script.CYRILLIC: ((0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F)),
    Script.ARMENIAN: ((0x530, 0x58F),),
    Script.HEBREW: ((0x590, 0x5FF), (0xFB20, 0xFB4F)),
    Script.ARABIC: ((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFE)),
    Script.DEVANAGARI: ((0x900, 0x97F), (0xA8E0, 0xA8FF)),
    Script.BURMESE: ((0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F)),
    Script.GEORGIAN: ((0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F)),
    Script.HANGUL: ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF)),
    Script.ETHIOPIC: ((0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F)),
    Script.KANA: ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F)),
    Script.HAN: ((0x2E80, 0x2FDF), (0x3000, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
                 (0x20000, 0x3FFFF)),
}  # fmt: skip
_COLUMN = 4
_COLUMNS = {
    column: script
    for script, ranges in _RANGES.items()
    for first, last in ranges
    for column in range(first >> _COLUMN, (last >> _COLUMN) + 1)
}
"""The script of each 16 code points; every block of the scripts above begins at such a boundary."""


def script_of(word: str) -> Script:
    """The script of most letters of ``word``; of equals the one met first. OTHER if it has no letter of these.

    Han characters beside kana are Japanese, hence KANA. Digits in ASCII alone are LATIN.
    """
    if word.isascii():
        return Script.LATIN
    found = [_COLUMNS.get(ord(c) >> _COLUMN, Script.OTHER) for c in word if c.isalpha()]
    kinds = dict.fromkeys(found)
    if len(kinds) == 1:
        return found[0]
    if not kinds:
        return Script.OTHER
    if Script.KANA in kinds:
        found = [Script.KANA if script is Script.HAN else script for script in found]
    return max(dict.fromkeys(found), key=found.count)
