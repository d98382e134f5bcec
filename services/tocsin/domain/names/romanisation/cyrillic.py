"""Cyrillic as Russian, Ukrainian, Belarusian and the foreign names they write are spelt in Latin."""

import re

from tocsin.domain.names.romanisation.letter_tables import general_table, letter_table

_RUSSIAN = letter_table(
    """
    а a б b в v г g д d е e ё yo ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh
    щ shch ъ - ы y ь - э e ю yu я ya  і i ї yi є ye ґ g ў u
    ђ dj ј y љ lj њ nj ћ ch џ dzh ѓ gj ќ kj ѕ dz ѝ i ѐ e
    ә a ғ gh қ q ң ng ө o ұ u ү u һ h ӣ i ӯ u ҳ h ҷ j ҙ z ҫ s җ j ӊ n ӑ a ӗ e ӳ u ѣ e ѳ f ѵ i ӏ -
    """,
    general_table(range(0x400, 0x530), range(0x1C80, 0x1C90), range(0xA640, 0xA6A0)),
)
_UKRAINIAN = letter_table("г h ґ g и y і i ї i є ie й i я ia ю iu", _RUSSIAN)
_BELARUSIAN = letter_table("г h е e ё io й i ў u я ia ю iu", _RUSSIAN)
_SERBIAN = letter_table("х h ц ts ђ dj ј y ћ ch ж zh", _RUSSIAN)
_BULGARIAN = letter_table("ъ a щ sht х h", _RUSSIAN)
_FOREIGN = letter_table("ё e й i х h щ sh ч ch ц c ю u я ia ж j", _RUSSIAN)
"""Names that Russian only writes: Хьюз is Hughes, Дженнер is Jenner."""

_INITIALS = {"я": "ya", "ю": "yu", "є": "ye", "ї": "yi", "й": "y"}
"""Ukrainian and Belarusian spell these otherwise at the start (Resolution 55 of the Cabinet of Ministers, 2010)."""
_ADJECTIVE = re.compile("[иы]й$")
_FOREIGN_PAIRS = re.compile("дж|кс|ау|йо|ье|ьо")
_FOREIGN_SOUNDS = {"дж": "j", "кс": "x", "ау": "au", "йо": "yo", "ье": "ie", "ьо": "io"}
_UKRAINIAN_ONLY = re.compile("[іїєґ]")
_SERBIAN_ONLY = re.compile("[ђјљњћџѓќѕ]")


def spellings(word: str) -> list[str]:
    """By language, that of the letters which only one of them has first."""
    plain = _ADJECTIVE.sub("y", word)
    russian, foreign = plain.translate(_RUSSIAN), _foreign(word)
    initial = _INITIALS.get(word[:1], word[:1]) + plain[1:]
    ukrainian, belarusian = initial.translate(_UKRAINIAN), initial.translate(_BELARUSIAN)
    if _SERBIAN_ONLY.search(word):
        return [word.translate(_SERBIAN), russian, foreign]
    if "ў" in word or ("і" in word and ("ы" in word or "э" in word)):
        return [belarusian, russian, ukrainian, foreign]
    if _UKRAINIAN_ONLY.search(word):
        return [ukrainian, russian, belarusian, foreign]
    if "ъ" in word:
        return [russian, word.translate(_BULGARIAN), foreign, ukrainian]
    return [russian, foreign, ukrainian, belarusian]


def _foreign(word: str) -> str:
    return _FOREIGN_PAIRS.sub(lambda found: _FOREIGN_SOUNDS[found.group()], word).translate(_FOREIGN)
