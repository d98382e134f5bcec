"""Values that nobody can guess: what people write of victims, families, witnesses and themselves, in three scripts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from secrets import SystemRandom

_SCRIPTS = {
    "latin": ("Qyzvex", "abdefgiklmnoprstuv"),
    "cyrillic": ("Щыжъэх", "абвгдежзиклмнопрст"),
    "arabic": ("ظغضشقث", "ابتدرسعفكلمنهوي"),
    "phone": ("8837104", "0123456789"),
}
"""How the values of each begin, so that a search need only look there, and what follows."""
_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Value:
    """text: without spaces. use: what it stands for. open_in: the only places where it may be found, and must be."""

    text: str
    use: str
    open_in: frozenset[str] = frozenset()


@dataclass(slots=True)
class Hand:
    """Gives out values, each once."""

    random: Random = field(default_factory=SystemRandom)
    given: list[Value] = field(default_factory=list)

    def __call__(self, use: str, script: str = "", open_in: Sequence[str] = ()) -> str:
        """A new value. script: by default each in turn."""
        beginning, letters = _SCRIPTS[script or ("latin", "cyrillic", "arabic")[len(self.given) % 3]]
        text = beginning + "".join(self.random.choices(letters, k=_LENGTH))
        self.given.append(Value(text, use, frozenset(open_in)))
        return text

    def address(self, use: str, open_in: Sequence[str] = ()) -> str:
        return f"{self(use, 'latin', open_in)}@family.example"

    def phone(self, use: str) -> str:
        return f"+{self(use, 'phone')}"
