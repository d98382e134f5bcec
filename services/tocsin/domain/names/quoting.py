"""Puts the words of a reason back as they were written: readers know عبدالهادی, not how we spell its sound."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from tocsin.domain.names.comparison import Compared
from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.tokens import analyse

_COMMAS = ",;،"
_QUOTED = re.compile("“([^”]*)”")


def as_written(reason: str, compared: Compared, ours: str, theirs: str, lexicon: Lexicon) -> str:
    """The reason (see ``reasons``) with the words of the two spellings that were compared.

    ours, theirs: the spellings of ``compared.ours`` and ``compared.theirs``. What cannot be found again is kept.
    """
    sides = [_written(ours, lexicon), _written(theirs, lexicon)]
    quoted = _QUOTED.findall(reason)
    if len(quoted) == 1:
        left = {compared.ours.tokens[place].text for place in compared.alignment.left}
        sides = sides if quoted[0] in left else sides[::-1]
    order = iter(sides)
    return _QUOTED.sub(lambda match: f"“{_original(match.group(1), next(order))}”", reason, count=len(sides))


def _written(name: str, lexicon: Lexicon) -> Mapping[str, str]:
    """From the text of each token to the word that it is of."""
    words = [word.strip(_COMMAS) for word in name.split()]
    return {token.text: word for word in reversed(words) for token in analyse(word, lexicon)}


def _original(spelt: str, written: Mapping[str, str]) -> str:
    return " ".join(_once(written.get(text, text) for text in spelt.split()))


def _once(words: Iterable[str]) -> Iterable[str]:
    """A word that was taken apart is one again."""
    return (word for word, _ in groupby(words))
