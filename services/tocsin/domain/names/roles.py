"""What the words of a name are: first names, family names, fathers' names, titles, particles, initials."""

import re
from dataclasses import dataclass
from enum import StrEnum

_PATRONYMIC = re.compile(
    r"(?:[oeaiy]v[iy]t?ch|[oe]v[iy]c|[oe]w[iy]t?s?ch|[oe]wicz|[oe]vits?ch|yich|ovics"
    r"|[oei]vna|[oe]vn[ae]|yevna|inichna|ichna|[oeaiy]u?[vw]na|[aeo]una|y[aeio]vich|[aeo]vich|mych)$"
)
_LONG_ENOUGH = 6
_SYLLABLE = re.compile(r"[^aeiouy]{0,3}[aeiouy]{1,3}(?:ng|[nmklptbg])?")


class Role(StrEnum):
    NAME = "name"
    INITIAL = "initial"
    PATRONYMIC = "patronymic"
    SERVANT = "servant"
    """Abd: the weight is in the word that follows."""
    KUNYA = "kunya"
    """Father or mother of: the name that follows is a child's."""


@dataclass(frozen=True, slots=True)
class RoleWords:
    """Words by role, in small letters; Latin without accents, others as written after ``hygiene.clean``."""

    titles: frozenset[str]
    particles: frozenset[str]
    kunya: frozenset[str]
    servant: frozenset[str]

    def is_weightless(self, word: str) -> bool:
        return word in self.titles or word in self.particles


_NOTHING: frozenset[str] = frozenset()
NO_ROLES = RoleWords(_NOTHING, _NOTHING, _NOTHING, _NOTHING)


def is_patronymic(latin: str) -> bool:
    """An East Slavic father's name, in any common romanisation (Mikhailovich, Mikhaylavich, Mykhailivna)."""
    return len(latin) >= _LONG_ENOUGH and _PATRONYMIC.search(latin) is not None


def is_syllable(latin: str) -> bool:
    """Whether a word could be one syllable of an East Asian name."""
    return _SYLLABLE.fullmatch(latin) is not None
