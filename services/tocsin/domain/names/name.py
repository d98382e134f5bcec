"""One spelling of a person's name, taken apart once and compared often."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.domain.names.roles import Role, is_syllable
from tocsin.domain.names.tokens import Token

_SYLLABLES = (2, 4)


@dataclass(frozen=True, slots=True)
class Name:
    """tokens: the words that tell, in order. last: the place of the last that is no father's name.

    syllabic: an East Asian name of two to four syllables, each of which counts. marked: whether the family name is
    told apart by capitals. sounds: the phones of all words, the words in alphabetical order.
    """

    tokens: tuple[Token, ...]
    last: int
    syllabic: bool
    marked: bool
    sounds: str

    def __len__(self) -> int:
        return len(self.tokens)

    def rarity(self, places: Sequence[int]) -> float:
        """The bits of the words at these places."""
        if len(places) == 1:
            return self.tokens[places[0]].rarity
        return sum(self.tokens[place].rarity for place in places)


def name_of(tokens: tuple[Token, ...]) -> Name:
    """tokens: not empty."""
    return Name(
        tokens,
        max((place for place, t in enumerate(tokens) if t.role is not Role.PATRONYMIC), default=0),
        _SYLLABLES[0] <= len(tokens) <= _SYLLABLES[1] and all(is_syllable(t.text) for t in tokens),
        any(t.family for t in tokens),
        " ".join(sorted(t.sounds[0].phones for t in tokens)),
    )
