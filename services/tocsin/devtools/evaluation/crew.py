"""Many small comparisons on every processor, their results in order."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from tocsin.domain.matching.matcher import Matcher
from tocsin.resolver.matching import load_matcher

_ALONE = 2_000
"""As many are done at once and alone: for fewer, further processes would cost more than they save."""
_AT_ONCE = 500
_AHEAD = 4
"""Batches that each process may have before it, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Crew:
    """compare: what is done with each item; a function of a module, so that processes can share it."""

    compare: Callable[[Matcher, Any], Any]
    processes: int = os.cpu_count() or 1

    def each(self, items: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """Each item with its result."""
        matcher, coming = load_matcher(), iter(items)
        for item in islice(coming, _ALONE):
            yield item, self.compare(matcher, item)
        following = next(coming, None)
        if following is None:
            return
        rest = chain([following], coming)
        if self.processes == 1:
            yield from ((item, self.compare(matcher, item)) for item in rest)
        else:
            yield from self._together(rest)

    def _together(self, items: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        with multiprocessing.Pool(self.processes) as pool:
            waiting: deque[tuple[Sequence[Any], Any]] = deque()
            coming = iter(items)
            while batch := tuple(islice(coming, _AT_ONCE)):
                waiting.append((batch, pool.apply_async(_compare_all, (self.compare, batch))))
                if len(waiting) >= self.processes * _AHEAD:
                    done, results = waiting.popleft()
                    yield from zip(done, results.get(), strict=True)
            for done, results in waiting:
                yield from zip(done, results.get(), strict=True)


def _compare_all(compare: Callable[[Matcher, Any], Any], batch: Sequence[Any]) -> list[Any]:
    """In a process of the crew."""
    matcher = load_matcher()
    return [compare(matcher, item) for item in batch]
