"""Arabic letters as Arabic, Persian, Urdu and Kurdish names, and foreign ones, are spelt in Latin."""

import re

from tocsin.domain.names.romanisation.letter_tables import general_table, letter_table

_GENERAL = general_table(range(0x600, 0x700), range(0x750, 0x780), range(0x870, 0x900))
_ARABIC = letter_table(
    """
    ا a آ a أ a إ i ٱ a ء - ؤ u ئ i ى a ة a ب b ت t ث th ج j ح h خ kh د d ذ dh ر r ز z س s ش sh ص s ض d ط t ظ z
    ع a غ gh ف f ق q ك k ل l م m ن n ه h و u ي i
    پ p چ ch ژ zh گ g ک k ی i ڤ v ڨ g ڭ g ۀ e ۃ a ە a ھ h ہ h ۂ e ۓ e ے e ں n ٹ t ڈ d ڑ r
    ێ e ۆ o ۇ u ۈ u ۋ v ې e ۍ i ڕ r ڵ l ړ r ډ d ټ t ڼ n ښ kh ځ dz څ ts ږ g ګ g ۉ o ۅ o ڠ ng ڽ ny ۏ v ڎ d
    """,
    _GENERAL,
)
_PERSIAN = letter_table("ث s ذ z ض z ظ z ق gh و o", _ARABIC)
_COLLOQUIAL = letter_table("ث t ج g ذ d ض d ظ z ق g غ g و o", _ARABIC)
"""Egyptian ج, Gulf ق."""
_FOREIGN = letter_table("ب p ف v غ g خ j ك c ق k و o", _ARABIC)
"""Letters that stand for sounds Arabic has not."""

_WAW = re.compile("^و|و(?=[اآأإىةيیوؤئعەۆێ]|[هہ]$)")
_YA = re.compile("^[يی]|[يی](?=[اآأىةوؤع]|ه$)")
_APART = re.compile("(?<=[تزسكکدجگقغ])(?=[هہ].)|(?<=ت)(?=[سصز])")
"""Between two letters that together would be read as one sound: Zuhair, Tehami, Intissar."""
_MAKSURA = re.compile("ى$")
"""Written for ی on Persian and Egyptian keyboards; a in Arabic."""
_DOUBLED = re.compile("([بتجدرزسشصضطفقكکلمن])\1")
"""Two letters written are two sounds with a vowel between: Mudallal."""
_FINAL_YA = re.compile("(?<=..)[يی]$")
_PERSIAN_ONLY = re.compile("[پچژگکیےٹڈڑںھہ]")


def spellings(word: str) -> list[str]:
    """By language; Persian and Urdu first where their own letters or key codes (ک, ی) stand.

    و and ي are consonants at the start and before a vowel, else vowels.
    """
    apart = _APART.sub("e", word)
    sounded, persian = _sounded(apart), _sounded(_MAKSURA.sub("ی", apart)).replace("w", "v")
    found = [sounded.translate(_ARABIC), persian.translate(_PERSIAN)]
    if _PERSIAN_ONLY.search(word):
        found.reverse()
    if (doubled := _DOUBLED.sub(r"\1e\1", sounded)) != sounded:
        found.insert(1, doubled.translate(_ARABIC))
    final = _FINAL_YA.sub("y", _sounded(word))
    return [*found, final.translate(_COLLOQUIAL), final.replace("كس", "x").translate(_FOREIGN)]


def _sounded(word: str) -> str:
    """Consonantal و and ي told apart from the vowels."""
    return _YA.sub("y", _WAW.sub("w", word.replace("تش", "ch")))
