"""Runs each evaluation on every part of the data, and on all of it pooled."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from tocsin.devtools.evaluation import indexing, streaming
from tocsin.devtools.evaluation.invented import stream
from tocsin.devtools.evaluation.labelled import IndexName, Labelled
from tocsin.devtools.evaluation.measuring import (
    Figures,
    compared,
    measure_cases,
    measure_names,
    measure_tokens,
    sampled,
)
from tocsin.devtools.evaluation.name_bench import measure_name_bench, persons
from tocsin.devtools.evaluation.people import population
from tocsin.devtools.evaluation.replay import open_replay
from tocsin.devtools.evaluation.scenes import settings
from tocsin.devtools.evaluation.table import POOLED
from tocsin.devtools.evaluation.throughput import names_per_second
from tocsin.domain.matching.matcher import Matcher

STREAM = 6_000

T = TypeVar("T")


@dataclass(slots=True)
class Evaluation:
    """What is measured, on what.

    sample: how many of each kind of pairs, queries or reports; None for all. indexed: reports taken in before the
    stream. bench: nomenklatura's file, if it is at hand. tell: told what is going on. found: part -> figures.
    """

    data: Labelled
    matcher: Matcher
    sample: int | None = None
    indexed: int = 0
    seed: int = 1
    bench: Path | None = None
    tell: Callable[[str], None] = lambda _: None
    found: defaultdict[str, Figures] = field(default_factory=lambda: defaultdict(dict))

    def names(self) -> None:
        pairs = {part: sampled(self.data.names(part), self.sample) for part in self.data.parts}
        for part, chosen in _pooled(pairs).items():
            self.tell(f"pairs of names: {part}")
            self.found[part] |= measure_names(self.matcher, chosen)
        self.tell("pairs of names through the command")
        spellings = [name for pair in _pooled(pairs)[POOLED] for name in (pair.ours, pair.theirs)]
        self.found[POOLED]["names_cli_rate"] = names_per_second(spellings)

    def name_bench(self) -> None:
        if self.bench is not None:
            self.found[POOLED] |= measure_name_bench(self.matcher, persons(self.bench))

    def transliteration(self) -> None:
        self.tell("transliterations")
        self.found[POOLED] |= measure_tokens(self.matcher, self.data.tokens(), self.sample, self.seed)

    def cases(self) -> None:
        found = {}
        for part in self.data.parts:
            self.tell(f"pairs of cases: {part}")
            found[part] = compared(self.matcher, sampled(self.data.cases(part), self.sample))
        for part, pairs in _pooled(found).items():
            self.found[part] |= measure_cases(pairs)

    def candidates(self) -> None:
        entries = {part: self.data.index(part) for part in self.data.parts}
        every = _pooled(entries)[POOLED]
        self.tell("index of names")
        started = time.perf_counter()
        index = indexing.fill(every)
        seconds = time.perf_counter() - started
        found = {}
        for part, names in entries.items():
            self.tell(f"candidates: {part}")
            queries = sampled([entry for entry in names if entry.role == "query"], self.sample)
            found[part] = indexing.look_up(index, queries, every)
        for part, looked in _pooled(found).items():
            self.found[part] |= indexing.measure_candidates(looked)
        self.found[POOLED]["index_rate"] = sum(entry.role != "query" for entry in every) / seconds

    def stream(self) -> None:
        index = [entry for part in self.data.parts for entry in self.data.index(part)]
        pairs = [pair for part in self.data.parts for pair in self.data.names(part)]
        scenes = settings(case for part in self.data.parts for case in self.data.cases(part))
        arrived = stream(population(index, pairs), scenes, self.sample or STREAM, self.seed)
        with open_replay() as replay:
            if self.indexed:
                before = islice(streaming.padding(_paddings(index)), self.indexed)
                streaming.run(
                    replay, "before", before, lambda n: self.tell(f"reports taken in before the stream: {n:,}")
                )
            reports = [item.report for item in arrived]
            resolved, seconds = streaming.run(replay, "stream", reports, lambda n: self.tell(f"stream: {n:,}"))
        self.found[POOLED] |= streaming.measure_stream(arrived, resolved, seconds)


def _paddings(index: Sequence[IndexName]) -> list[str]:
    return [entry.name for entry in index if entry.role == "padding"]


def _pooled(parts: dict[str, list[T]]) -> dict[str, list[T]]:
    """The parts, and all of them together."""
    return {**parts, POOLED: [item for items in parts.values() for item in items]}
