"""Reports that wait their turn, because their publisher sends more than its share: kept whole, sealed, and in order.

A parked message is committed as read, with the outcome ``parked``. When it has had its turn, its row and the message's
say what became of it, and the sealed copy is gone.
"""

import base64
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from tocsin.runtime.messages import Message
from tocsin.store.streams.inbox import Place
from tocsin.store.tables import parked_reports, processed_messages
from tocsin.store.vault import Vault
from tocsin_schemas.vocabulary import Priority

PARKED = "parked"
"""The outcome of a message whose report waits."""
CONSUMER = "resolver"
_t = parked_reports.c
_ROW = (_t.parked_id, _t.topic, _t.partition, _t.offset, _t.report_id, _t.revision)
WAITS = _t.released_at.is_(None)
OF_FLOW = (WAITS, _t.publisher_id == bindparam("p"), _t.priority == bindparam("of"))
_AHEAD = select(
    select(1).where(WAITS, _t.report_id == bindparam("r")).exists().label("of_report"),
    select(1).where(WAITS, _t.publisher_id == bindparam("p"), _t.priority <= bindparam("of")).exists().label("of_own"),
)
_HEAD = select(*_ROW).where(*OF_FLOW).order_by(_t.parked_id).limit(1).with_for_update(skip_locked=True)
_NEWEST = (
    select(*_ROW)
    .where(WAITS, _t.report_id == bindparam("r"), _t.revision < bindparam("below"))
    .order_by(_t.revision.desc(), _t.parked_id)
    .limit(1)
)
_CLAIM = update(parked_reports).where(WAITS, _t.parked_id == bindparam("i")).values(released_at=bindparam("at"))
_SEALED = select(_t.wrapped_key, _t.sealed).where(_t.parked_id == bindparam("i"))
_GONE = {"wrapped_key": None, "sealed": None}
_ENDED = update(parked_reports).where(_t.parked_id == bindparam("i")).values(outcome=bindparam("said"), **_GONE)
_ERASE = update(parked_reports).where(WAITS, _t.sealed.is_not(None), _t.report_id == bindparam("r")).values(**_GONE)
_m = processed_messages.c
_AT = (_m.topic == bindparam("t"), _m.partition == bindparam("p"), _m.offset == bindparam("o"))
_OF_MESSAGE = (_m.consumer == CONSUMER, *_AT)
_SAID = update(processed_messages).where(*_OF_MESSAGE).values(outcome=bindparam("said"), processed_at=bindparam("at"))
_next = parked_reports.alias()
_first = select(func.min(_t.publisher_id).label("publisher_id")).where(WAITS).cte("found", recursive=True)
_further = select(func.min(_next.c.publisher_id)).where(
    _next.c.released_at.is_(None), _next.c.publisher_id > _first.c.publisher_id
)
_found = _first.union_all(select(_further.scalar_subquery()).where(_first.c.publisher_id.is_not(None)))
_FLOWS = select(
    _found.c.publisher_id,
    *(
        select(1).where(WAITS, _t.publisher_id == _found.c.publisher_id, _t.priority == priority.value).exists()
        for priority in Priority
    ),
).where(_found.c.publisher_id.is_not(None))
"""A few steps in the index for each publisher, however many reports wait."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One revision of a report. priority: by the report alone, without the case that it may belong to."""

    publisher_id: str
    report_id: str
    revision: int
    priority: Priority


@dataclass(frozen=True, slots=True)
class Parked:
    """What waits."""

    parked_id: int
    place: Place
    report_id: str
    revision: int


def is_behind(connection: Connection, arrival: Arrival) -> bool:
    """Whether something waits that it must not overtake: of the same report, or of its publisher and as urgent."""
    asked = {"p": arrival.publisher_id, "r": arrival.report_id, "of": arrival.priority.value}
    row = connection.execute(_AHEAD, asked).one()
    return bool(row.of_report or row.of_own)


def park(connection: Connection, vault: Vault, message: Message, arrival: Arrival, now: datetime) -> None:
    """Keep a message whole until its turn."""
    place = (message.topic, message.partition, message.offset)
    wrapped, sealed = vault.seal_apart(_subject(place), _pack(message))
    row = {"topic": place[0], "partition": place[1], "offset": place[2], **asdict(arrival)}
    connection.execute(parked_reports.insert(), row | {"wrapped_key": wrapped, "sealed": sealed, "parked_at": now})


def flows(connection: Connection) -> dict[str, frozenset[Priority]]:
    """Publishers of whom something waits, each with the priorities of it."""
    return {
        row[0]: frozenset(priority for priority, waits in zip(Priority, row[1:], strict=True) if waits)
        for row in connection.execute(_FLOWS)
    }


def head(connection: Connection, publisher_id: str, priority: Priority) -> Parked | None:
    """The oldest of a flow. On PostgreSQL it is locked, and one that another worker has locked is passed over."""
    row = connection.execute(_HEAD, {"p": publisher_id, "of": priority.value}).one_or_none()
    return None if row is None else _parked(row)


def newest(connection: Connection, report_id: str, below: int = 2**31 - 1) -> Parked | None:
    """The latest revision below this that waits of a report, and of two with one number the one that came first.

    What it replaces is never told: when its own turn comes it is found superseded.
    """
    row = connection.execute(_NEWEST, {"r": report_id, "below": below}).one_or_none()
    return None if row is None else _parked(row)


def highest(connection: Connection, report_id: str) -> int:
    """The highest revision of a report that waits; 0: none does."""
    waiting = newest(connection, report_id)
    return 0 if waiting is None else waiting.revision


def claim(connection: Connection, parked: Parked, now: datetime) -> bool:
    """Take it; of all who try, one gets it."""
    return connection.execute(_CLAIM, {"i": parked.parked_id, "at": now}).rowcount == 1


def opened(connection: Connection, vault: Vault, parked: Parked) -> Message:
    """The message as it came. Raises Erased if somebody has erased it."""
    row = connection.execute(_SEALED, {"i": parked.parked_id}).one()
    return _unpack(parked.place, vault.open_apart(_subject(parked.place), row.wrapped_key, row.sealed))


def end(connection: Connection, parked: Parked, outcome: str, now: datetime) -> None:
    """Note what became of it, where it waited and where the message was read; the sealed copy goes."""
    topic, partition, offset = parked.place
    connection.execute(_ENDED, {"i": parked.parked_id, "said": outcome})
    connection.execute(_SAID, {"t": topic, "p": partition, "o": offset, "said": outcome, "at": now})


def erase(connection: Connection, report_id: str) -> bool:
    """Destroy what waits of a report: its turn comes, and nothing is there. Tells whether anything was."""
    return connection.execute(_ERASE, {"r": report_id}).rowcount > 0


def outcome_of(connection: Connection, place: Place, consumer: str = CONSUMER) -> str | None:
    """What was made of a message so far: None while nobody has read it, ``parked``, or its outcome."""
    topic, partition, offset = place
    query = select(_m.outcome).where(_m.consumer == consumer, *_AT)
    found: str | None = connection.execute(query, {"t": topic, "p": partition, "o": offset}).scalar()
    return found


def _parked(row: Any) -> Parked:
    return Parked(row.parked_id, (row.topic, row.partition, row.offset), row.report_id, row.revision)


def _subject(place: Place) -> str:
    """Authenticated with the ciphertext: one row's cannot stand in another."""
    return "parked/" + "/".join(map(str, place))


def _pack(message: Message) -> bytes:
    key = None if message.key is None else _text(message.key)
    headers = [[name, _text(value)] for name, value in message.headers]
    head = json.dumps([message.timestamp.astimezone(UTC).isoformat(), key, headers])
    return head.encode() + b"\n" + (message.value or b"")


def _unpack(place: Place, packed: bytes) -> Message:
    head, _, value = packed.partition(b"\n")
    timestamp, key, headers = json.loads(head)
    pairs = tuple((name, base64.b64decode(said)) for name, said in headers)
    own = None if key is None else base64.b64decode(key)
    return Message(*place, own, value, pairs, datetime.fromisoformat(timestamp))


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
