"""Greek as passports spell it (ELOT 743, ISO 843) and as it sounds."""

import re

from tocsin.domain.names.romanisation.letter_tables import general_table, letter_table

_LETTERS = letter_table(
    """
    α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o
    ά a έ e ή i ί i ό o ύ y ώ o ϊ i ΐ i ϋ y ΰ y
    """,
    general_table(range(0x370, 0x400), range(0x1F00, 0x2000)),
)
_SOUNDS = letter_table("υ i ύ i ϋ i ΰ i χ h", _LETTERS)
_KH = letter_table("χ kh", _SOUNDS)

_PAIR = re.compile(
    "(?P<v>[αε])[υύ](?P<voiced>(?=[αεηιουωάέήίόύώβγδζλμνρ]))?|ο[υύ]|[εου][ιί]|α[ιί]|(?P<first>^)?(?:μπ|ντ|γκ)|γγ|γχ|γξ"
)
_PASSPORT = {"ει": "ei", "οι": "oi", "υι": "yi", "αι": "ai", "ου": "ou", "μπ": "mp", "ντ": "nt", "γκ": "gk"}
_HEARD = {"ει": "i", "οι": "i", "υι": "i", "αι": "e", "ου": "u", "μπ": "b", "ντ": "d", "γκ": "g"}
_NASAL = {"μπ": "mb", "ντ": "nd", "γκ": "ng"}
_FIRST = {"μπ": "b", "ντ": "d", "γκ": "g"}
_GAMMA = {"γγ": "ng", "γχ": "nch", "γξ": "nx"}
_PLAIN_SECOND = str.maketrans("ύί", "υι")


def spellings(word: str) -> list[str]:
    """By passport rules; as heard, with χ as h; and with χ as kh and nasals kept."""
    return [
        _spelt(word, _PASSPORT | _GAMMA).translate(_LETTERS),
        _spelt(word, _HEARD | _GAMMA).translate(_SOUNDS),
        _spelt(word, _HEARD | _NASAL | _GAMMA).translate(_KH),
    ]


def _spelt(word: str, pairs: dict[str, str]) -> str:
    def pair(found: re.Match[str]) -> str:
        if vowel := found["v"]:
            return ("a" if vowel == "α" else "e") + ("f" if found["voiced"] is None else "v")
        letters = found.group().translate(_PLAIN_SECOND)
        return _FIRST[letters] if found["first"] is not None else pairs[letters]

    return _PAIR.sub(pair, word)
