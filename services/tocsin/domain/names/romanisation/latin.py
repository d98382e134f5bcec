"""Latin words: letters with marks as their languages sound them, in plain letters."""

import unicodedata

from tocsin.domain.names.romanisation.letter_tables import general_table, letter_table

_TABLE = letter_table(
    """
    ß ss æ ae œ oe ø o å a ł l đ d ð d þ th ı i ŋ ng ə a ɓ b ɗ d ɖ d ƙ k ƴ y ɛ e ɔ o ħ h ŧ t ĸ k
    š sh ş sh ș sh ś sh ŝ sh ç ch č ch ć ch ċ ch ĉ ch ž zh ź z ż zh ř r ğ gh ġ gh ģ g ǧ j ĝ j ĵ j
    ț ts ţ ts ñ n ń n ň n ḫ kh ẖ kh ḵ kh ḏ dh ṯ th ḡ gh ǰ j ẓ z ḍ d ṣ s ṭ t ḥ h ẋ kh
    """,
    general_table(range(0xAA, 0x2B0), range(0x1E00, 0x1F00), range(0x2C60, 0x2C80), range(0xA720, 0xA800)),
)
_FRENCH_CEDILLA = str.maketrans({"ç": "c"})
_TURKISH = frozenset("ğşıəöü")


def spellings(word: str) -> tuple[str, ...]:
    """As it sounds, and as it is typed where the marks are left out (Vučić, Vucic); digraphs stay as they are.

    A ç between vowels a, o, u is French or Portuguese (Gonçalo) unless another letter of the word is Turkish.
    """
    if word.isascii():
        return (word,)
    if "ç" in word and _is_romance(word):
        word = word.translate(_FRENCH_CEDILLA)
    return word.translate(_TABLE), _unmarked(word)


def _unmarked(word: str) -> str:
    """Without the marks that can be taken off a letter; what has no letter beneath it is written as it sounds."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return bare.translate(_TABLE)


def _is_romance(word: str) -> bool:
    place = word.find("ç")
    return 0 < place < len(word) - 1 and word[place + 1] in "aouãõâôáóú" and _TURKISH.isdisjoint(word)
