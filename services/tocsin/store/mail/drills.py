"""Drills: mails of an exercise, and who has confirmed them on the page. No case is behind one."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, update

from tocsin.domain.canary import CANARY
from tocsin.domain.following.delivery import FAILED
from tocsin.store.tables import deliveries
from tocsin.store.tables.mail import drill_answers, drills, suppressions
from tocsin_schemas.deliveries import DeliveryState

_BROKEN = frozenset(state.value for state in FAILED | {DeliveryState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Drill:
    """mandate: None for everybody. settled_at: when it was looked at who had not answered in time."""

    drill_id: str
    mandate: str | None
    started_by: str
    started_at: datetime
    answer_by: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """A person whom a drill was sent to. state: of its mail. lists: of the provider, on which the address stands."""

    recipient_id: str
    state: str
    answered_at: datetime | None
    lists: tuple[str, ...]

    @property
    def has_channel(self) -> bool:
        """Whether mail reaches the person, as far as is known."""
        return _is_reached(self.state, self.answered_at is not None, bool(self.lists))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were called, have answered, and cannot be reached."""

    called: int = 0
    answered: int = 0
    unreachable: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        parts = (other.called, other.answered, other.unreachable)
        return Tally(*(a + b for a, b in zip((self.called, self.answered, self.unreachable), parts, strict=True)))


def _is_reached(state: str, has_answered: bool, is_listed: bool) -> bool:
    if has_answered or state == DeliveryState.DELIVERED:
        return True
    return state not in _BROKEN and not is_listed


_SAME_PERSON = and_(
    suppressions.c.recipient_id == deliveries.c.recipient_id, suppressions.c.channel == deliveries.c.channel
)
_COLUMNS = [drills.c[name] for name in Drill.__dataclass_fields__]


def add(connection: Connection, drill: Drill) -> None:
    connection.execute(drills.insert().values(asdict(drill)))


def get(connection: Connection, drill_id: str) -> Drill | None:
    row = connection.execute(select(*_COLUMNS).where(drills.c.drill_id == drill_id)).first()
    return None if row is None else _drill(row)


def beginning_with(connection: Connection, prefix: str) -> list[Drill]:
    """Drills whose id begins so; at most two are read."""
    wanted = drills.c.drill_id.startswith(prefix.lower(), autoescape=True)
    return [_drill(row) for row in connection.execute(select(*_COLUMNS).where(wanted).limit(2))]


def latest(connection: Connection, limit: int = 50) -> list[Drill]:
    """The last ones first, without those of the canary."""
    query = (
        select(*_COLUMNS)
        .where(drills.c.started_by != CANARY)
        .order_by(drills.c.started_at.desc(), drills.c.drill_id)
        .limit(limit)
    )
    return [_drill(row) for row in connection.execute(query)]


def over(connection: Connection, now: datetime) -> list[Drill]:
    """Those whose time is over, and of which nobody has looked yet who answered. Nobody answers the canary's."""
    query = select(*_COLUMNS).where(
        drills.c.settled_at.is_(None), drills.c.answer_by <= now, drills.c.started_by != CANARY
    )
    return [_drill(row) for row in connection.execute(query.order_by(drills.c.answer_by))]


def settle(connection: Connection, drill_id: str, now: datetime) -> bool:
    """Note that it was looked at; False if another did so before."""
    here = and_(drills.c.drill_id == drill_id, drills.c.settled_at.is_(None))
    done = update(drills).where(here).values(settled_at=now).execution_options(preserve_rowcount=True)
    return connection.execute(done).rowcount == 1


def called(connection: Connection, drill_id: str) -> list[Called]:
    """Everybody whom the drill was sent to."""
    own = and_(drill_answers.c.drill_id == drill_id, drill_answers.c.recipient_id == deliveries.c.recipient_id)
    query = (
        select(deliveries.c.recipient_id, deliveries.c.state, deliveries.c.channel, drill_answers.c.answered_at)
        .select_from(deliveries.outerjoin(drill_answers, own))
        .where(deliveries.c.drill_id == drill_id)
        .order_by(deliveries.c.recipient_id)
    )
    rows, lists = connection.execute(query).all(), _lists(connection, deliveries.c.drill_id == drill_id)
    return [Called(r.recipient_id, r.state, r.answered_at, lists.get((r.recipient_id, r.channel), ())) for r in rows]


def tallies(connection: Connection, found: Collection[Drill]) -> dict[str, Tally]:
    """How many each of these drills has called, and how they stand."""
    ids = [drill.drill_id for drill in found]
    own = and_(
        drill_answers.c.drill_id == deliveries.c.drill_id, drill_answers.c.recipient_id == deliveries.c.recipient_id
    )
    has_answered, is_listed = drill_answers.c.answered_at.is_not(None), exists().where(_SAME_PERSON)
    of_mail = (deliveries.c.drill_id, deliveries.c.state, has_answered.label("yes"), is_listed.label("listed"))
    mails = select(*of_mail).select_from(deliveries.outerjoin(drill_answers, own))
    alike = mails.where(deliveries.c.drill_id.in_(ids)).subquery()
    tallied = {drill_id: Tally() for drill_id in ids}
    rows: list[Any] = list(connection.execute(select(*alike.c, func.count()).group_by(*alike.c)))
    for drill_id, state, yes, listed, number in rows:
        reached = _is_reached(state, bool(yes), bool(listed))
        tallied[drill_id] += Tally(number, number if yes else 0, 0 if reached else number)
    return tallied


def _lists(connection: Connection, which: ColumnElement[bool]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Of those to whom these mails went, by person and channel."""
    columns = (suppressions.c.recipient_id, suppressions.c.channel, suppressions.c.list)
    query = select(*columns).join(deliveries, _SAME_PERSON).where(which).distinct().order_by(*columns)
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for recipient_id, channel, name in connection.execute(query):
        found[recipient_id, channel] = (*found.get((recipient_id, channel), ()), name)
    return found


def _drill(row: Any) -> Drill:
    return Drill(*row)
