"""Drills: mails of an exercise, and who has confirmed them on the page. No case is behind one."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select, update

from tocsin.domain.canary import CANARY
from tocsin.domain.following.delivery import FAILED
from tocsin.store.mail_tables import drill_answers, drills, suppressions
from tocsin.store.tables import deliveries
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
        if self.answered_at is not None or self.state == DeliveryState.DELIVERED:
            return True
        return self.state not in _BROKEN and not self.lists


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
    rows = connection.execute(query).all()
    return [Called(r.recipient_id, r.state, r.answered_at, _lists(connection, r.recipient_id, r.channel)) for r in rows]


def _lists(connection: Connection, recipient_id: str, channel: str) -> tuple[str, ...]:
    where = and_(suppressions.c.recipient_id == recipient_id, suppressions.c.channel == channel)
    return tuple(connection.execute(select(suppressions.c.list).where(where).order_by(suppressions.c.list)).scalars())


def _drill(row: Any) -> Drill:
    return Drill(*row)
