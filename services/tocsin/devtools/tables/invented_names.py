"""Invents pairs of full names across scripts: one person's, and those of others who are spelt alike.

Words of names in Cyrillic and Arabic script, with the Latin spellings that Wikidata gives for them, are put together at
random into people who do not exist. Labelled pairs across scripts that may be learned from are few; these stand in for
them. They are made in memory and kept nowhere. The same file and seed give the same pairs.
"""

import csv
import gzip
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PERSONS = 6_000
_SIBLINGS = 3
"""One in so many has a brother or sister."""
_RUSSIAN, _ACROSS = 0.6, 0.7
_DROPPED, _TURNED, _CAPITALS = 0.3, 0.11, 0.5
_RARE = 0.05
"""Spellings borne by fewer than this share of the commonest are errors more often than spellings."""
_ALIKE = 3
_WIDESPREAD = 400
_FATHERS = ("ович", "евич", "евна", "овна")
_FAMILIES = (
    "ов", "ев", "ин", "ко", "ский", "цкий", "ова", "ева", "ина", "ук", "юк", "ян", "швили", "дзе", "чик", "ец",
)  # fmt: skip
_NO_GIVEN_NAMES = ("ов", "ев", "ин", "ко", "ий", "ова", "ева", "ина", "ич", "ян", *_FATHERS)
_ARTICLE, _NISBA = "ال", "ي"
_GIVEN = {"russian": 300, "arabic": 700}

Spellings = Mapping[str, Sequence[tuple[str, int]]]
"""Native word -> its Latin spellings, and how many persons bear each."""


@dataclass(frozen=True, slots=True)
class NamePair:
    """Two names, and whether they are one invented person's."""

    ours: str
    theirs: str
    same: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """Words of one language, by where they stand in a name.

    given: how often each is drawn; common ones more often, but less so than in life. fathers: patronymics, if any.
    """

    spellings: Spellings
    given: Mapping[str, float]
    fathers: Sequence[str]
    families: Sequence[str]

    def first_name(self, dice: random.Random) -> str:
        return dice.choices(list(self.given), list(self.given.values()))[0]

    def latin(self, word: str, dice: random.Random) -> str:
        forms = self.spellings[word]
        least = _RARE * max(count for _, count in forms)
        usual = [(form, count) for form, count in forms if count >= least]
        return dice.choices([form for form, _ in usual], [count for _, count in usual])[0]


@dataclass(frozen=True, slots=True)
class Person:
    """words: in the native script; the given name first, the family name last."""

    stock: Stock
    words: tuple[str, ...]

    def native(self, dice: random.Random) -> str:
        return " ".join(_turned(_shortened(self.words, dice), dice))

    def latin(self, dice: random.Random) -> str:
        found = [self.stock.latin(word, dice).title() for word in _shortened(self.words, dice)]
        if dice.random() < _CAPITALS:
            found[-1] = found[-1].upper()
        return " ".join(_turned(found, dice))


def invented_pairs(transliterations: Path, seed: int = 5, *, persons: int) -> list[NamePair]:
    """transliterations: CSV (gzip) of language, native, latin, count."""
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    spellings = _read(transliterations)
    russian, arabic = _russian(spellings["russian"]), _arabic(spellings["arabic"])
    people = [_russian_person(russian, dice) if dice.random() < _RUSSIAN else _arabic_person(arabic, dice)
              for _ in range(persons)]  # fmt: skip
    people += [_sibling(person, dice) for person in people[: persons // _SIBLINGS]]
    return list(_pairs(people, dice))


def _read(path: Path) -> Mapping[str, Spellings]:
    found: dict[str, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["language"]][row["native"]].append((row["latin"], int(row["count"])))
    return found


def _bearers(forms: Iterable[tuple[str, int]]) -> int:
    return sum(count for _, count in forms)


def _commonest(spellings: Spellings, words: Iterable[str], number: int) -> dict[str, float]:
    bearers = {word: _bearers(spellings[word]) for word in words}
    chosen = sorted(bearers, key=lambda word: (-bearers[word], word))[:number]
    return {word: math.sqrt(bearers[word]) for word in chosen}


def _russian(spellings: Spellings) -> Stock:
    given = (word for word in spellings if len(word) > 3 and not word.endswith(_NO_GIVEN_NAMES))
    return Stock(
        spellings,
        _commonest(spellings, given, _GIVEN["russian"]),
        [word for word in spellings if word.endswith(_FATHERS)],
        [word for word in spellings if word.endswith(_FAMILIES)],
    )


def _arabic(spellings: Spellings) -> Stock:
    given = (word for word in spellings if len(word) > 2 and not word.startswith(_ARTICLE))
    families = [word for word in spellings if len(word) > 4 and (word.startswith(_ARTICLE) or word.endswith(_NISBA))]
    return Stock(spellings, _commonest(spellings, given, _GIVEN["arabic"]), (), families)


def _russian_person(stock: Stock, dice: random.Random) -> Person:
    father = (dice.choice(stock.fathers),) if stock.fathers else ()
    return Person(stock, (stock.first_name(dice), *father, dice.choice(stock.families)))


def _arabic_person(stock: Stock, dice: random.Random) -> Person:
    """The own name, up to two forefathers', and the family's."""
    line = [stock.first_name(dice) for _ in range(dice.choice((1, 2, 2, 3)))]
    return Person(stock, (*line, dice.choice(stock.families)))


def _sibling(person: Person, dice: random.Random) -> Person:
    return Person(person.stock, (dice.choice(list(person.stock.given)), *person.words[1:]))


def _shortened(words: Sequence[str], dice: random.Random) -> list[str]:
    """A middle name is often left out."""
    kept = list(words)
    if len(kept) > 2 and dice.random() < _DROPPED:
        del kept[dice.randrange(1, len(kept) - 1)]
    return kept


def _turned(words: Sequence[str], dice: random.Random) -> Sequence[str]:
    return [words[-1], *words[:-1]] if dice.random() < _TURNED else words


def _pairs(people: Sequence[Person], dice: random.Random) -> Iterator[NamePair]:
    """For each person another spelling of the name, and the names of those whose Latin spelling is nearest."""
    native, latin = [p.native(dice) for p in people], [p.latin(dice) for p in people]
    nearest = _Nearest(latin)
    for place, person in enumerate(people):
        written = native[place] if dice.random() < _ACROSS else latin[place]
        yield NamePair(written, person.latin(dice), True)
        others = (people[other] for other in nearest.to(place))
        strangers = [o for o in others if o.words != person.words and o.stock is person.stock]
        for other in strangers[:_ALIKE]:
            yield NamePair(written, other.latin(dice), False)


class _Nearest:
    """Names by the three-letter runs that they share."""

    def __init__(self, names: Sequence[str]) -> None:
        self._runs = [_runs(name) for name in names]
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        for place, runs in enumerate(self._runs):
            for run in runs:
                self._having[run].append(place)

    def to(self, place: int) -> list[int]:
        """The nearest first; runs that very many share are not counted."""
        shared: Counter[int] = Counter()
        for run in self._runs[place]:
            if len(self._having[run]) < _WIDESPREAD:
                shared.update(self._having[run])
        return [other for other, _ in shared.most_common(2 * _ALIKE + 2)]


def _runs(name: str) -> list[str]:
    padded = f"  {name.lower()} "
    return sorted({padded[i : i + 3] for i in range(len(padded) - 2)})
