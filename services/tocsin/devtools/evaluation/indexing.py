"""Candidate recall: of the names of a person, does one find another among tens of thousands?"""

import re
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tocsin.devtools.evaluation.compact import NO_DATE
from tocsin.devtools.evaluation.intervals import quantile
from tocsin.devtools.evaluation.labelled import IndexName
from tocsin.devtools.evaluation.measuring import Figures
from tocsin.domain.matching.blocking import POSTINGS, Key, ranked
from tocsin.domain.matching.profile import PersonProfile, Profile
from tocsin.resolver.matching import load_matcher

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")


@dataclass(slots=True)
class Index:
    """Names by their candidate keys, as the store keeps them: a key that too many share is counted, not followed."""

    postings: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    frequency: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, person: str, name: str) -> None:
        for key in _keys(name):
            place = _place(key)
            self.frequency[place] += 1
            if self.frequency[place] <= POSTINGS:
                self.postings[place].append(person)

    def find(self, name: str) -> list[str]:
        """The persons to compare with, best first."""
        weights = {_place(key): key.weight for key in _keys(name)}
        followed = {place: self.postings[place] for place in weights if 0 < self.frequency[place] <= POSTINGS}
        return ranked(followed, {place: self.frequency[place] for place in weights}, weights)


@dataclass(frozen=True, slots=True)
class Looked:
    """rank: of the person among the candidates, from 0; None if not there. arabic: one of the two names is."""

    rank: int | None
    arabic: bool
    milliseconds: float


def fill(names: Iterable[IndexName]) -> Index:
    """Index every name but the queries."""
    index = Index()
    for entry in names:
        if entry.role != "query":
            index.add(entry.person, entry.name)
    return index


def look_up(index: Index, queries: Iterable[IndexName], indexed: Iterable[IndexName]) -> list[Looked]:
    """Look each query's person up. indexed: to tell which pairs lie across Arabic and another script."""
    arabic = {entry.person: _is_arabic(entry.name) for entry in indexed if entry.role == "index"}
    found = []
    for query in queries:
        started = time.perf_counter()
        candidates = index.find(query.name)
        spent = (time.perf_counter() - started) * 1000
        rank = candidates.index(query.person) if query.person in candidates else None
        found.append(Looked(rank, arabic.get(query.person) is not _is_arabic(query.name), spent))
    return found


def measure_candidates(found: Sequence[Looked]) -> Figures:
    crossing = [looked for looked in found if looked.arabic]
    figures = {
        "recall_10": _recall(found, 10),
        "recall_50": _recall(found, 50),
        "recall_50_arabic": _recall(crossing, 50),
    }
    return figures | ({"lookup_p99": quantile([looked.milliseconds for looked in found], 0.99)} if found else {})


def _recall(found: Sequence[Looked], among: int) -> float:
    return sum(f.rank is not None and f.rank < among for f in found) / len(found) if found else 0.0


def _keys(name: str) -> list[Key]:
    return load_matcher().keys_of(Profile("", "", (PersonProfile((name,)),), (), (("event", NO_DATE),), ()))


def _place(key: Key) -> str:
    return f"{key.kind}:{key.value}"


def _is_arabic(name: str) -> bool:
    return _ARABIC.search(name) is not None
