"""Hebrew letters, without points, as Israeli names and foreign ones are spelt in Latin."""

import re

from tocsin.domain.names.romanisation.letter_tables import letter_table

_MODERN = letter_table(
    """
    א a ב v ג g ד d ה h ו o ז z ח h ט t י i כ k ך kh ל l מ m ם m נ n ן n ס s ע a פ p ף f צ ts ץ ts ק k ר r ש sh ת t
    װ v ױ oy ײ ay
    """
)
_PLAIN = letter_table("ב b ו u ח ch כ ch ך ch פ f צ tz ץ tz ש s", _MODERN)
_FOREIGN = letter_table("ב b ו o ח ch כ c ק c צ z ץ z ת th פ f ש s", _MODERN)
_CONSONANTAL = letter_table("ו v", _MODERN)
_GERESH = {
    "ג'": "j", "ז'": "zh", "צ'": "ch", "ץ'": "ch", "ת'": "th", "ד'": "dh", "ט'": "z", "ח'": "kh", "ע'": "gh",
    "ר'": "gh", "ו'": "w", "וו": "w", "יי": "y",
}  # fmt: skip
_PAIRS = re.compile("[גזצץתדטחער]'|ו'|וו|יי")
_FIRST = re.compile("^[בוי]|(?<!^)ה$")
_FIRST_SOUNDS = {"ב": "b", "ו": "v", "י": "y", "ה": "a"}
_VAV = re.compile("ו(?=a$)")
_YOD = re.compile("י(?=[אהוע])")
_FINAL_YOD = re.compile("(?<=..)י$")


def spellings(word: str) -> list[str]:
    """Modern Hebrew; the other sounds of ב, כ, פ, ש and ו; foreign names; ו and a final י as consonants."""
    paired = _PAIRS.sub(lambda found: _GERESH[found.group()], word)
    sounded = _FIRST.sub(lambda found: _FIRST_SOUNDS[found.group()], paired)
    final = _FINAL_YOD.sub("y", sounded)
    return [
        _YOD.sub("y", _VAV.sub("v", sounded)).translate(_MODERN),
        sounded.translate(_PLAIN),
        final.replace("קס", "x").translate(_FOREIGN),
        final.translate(_CONSONANTAL),
    ]
