"""A man's name and a woman's that differ in the ending alone: Karim and Karima, كريم and كريمة, Mario and Maria."""

from tocsin.domain.names.roles import Role
from tocsin.domain.names.tokens import Token

_FEMININE = "a"
_VOWELS = "aeiouyh"
"""With h, as which the feminine ending of Arabic is often read."""


def differ_in_gender(ours: Token, theirs: Token) -> bool:
    """Whether one word is the other with a feminine ending. Symmetric; brothers and sisters are often named so."""
    if ours.role is not Role.NAME or theirs.role is not Role.NAME:
        return False
    return _is_feminine_of(ours, theirs) or _is_feminine_of(theirs, ours)


def _is_feminine_of(woman: Token, man: Token) -> bool:
    ours, theirs = woman.sounds[0], man.sounds[0]
    if not ours.phones.endswith(_FEMININE) or ours.skeleton != theirs.skeleton:
        return False
    stem = ours.phones[:-1]
    return theirs.phones[-1:] not in _VOWELS or theirs.phones in (stem, stem + "o")
