"""What is known of names beforehand: roles, forms of one given name, how rare a sound is, how sounds are confused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tocsin.domain.names.edits import EditWeights
from tocsin.domain.names.hygiene import clean, words
from tocsin.domain.names.roles import NO_ROLES, RoleWords

RAREST = 14.0
"""Bits: a sound that the tables do not know is borne by fewer than one person in 16,000."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """names: spelling to the names of which it is a form. rarity: skeleton to bits. edits: by script of ours."""

    roles: RoleWords
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rarity: Mapping[str, float] = field(default_factory=dict)
    edits: Mapping[str, EditWeights] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    """Words that stand where a name is not told, in small letters."""
    words: dict[str, Any] = field(default_factory=dict)
    """The tokens of words seen before."""
    alike: dict[int, float] = field(default_factory=dict)
    """What ``similarity`` has found before, by the numbers of both words."""

    def rarity_of(self, skeleton: str) -> float:
        return self.rarity.get(skeleton, RAREST)

    def is_withheld(self, name: str) -> bool:
        """Whether the name is not told: left out, struck out, or replaced by a word for that."""
        written = words(clean(name).casefold())
        return not written or any(w in self.withheld for w in written)


def bare_lexicon() -> Lexicon:
    """Without any table: for counting, and for names whose scripts the tables do not cover."""
    return Lexicon(NO_ROLES)
