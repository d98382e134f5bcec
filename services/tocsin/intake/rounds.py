"""Work for many requests at once: what comes while a thread is busy is done together in its next round."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Rounds(Generic[Item, Outcome]):
    """One commit, or one wait for the broker, for all who wait: the busier, the larger the rounds. Nothing lingers.

    work: called in a thread, never twice at once; gives an outcome for each item, in order, an error being an outcome.
    What it raises is raised for every item of the round.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Outcome | Exception]], largest: int = 200) -> None:
        self._work, self._largest = work, largest
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._running: asyncio.Task[None] | None = None

    async def join(self, item: Item) -> Outcome:
        """What ``work`` makes of the item."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
            work = asyncio.get_running_loop().run_in_executor(None, self._work, [item for item, _ in taken])
            await asyncio.wait([work])
            failure = work.exception()
            outcomes = [failure] * len(taken) if failure is not None else work.result()
            for (_, future), outcome in zip(taken, outcomes, strict=True):
                _settle(future, outcome)


def _settle(future: asyncio.Future[Outcome], outcome: Outcome | BaseException) -> None:
    if future.done():  # whoever asked has gone
        return
    if isinstance(outcome, BaseException):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
