"""Who the invented stream is about: persons with the spellings of their names, and others who are not they."""

import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tocsin.devtools.evaluation.labelled import IndexName, NamePair


@dataclass(frozen=True, slots=True)
class Person:
    """names: of one person, in one or several spellings and scripts."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """persons: with two spellings or more. alike: name -> names of other persons that look like it."""

    persons: tuple[Person, ...]
    alike: Mapping[str, tuple[str, ...]]

    def lookalike(self, person: Person, dice: random.Random) -> Person | None:
        """Another person of a similar name; None if none is known."""
        others = sorted({other for name in person.names for other in self.alike.get(name, ())} - {*person.names})
        return Person((dice.choice(others),)) if others else None

    def relative(self, person: Person, dice: random.Random) -> Person | None:
        """Another first name before the same other names; None for a name of one word."""
        name = dice.choice(person.names)
        first, _, rest = name.partition(" ")
        donors = {n.partition(" ")[0] for p in dice.sample(self.persons, min(40, len(self.persons))) for n in p.names}
        given = sorted(d for d in donors if _script(d) == _script(name) and d.casefold() != first.casefold())
        return Person((f"{dice.choice(given)} {rest}",)) if rest and given else None


def population(index: Iterable[IndexName], pairs: Iterable[NamePair]) -> Population:
    """From the names to be indexed and queried, and from the pairs of different persons."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for entry in index:
        if entry.role != "padding" and entry.name not in names[entry.person]:
            names[entry.person].append(entry.name)
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        if not pair.same:
            alike[pair.ours].append(pair.theirs)
            alike[pair.theirs].append(pair.ours)
    persons = tuple(Person(tuple(found)) for found in names.values() if len(found) > 1)
    return Population(persons, {name: tuple(found) for name, found in alike.items()})


def weighted(dice: random.Random, weights: Sequence[float]) -> int:
    """An index, drawn with these weights."""
    return dice.choices(range(len(weights)), weights)[0]


def _script(name: str) -> str:
    """The script of the first letter, as its Unicode name begins."""
    return next((unicodedata.name(c, "").split()[0] for c in name if c.isalpha()), "")
