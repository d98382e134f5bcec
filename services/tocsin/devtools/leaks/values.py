"""Values that nobody can guess: what people write of victims, families, witnesses and themselves, in three scripts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
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
AS_SENT, AS_REFUSED = "Kafka: reports.v1, actions.v1", "Kafka: dead-letters.v1"
MAIL = "full text, opened with the reader's key"
OWN = "pages: what one sent, in the answer to it"
IMPORTED = "printed by tocsin import, of one's own rows"
"""Where some values may be found."""


@dataclass(frozen=True, slots=True)
class Value:
    """text: without spaces. use: what it stands for. open_in: where it may be found, and must be. perhaps: where it may
    be. in_clear: its publisher chose not to seal it.
    """

    text: str
    use: str
    open_in: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()

    @property
    def in_clear(self) -> bool:
        return AS_SENT in self.open_in


@dataclass(slots=True)
class Hand:
    """Gives out values, each once. always: where all that it gives must be found."""

    random: Random = field(default_factory=SystemRandom)
    given: list[Value] = field(default_factory=list)
    always: Sequence[str] = ()

    def __call__(self, use: str, script: str = "", open_in: Sequence[str] = (), perhaps: Sequence[str] = ()) -> str:
        """A new value. script: by default each in turn."""
        beginning, letters = _SCRIPTS[script or ("latin", "cyrillic", "arabic")[len(self.given) % 3]]
        text = beginning + "".join(self.random.choices(letters, k=_LENGTH))
        self.given.append(Value(text, use, frozenset((*self.always, *open_in)), frozenset(perhaps)))
        return text

    def in_clear(self) -> "Hand":
        """As this one, for what a publisher does not seal."""
        return replace(self, always=(AS_SENT,))

    def address(self, use: str, open_in: Sequence[str] = ()) -> str:
        return f"{self(use, 'latin', open_in)}@family.example"

    def phone(self, use: str) -> str:
        return f"+{self(use, 'phone')}"
