"""Due times: what must happen at a moment, kept as rows, so that no restart and no jump of the clock loses it.

A due time fires when its moment has come and it has not fired: by which clock, and after how long a silence, does not
matter. ``claim`` is the guard: of all who try, in whatever process, one gets it, in the transaction of its effect.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tocsin.store.tables import due_times
from tocsin_schemas.alerts import EscalationCause


class Kind(StrEnum):
    """What is due."""

    ESCALATION = "escalation"
    EMBARGO_END = "embargo_end"
    CRITICAL_DATE = "critical_date"
    CONSENT_EXPIRY = "consent_expiry"
    LOOK_AGAIN = "look_again"
    """Something beside the case has changed that its routing depends on."""
    REMINDER = "reminder"
    ACKNOWLEDGEMENT = "acknowledgement"
    ACTION_EMBARGO_END = "action_embargo_end"
    REPLY_DUE = "reply_due"
    RECOMMENDATION_DUE = "recommendation_due"
    EMBLEMATIC_REVIEW = "emblematic_review"


@dataclass(frozen=True, slots=True)
class DueTime:
    """case_id: the case to lock; None if it concerns none. about: mandate or mechanism.

    step: of an escalation, which one it is; of a reminder, the number of the priority at which it asks.
    """

    due_id: str
    kind: Kind
    case_id: str | None
    subject: str
    about: str
    step: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A due time that may be fired now. attempts: how often it failed."""

    time: DueTime
    attempts: int


FAILED = "failed"
"""The outcome of a due time that was given up."""
_FIELDS = tuple(DueTime.__dataclass_fields__)
_COLUMNS = [due_times.c[field] for field in _FIELDS]
_WAITING = due_times.c.fired_at.is_(None) & due_times.c.cancelled_at.is_(None)
_READY = or_(
    due_times.c.try_at.is_(None), due_times.c.try_at <= bindparam("at"), due_times.c.tried_at > bindparam("at")
)
"""After a failure it rests a while; if the clock went back since, nobody knows how long, and it is tried at once."""
_ONE = due_times.c.due_id == bindparam("d")
_DUE = (
    select(*_COLUMNS, due_times.c.attempts)
    .where(_WAITING, due_times.c.due_at <= bindparam("at"), _READY)
    .order_by(due_times.c.kind != Kind.ESCALATION, due_times.c.due_at, due_times.c.due_id)
    .limit(bindparam("most"))
)
_SOME = due_times.c.due_id.in_(bindparam("ids", expanding=True))
_CLAIM = update(due_times).where(_SOME, _WAITING).values(fired_at=bindparam("at")).returning(due_times.c.due_id)
_OUTCOME = update(due_times).where(_ONE).values(outcome=bindparam("outcome"))
_POSTPONE = (
    update(due_times)
    .where(_ONE, _WAITING)
    .values(attempts=due_times.c.attempts + 1, tried_at=bindparam("at"), try_at=bindparam("again"))
)
_CANCEL = (
    update(due_times)
    .where(
        _WAITING,
        due_times.c.subject.in_(bindparam("subjects", expanding=True)),
        due_times.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .values(cancelled_at=bindparam("at"))
)
_OF = (due_times.c.subject == bindparam("s"), due_times.c.kind == bindparam("k"))
_AT = bindparam("at", type_=due_times.c.due_at.type)
_BRING_FORWARD = (
    update(due_times)
    .where(_WAITING, *_OF)
    .values(
        due_at=case((due_times.c.due_at > _AT, _AT), else_=due_times.c.due_at),
        hastened_at=_AT,
        hastened_because=bindparam("because"),
    )
    .execution_options(preserve_rowcount=True)
)
_HASTENED = select(due_times.c.hastened_at, due_times.c.hastened_because).where(_ONE)
_LAST_FIRED = select(func.max(due_times.c.fired_at, type_=due_times.c.fired_at.type)).where(
    *_OF, due_times.c.outcome.not_in(bindparam("idle", expanding=True))
)
_HAS_DONE = select(due_times.c.due_id).where(
    *_OF, due_times.c.step == bindparam("step"), due_times.c.outcome == bindparam("outcome")
)
_KEEP_ONLY = (
    update(due_times)
    .where(
        _WAITING,
        due_times.c.case_id == bindparam("c"),
        due_times.c.kind.in_(bindparam("kinds", expanding=True)),
        due_times.c.due_id.not_in(bindparam("kept", expanding=True)),
    )
    .values(cancelled_at=bindparam("at"))
)

_PLACE = update(due_times).where(_WAITING, due_times.c.subject == bindparam("s")).values(case_id=bindparam("c"))


def _schedule(dialect: type[sqlite.Insert] | type[postgresql.Insert]) -> Insert:
    insert = dialect(due_times)
    moved: Insert = insert.on_conflict_do_update(
        index_elements=["due_id"],
        set_={
            "due_at": insert.excluded.due_at,
            "cancelled_at": None,
            "hastened_at": None,
            "hastened_because": None,
            "attempts": 0,
            "try_at": None,
        },
        where=due_times.c.fired_at.is_(None)
        & or_(due_times.c.due_at != insert.excluded.due_at, due_times.c.cancelled_at.is_not(None)),
    )
    return moved


_SCHEDULE = {"sqlite": _schedule(sqlite.Insert), "postgresql": _schedule(postgresql.Insert)}


def schedule(connection: Connection, wanted: Iterable[DueTime], now: datetime) -> None:
    """Let these fall due. One that is known is moved, or taken up again, unless it has fired."""
    if rows := [_row(due, now) for due in sorted(wanted, key=lambda due: due.due_id)]:
        connection.execute(_SCHEDULE[connection.dialect.name], rows)


def cancel(connection: Connection, subjects: Collection[str], kinds: Collection[Kind], now: datetime) -> None:
    """Nothing of these kinds is due any more about the subjects."""
    if subjects:
        connection.execute(_CANCEL, {"subjects": list(subjects), "kinds": [*kinds], "at": now})


def bring_forward(
    connection: Connection, subject: str, kind: Kind, now: datetime, because: EscalationCause | None = None
) -> bool:
    """What is due of this kind about the subject is due now; tells whether anything still was to come.

    It fires within a second, and what follows it keeps its time from now on. False: nothing is left to fire, so ask
    people (``reviews``, "unanswered"). An escalation that was brought forward and finds nobody left asks them itself.
    """
    why = {"because": None if because is None else because.value}
    return connection.execute(_BRING_FORWARD, {"s": subject, "k": kind, "at": now} | why).rowcount > 0


def was_brought_forward(connection: Connection, due_id: str) -> bool:
    return connection.execute(_HASTENED, {"d": due_id}).scalar() is not None


def cause_of(connection: Connection, due_id: str) -> EscalationCause:
    """Why an escalation is due: what it was brought forward for, or else that nobody has answered."""
    row = connection.execute(_HASTENED, {"d": due_id}).first()
    because = None if row is None else row.hastened_because
    return EscalationCause.UNANSWERED if because is None else EscalationCause(because)


def last_fired(connection: Connection, subject: str, kind: Kind, idle: Collection[str]) -> datetime | None:
    """When something of this kind last fired about the subject with an outcome other than these."""
    asked = {"s": subject, "k": kind, "idle": [*idle, FAILED]}
    latest: datetime | None = connection.execute(_LAST_FIRED, asked).scalar()
    return latest


def has_done(connection: Connection, subject: str, kind: Kind, step: int, outcome: str) -> bool:
    """Whether a due time of this kind and step has had this outcome."""
    asked = {"s": subject, "k": kind, "step": step, "outcome": outcome}
    return connection.execute(_HAS_DONE, asked).first() is not None


def keep_only(
    connection: Connection, case_id: str, kinds: Collection[Kind], kept: Collection[str], now: datetime
) -> None:
    """Cancel what else is due of these kinds in a case. kept: ids."""
    connection.execute(_KEEP_ONLY, {"c": case_id, "kinds": [*kinds], "kept": list(kept), "at": now})


def place(connection: Connection, subject: str, case_id: str) -> None:
    """What is due of this subject concerns the case from now on."""
    connection.execute(_PLACE, {"s": subject, "c": case_id})


def due(connection: Connection, now: datetime, limit: int) -> list[Due]:
    """What may be fired now, the longest due first, but escalations before anything that can wait a minute.

    What failed lately is left out, so that it holds up nothing.
    """
    return [_due(row) for row in connection.execute(_DUE, {"at": now, "most": limit})]


def claim(connection: Connection, due_ids: Collection[str], now: datetime) -> set[str]:
    """Take due times; those that have fired or were cancelled are not among the taken. Lock their cases before."""
    return set(connection.execute(_CLAIM, {"ids": sorted(due_ids), "at": now}).scalars())


def settle(connection: Connection, outcomes: Mapping[str, str]) -> None:
    """Note what the effects of claimed due times were, by id."""
    if rows := [{"d": due_id, "outcome": outcome[:40]} for due_id, outcome in sorted(outcomes.items())]:
        connection.execute(_OUTCOME, rows)


def postpone(connection: Connection, due_id: str, rest: timedelta, now: datetime) -> None:
    """Note that it failed, and let it rest before the next attempt."""
    connection.execute(_POSTPONE, {"d": due_id, "at": now, "again": now + rest})


def revive(connection: Connection, due_id: str) -> bool:
    """Let a due time that was given up be tried anew; tells whether it was."""
    given_up = update(due_times).where(due_times.c.due_id == due_id, due_times.c.outcome == FAILED)
    anew: dict[str, Any] = {"fired_at": None, "outcome": None, "attempts": 0, "try_at": None, "tried_at": None}
    return connection.execute(given_up.values(anew).execution_options(preserve_rowcount=True)).rowcount == 1


def waiting(connection: Connection, case_id: str | None = None, limit: int = 200) -> Sequence[DueTime]:
    """What has not fallen due yet, the soonest first."""
    query = select(*_COLUMNS).where(_WAITING).order_by(due_times.c.due_at, due_times.c.due_id).limit(limit)
    if case_id is not None:
        query = query.where(due_times.c.case_id == case_id)
    return [_time(row) for row in connection.execute(query)]


def given_up(connection: Connection) -> list[DueTime]:
    """Those that failed too often."""
    query = select(*_COLUMNS).where(due_times.c.outcome == FAILED).order_by(due_times.c.due_at)
    return [_time(row) for row in connection.execute(query)]


def _row(due: DueTime, now: datetime) -> dict[str, Any]:
    return {field: getattr(due, field) for field in _FIELDS} | {"created_at": now, "attempts": 0}


def _due(row: Any) -> Due:
    return Due(_time(row), row.attempts)


def _time(row: Any) -> DueTime:
    return DueTime(row.due_id, Kind(row.kind), row.case_id, row.subject, row.about, row.step, row.due_at)
