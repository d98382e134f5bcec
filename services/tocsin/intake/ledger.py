"""What the intake writes: claims of idempotency keys, their answers, and that an API key was used.

One transaction for all that wait, so that the disk is asked once for many requests.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from tocsin.intake.rounds import Rounds
from tocsin.store.database import unit_of_work
from tocsin.store.publishing import api_keys, idempotency
from tocsin.store.publishing.idempotency import Claim

_FORGET_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answered:
    claim: Claim
    receipt: str


@dataclass(frozen=True, slots=True)
class Released:
    claim: Claim


@dataclass(frozen=True, slots=True)
class Used:
    key_id: str


Entry = Claim | Answered | Released | Used


class Ledger:
    """clock: the present, aware."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine, self._clock = engine, clock
        self._forgotten_at: datetime | None = None
        self._rounds: Rounds[Entry, str | None] = Rounds(self._write)

    async def write(self, entry: Entry) -> str | None:
        """Of a claim, the earlier receipt, if there is one. Raises KeyReused or StillBusy."""
        return await self._rounds.join(entry)

    def _write(self, entries: Sequence[Entry]) -> list[str | Exception | None]:
        now = self._clock()
        claims = [entry for entry in entries if isinstance(entry, Claim)]
        with unit_of_work(self._engine) as connection:
            idempotency.answer(connection, [(e.claim, e.receipt) for e in entries if isinstance(e, Answered)])
            idempotency.release(connection, [e.claim for e in entries if isinstance(e, Released)])
            claimed = iter(idempotency.claim(connection, claims, now) if claims else [])
            for key_id in {entry.key_id for entry in entries if isinstance(entry, Used)}:
                api_keys.note_use(connection, key_id, now)
            if self._forgotten_at is None or now - self._forgotten_at >= _FORGET_EVERY:
                idempotency.forget(connection, now)
                self._forgotten_at = now
        return [_outcome(next(claimed)) if isinstance(entry, Claim) else None for entry in entries]


def _outcome(claimed: idempotency.Claimed | Exception) -> str | Exception | None:
    return claimed if isinstance(claimed, Exception) else claimed.receipt
