"""What became of an event, as its publisher may know it: never whether the case was known (T3).

Until a fixed time after it came, an event is ``received``. Then it is ``refused``, with its problems, or ``accepted``,
whatever it was: a new case, a known one, a repeat. Only what has not had its turn yet stays ``received``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, select

from tocsin.intake.receipts import Receipt
from tocsin.intake.rounds import Rounds
from tocsin.store.database import reading
from tocsin.store.receiving.parking import PARKED
from tocsin.store.streams import refusals
from tocsin.store.streams.inbox import Place
from tocsin.store.tables import processed_messages
from tocsin_schemas.problems import Problem
from tocsin_schemas.topics import ACTIONS, REPORTS

_READERS = {REPORTS.name: "resolver", ACTIONS.name: "dispatcher"}
_DEAD = "dead-letter"
_BECAME = select(processed_messages.c.outcome).where(
    processed_messages.c.consumer == bindparam("c"),
    processed_messages.c.topic == bindparam("t"),
    processed_messages.c.partition == bindparam("p"),
    processed_messages.c.offset == bindparam("o"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """status: received, accepted or refused."""

    status: str
    problems: tuple[Problem, ...] = field(default=())


RECEIVED, ACCEPTED = Outcome("received"), Outcome("accepted")


class Outcomes:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lookups: Rounds[Place, Outcome] = Rounds(self._find)

    async def of(self, receipt: Receipt, now: datetime) -> Outcome:
        """The same is looked up before the time has come, so that the answer takes as long."""
        found = await self._lookups.join(receipt.place)
        return found if now >= receipt.told_from else RECEIVED

    def _find(self, places: Sequence[Place]) -> list[Outcome | Exception]:
        with reading(self._engine) as connection:
            return [_outcome(connection, place) for place in places]


def _outcome(connection: Connection, place: Place) -> Outcome:
    topic, partition, offset = place
    became = connection.execute(_BECAME, {"c": _READERS[topic], "t": topic, "p": partition, "o": offset}).scalar()
    refusal = refusals.find(connection, place)
    if refusal is not None:
        return Outcome("refused", refusal.problems)
    if became in (None, PARKED, _DEAD):  # dead without a refusal: put aside by us, for a person to look at
        return RECEIVED
    return ACCEPTED
