"""Hangul: each block by the Revised Romanisation, as the North spells, as people spell themselves, as foreign sounds.

A block is U+AC00 + (initial x 21 + vowel) x 28 + final (Unicode, chapter 3.12). Sounds are not assimilated across
blocks: names are spelt block by block.
"""

from dataclasses import dataclass

from tocsin.domain.names.romanisation.letter_tables import run_table
from tocsin.domain.names.romanisation.other import general

_FIRST, _LAST = 0xAC00, 0xD7A3
_VOWELS, _FINALS = 21, 28
_ENDS = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"


@dataclass(frozen=True, slots=True)
class _Spelling:
    """Initials, vowels and finals in the order of Unicode; family names where the first block has one of its own."""

    initials: list[str]
    vowels: list[str]
    finals: list[str]
    families: dict[str, str]

    def of(self, word: str) -> tuple[str, ...]:
        parts = [self._block(c) for c in word]
        if word[0] in self.families:
            parts[0] = self.families[word[0]]
        return tuple(parts)

    def _block(self, character: str) -> str:
        code = ord(character)
        if not _FIRST <= code <= _LAST:
            return general(character)
        index, final = divmod(code - _FIRST, _FINALS)
        return self.initials[index // _VOWELS] + self.vowels[index % _VOWELS] + self.finals[final]


def _spelling(initials: str, vowels: str, families: str = "") -> _Spelling:
    return _Spelling(_parts(initials), _parts(vowels), _parts(_ENDS), run_table(families))


def _parts(text: str) -> list[str]:
    return ["" if part == "-" else part for part in text.split()]


_REVISED = _spelling(
    "g kk n d tt r m b pp s ss - j jj ch k t p h",
    "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i",
)
_NORTHERN = _spelling(
    "k kk n t tt r m p pp s ss - j jj ch k t p h",
    "a ae ya yae o e yo ye o wa wae oe yo u wo we wi yu u ui i",
    "ri이 rim임 ro노 ryu유류 ryang양 ryo여 ra나 ryom염",
)
_CUSTOMARY = _spelling(
    "k kk n d tt r m b pp s ss - j jj ch k t p h",
    "a ae ya yae u e you ye o wa wae oi yo oo wo we wi yu eu ee i",
    "lee이 park박 lim임 oh오 ahn안 shin신 shim심 roh노 ryu류",
)
_FOREIGN = _spelling(
    "g k n d t r m b p s s - j j ch k t f h",
    "a a ya ya o e yo ye o wa we oe yo u wo we wi yu - ui i",
)
_FOREIGN_BLOCKS = run_table(
    "z즈 ts츠 tsu쓰 p프 v브 shi시 son슨 den든 ton튼 ren른 ber버 der더 ger거저 ker커 ner너 mer머 per퍼 ser서 ter터 "
    "er어 ler러 cher처 her허"
)


def syllables(word: str) -> list[tuple[str, ...]]:
    """A part for each block, in each of the four ways."""
    return [_REVISED.of(word), _NORTHERN.of(word), _CUSTOMARY.of(word), _foreign(word)]


def _foreign(word: str) -> tuple[str, ...]:
    """ㅡ only keeps consonants apart, and ㄹㄹ is one l."""
    parts = [_FOREIGN_BLOCKS.get(c, part) for c, part in zip(word, _FOREIGN.of(word), strict=True)]
    for place in range(1, len(parts)):
        if parts[place - 1][-1:] == "l" and parts[place][:1] in ("r", "l"):
            parts[place] = parts[place][1:]
    return tuple(parts)
