"""Work that may never return: whoever watches may not be stopped by what is watched."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tocsin.runtime.beside import beside

_T = TypeVar("_T")


@dataclass(slots=True)
class Bounded:
    """Waits ``seconds`` for a piece of work and no longer. What hangs is begun again only once it has ended."""

    seconds: float
    _under_way: dict[str, "Future[Any]"] = field(default_factory=dict)

    def __call__(self, name: str, work: Callable[[], _T]) -> _T | None:
        """What ``work`` returned; None if it has not ended in time. Raises what it raised.

        name: of the work. Two of one name never run at once.
        """
        hung = self._under_way.get(name)
        if hung is not None and not hung.done():
            return None
        found: Future[_T] = beside(name, work)
        self._under_way[name] = found
        try:
            return found.result(self.seconds)
        except TimeoutError:
            return None
