"""Work in rounds: each gets its own outcome, an error is its own alone, and nobody waits for a round that is over."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from tocsin.intake.rounds import Rounds


class Odd(ValueError):
    pass


def test_each_gets_its_own_outcome_and_what_comes_while_it_works_is_done_together() -> None:
    sizes, at_once = list[int](), threading.Semaphore(1)

    def work(items: Sequence[int]) -> list[int | Exception]:
        assert at_once.acquire(blocking=False), "never twice at once"
        sizes.append(len(items))
        threading.Event().wait(0.02)
        at_once.release()
        return [Odd() if item % 2 else item * 10 for item in items]

    async def ask() -> list[int | BaseException]:
        rounds = Rounds(work, largest=30)
        first = asyncio.create_task(rounds.join(0))
        await asyncio.sleep(0.005)
        others = [asyncio.create_task(rounds.join(n)) for n in range(1, 50)]
        return [await first, *await asyncio.gather(*others, return_exceptions=True)]

    outcomes = asyncio.run(ask())
    assert [outcome if isinstance(outcome, int) else None for outcome in outcomes] == [
        None if n % 2 else n * 10 for n in range(50)
    ]
    assert sizes == [1, 30, 19]


def test_what_fails_fails_for_its_round_and_not_for_the_next() -> None:
    broken = [True]

    def work(items: Sequence[int]) -> list[int | Exception]:
        if broken.pop() if broken else False:
            raise Odd
        return list(items)

    async def ask() -> None:
        rounds = Rounds(work)
        with pytest.raises(Odd):
            await rounds.join(1)
        assert await rounds.join(2) == 2

    asyncio.run(ask())


def test_whoever_has_gone_keeps_nobody_waiting() -> None:
    async def ask() -> None:
        rounds: Rounds[int, int] = Rounds(lambda items: list(items))
        gone = asyncio.create_task(rounds.join(1))
        await asyncio.sleep(0)
        gone.cancel()
        assert await rounds.join(2) == 2

    asyncio.run(ask())
