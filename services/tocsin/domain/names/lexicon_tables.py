"""Builds the lexicon from plain tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tocsin.domain.names.edits import edit_weights
from tocsin.domain.names.hygiene import clean
from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.roles import RoleWords


def build_lexicon(
    roles: Mapping[str, Iterable[str]],
    forms: Mapping[str, Iterable[str]],
    rarity: Mapping[str, float],
    edits: Mapping[str, Sequence[tuple[str, str, float]]],
) -> Lexicon:
    """roles: words by role (titles, particles, kunya, servant, withheld). forms: spellings by name. The rest as in
    ``Lexicon``.
    """
    words = {role: frozenset(clean(word).casefold() for word in given) for role, given in roles.items()}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for name, spellings in forms.items():
        for spelling in spellings:
            names[clean(spelling).casefold()].add(name)
    return Lexicon(
        RoleWords(words["titles"], words["particles"], words["kunya"], words["servant"]),
        {spelling: frozenset(found) for spelling, found in names.items()},
        rarity,
        {script: edit_weights(rows) for script, rows in edits.items()},
        words["withheld"],
    )
