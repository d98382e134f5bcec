"""What was read and not yet handled, in lanes: whoever sent much delays himself alone."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 4_000
MOST_OCTETS = 64 * 1024 * 1024
"""So much is read ahead; then something is handled before more is read."""


@dataclass(slots=True)
class Lanes(Generic[T]):
    """A queue for each sender. Each in its turn gives one, and what one sender sent keeps its order."""

    _lanes: dict[str, deque[tuple[T, int]]] = field(default_factory=dict)
    _waiting: int = 0
    _octets: int = 0

    def __len__(self) -> int:
        return self._waiting

    @property
    def is_full(self) -> bool:
        return self._waiting >= MOST or self._octets >= MOST_OCTETS

    def add(self, lane: str, item: T, octets: int) -> None:
        """The last in its lane; a new lane is the last to have its turn."""
        self._lanes.setdefault(lane, deque()).append((item, octets))
        self._waiting += 1
        self._octets += octets

    def take(self, most: int) -> list[T]:
        """The next ones, at most so many."""
        return list(islice(self._turns(), most))

    def _turns(self) -> Iterator[T]:
        while self._lanes:
            lane = next(iter(self._lanes))
            queue = self._lanes.pop(lane)
            item, octets = queue.popleft()
            if queue:
                self._lanes[lane] = queue  # behind the others
            self._waiting -= 1
            self._octets -= octets
            yield item
