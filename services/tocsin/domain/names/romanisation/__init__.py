"""How a word of a name is written in Latin letters, by the rules of its script and the habits of its languages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tocsin.domain.names.romanisation import (
    arabic,
    armenian,
    burmese,
    cyrillic,
    devanagari,
    ethiopic,
    georgian,
    greek,
    han,
    hangul,
    hebrew,
    kana,
    latin,
    other,
)
from tocsin.domain.names.romanisation.letter_tables import only_letters
from tocsin.domain.names.scripts import Script

MOST = 4
"""Readings of one word."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to write a word in Latin. latin: a–z, 0–9. syllables: if its script writes them.

    vowels: whether those of ``latin`` may be compared; False where the script leaves most of them out.
    """

    latin: str
    syllables: tuple[str, ...] = ()
    vowels: bool = True


_SPELLINGS: dict[Script, Callable[[str], Iterable[str]]] = {
    Script.LATIN: latin.spellings,
    Script.ARABIC: arabic.spellings,
    Script.CYRILLIC: cyrillic.spellings,
    Script.HEBREW: hebrew.spellings,
    Script.KANA: kana.spellings,
    Script.GREEK: greek.spellings,
    Script.GEORGIAN: georgian.spellings,
    Script.ARMENIAN: armenian.spellings,
    Script.DEVANAGARI: devanagari.spellings,
    Script.ETHIOPIC: ethiopic.spellings,
    Script.OTHER: other.spellings,
}
_SYLLABLES: dict[Script, Callable[[str], Iterable[tuple[str, ...]]]] = {
    Script.HANGUL: hangul.syllables,
    Script.HAN: han.syllables,
    Script.BURMESE: burmese.syllables,
}
_WITHOUT_VOWELS = frozenset({Script.ARABIC, Script.HEBREW})


def readings(word: str, script: Script) -> tuple[Reading, ...]:
    """The ways to read ``word``, the likeliest first: at most four, each once. Never raises.

    Empty only for a word without a letter or digit. Letters of other scripts in the word are transliterated in
    general. ``word`` is expected cleaned (see ``hygiene``); its case does not matter.
    """
    small = word.casefold()
    if not small:
        return ()
    if script in _SYLLABLES:
        found = _syllabic(small, script)
    else:
        vowels = script not in _WITHOUT_VOWELS
        found = [Reading(text, (), vowels) for text in _distinct(map(_plain, _SPELLINGS[script](small)))]
    return tuple(found[:MOST]) or _fallback(small)


def _syllabic(word: str, script: Script) -> list[Reading]:
    found: dict[str, Reading] = {}
    for parts in _SYLLABLES[script](word):
        written = tuple(text for text in map(_plain, parts) if text)
        latin_text = "".join(written)
        if latin_text and latin_text not in found:
            found[latin_text] = Reading(latin_text, written)
    return list(found.values())


def _distinct(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]


def _plain(text: str) -> str:
    if text.isascii() and text.isalnum() and text.islower():
        return text
    return only_letters(other.general(text))


def _fallback(word: str) -> tuple[Reading, ...]:
    """General transliteration; of letters that nobody transliterates, their code points."""
    latin_text = _plain(word) or "".join(f"u{ord(c):x}" for c in word if c.isalnum())
    return (Reading(latin_text),) if latin_text else ()
