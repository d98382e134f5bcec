"""Keys of names: what spellings of one name are likely to share, in any script."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from tocsin.domain.names.name import Name
from tocsin.domain.names.phones import skeleton
from tocsin.domain.names.roles import Role
from tocsin.domain.names.tokens import Token

_WORDS = 8
_READINGS = 3
_VOWELS = str.maketrans({"e": "a", "o": "u", "y": "i", "v": "w"})
_DOUBLED = re.compile(r"(.)\1+")
_SILENT = frozenset({Role.SERVANT, Role.INITIAL})
_SHORTEST, _LONGEST = 3, 16
"""Consonants of a word that may have lost one; no name has more."""
NameKey = tuple[str, str, float]
"""Kind, value, weight beside its rarity."""


def name_keys(name: Name) -> Iterator[NameKey]:
    """Kinds: name (the skeleton of a word, or a known name), sound, near (a skeleton less one consonant), pair,
    sound-pair (two words), joined (words run together).
    """
    words = [t for t in name.tokens if t.role not in _SILENT][:_WORDS] or list(name.tokens[:_WORDS])
    bones = [list(dict.fromkeys(s.skeleton for s in t.sounds))[:_READINGS] for t in words]
    for token, readings in zip(words, bones, strict=True):
        yield from _of_word(token, readings)
    yield from _of_words(words, bones)


def _of_word(token: Token, readings: Sequence[str]) -> Iterator[NameKey]:
    for place, bones in enumerate(readings):
        yield "name", bones, (1.0 if place == 0 else 0.7) * (1.0 if len(bones) > 1 else 0.5)
    for name in token.names:
        yield "name", f"={name}", 0.8
    for sound in token.sounds[:2]:
        yield "sound", vowelled(sound.phones), 0.7
    first, phones = readings[0], token.sounds[0].phones
    if "h" in first[1:]:
        yield "name", first[0] + first[1:].replace("h", ""), 0.6
    if "w" in phones[1:]:
        yield "name", skeleton(phones[0] + phones[1:].replace("w", "v")), 0.6
    if len(first) >= _SHORTEST:
        yield "near", first, 0.3
    if _SHORTEST < len(first) <= _LONGEST:
        for place in range(len(first)):
            yield "near", first[:place] + first[place + 1 :], 0.3


def _of_words(words: Sequence[Token], bones: Sequence[Sequence[str]]) -> Iterator[NameKey]:
    for a, b in combinations(range(len(words)), 2):
        for ours in bones[a][:2]:
            for theirs in bones[b][:2]:
                yield "pair", "+".join(sorted((ours, theirs))), 1.2
        sounds = sorted(vowelled(words[place].sounds[0].phones) for place in (a, b))
        yield "sound-pair", "+".join(sounds), 0.8
    if len(words) > 1:
        yield "name", "".join(readings[0] for readings in bones), 0.8
        for before, after in pairwise(bones):
            yield "name", before[0] + after[0], 0.8


def vowelled(phones: str) -> str:
    """Phones with the vowels that languages exchange made one."""
    return _DOUBLED.sub(r"\1", phones.translate(_VOWELS))
