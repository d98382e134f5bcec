"""Actions of mechanisms: planned and taken, by case, with what the State answered."""

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, or_, select, update

from tocsin.domain.following.acting import Acted, Action, ActionState, acted, visible_actions
from tocsin.store.casework.cases import families
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import action_references, actions, alerts, cases
from tocsin_schemas.vocabulary import ActionType

_COLUMNS = (
    actions.c.action_id,
    actions.c.state,
    actions.c.mechanism,
    actions.c.action,
    actions.c.signatories,
    actions.c.states,
    actions.c.planned_for,
    actions.c.taken_on,
    actions.c.reply_due,
    actions.c.embargo_until,
    actions.c.recorded_at,
    actions.c.case_id,
    actions.c.report_id,
    actions.c.named,
)
_CASES: BindParameter[str] = bindparam("cases", expanding=True)
_PARTS = select(cases.c.case_id).where(or_(cases.c.case_id == bindparam("c"), cases.c.redirects_to == bindparam("c")))
_OF_CASE = select(*_COLUMNS).where(actions.c.case_id.in_(_PARTS)).order_by(actions.c.recorded_at, actions.c.action_id)
_OF_CASES = select(*_COLUMNS).where(actions.c.case_id.in_(_CASES)).order_by(actions.c.recorded_at, actions.c.action_id)
_CLEARED = (
    select(alerts.c.case_id, alerts.c.mechanism).where(alerts.c.case_id.in_(_CASES), alerts.c.state == "raised")
).distinct()
_ACTED = select(actions.c.mechanism, actions.c.signatories).where(
    actions.c.case_id.in_(_CASES), actions.c.taken_on.is_not(None)
)
_ELSEWHERE = select(*_COLUMNS).where(
    actions.c.report_id.in_(bindparam("reports", expanding=True)),
    or_(actions.c.case_id.is_(None), actions.c.case_id != bindparam("c")),
)
_WITH_REFERENCE = (
    select(*_COLUMNS)
    .join(action_references, action_references.c.action_id == actions.c.action_id)
    .where(action_references.c.reference_key == bindparam("k"))
    .order_by(actions.c.received_at, actions.c.action_id)
)
_PLACE = update(actions).where(actions.c.action_id == bindparam("a")).values(case_id=bindparam("c"))
_STATE = update(actions).where(actions.c.action_id == bindparam("a")).values(state=bindparam("s"))


@dataclass(frozen=True, slots=True)
class Kept:
    """An action with where it stands. case_id: None if no case was found for what its event calls its case."""

    action: Action
    case_id: str | None
    report_id: str | None
    reply_due: date | None


@dataclass(frozen=True, slots=True)
class Asking:
    """A mechanism that asks what it may see of a case. mandate: its seat that asks.

    What one seat signed is not shown to another under embargo.
    """

    case_id: str
    mechanism: str
    mandate: str | None = None


def add(connection: Connection, kept: Kept, now: datetime) -> bool:
    """Keep an action; tells whether it is new."""
    action = kept.action
    day = action.on.isoformat() if action.on else None
    return insert_if_absent(
        connection,
        actions,
        action_id=action.action_id,
        state=action.state.value,
        mechanism=action.mechanism,
        action=action.action.value,
        signatories=list(action.signatories),
        named=list(action.named),
        states=list(action.states),
        case_id=kept.case_id,
        report_id=kept.report_id,
        planned_for=day if action.is_plan else None,
        taken_on=None if action.is_plan else day,
        reply_due=kept.reply_due.isoformat() if kept.reply_due else None,
        embargo_until=action.embargo_until,
        recorded_at=action.recorded_at,
        received_at=now,
    )


def visible(connection: Connection, asking: Asking, now: datetime) -> list[Acted]:
    """Who has already acted on a case, as far as this mechanism may see it; see ``shown``."""
    return [acted(kept.action) for kept in shown(connection, [asking], now)[asking]]


def shown(connection: Connection, asking: Collection[Asking], now: datetime) -> dict[Asking, list[Kept]]:
    """The actions on each case, and on those that became part of it, that its mechanism may see, the earliest first.

    A mechanism that was not told of the case sees its own actions alone.
    """
    parts = families(connection, {one.case_id for one in asking})
    of_all = {"cases": sorted(part for family in parts.values() for part in family)}
    kept = [_kept(row) for row in connection.execute(_OF_CASES, of_all)]
    cleared = {(row.case_id, row.mechanism) for row in connection.execute(_CLEARED, of_all)} if kept else set()
    return {one: _shown_to(one, parts[one.case_id], kept, cleared, now) for one in asking}


def _shown_to(
    asking: Asking, family: Collection[str], every: Iterable[Kept], cleared: Container[tuple[str, str]], now: datetime
) -> list[Kept]:
    """cleared: cases with the mechanisms that were told of them."""
    kept = {one.action.action_id: one for one in every if one.case_id in family}
    known = [one.action for one in kept.values()]
    if not any((case_id, asking.mechanism) in cleared for case_id in family):
        known = [action for action in known if action.is_by(asking.mechanism, asking.mandate)]
    return [kept[action.action_id] for action in visible_actions(known, asking.mechanism, now, asking.mandate)]


def of_case(connection: Connection, case_id: str) -> list[Kept]:
    """The actions on a case and on those that became part of it, the earliest first."""
    return [_kept(row) for row in connection.execute(_OF_CASE, {"c": case_id})]


def mechanisms_acted(connection: Connection, case_ids: Collection[str]) -> frozenset[str]:
    """Every mechanism that took an action on these cases or signed one; a plan is none."""
    rows = connection.execute(_ACTED, {"cases": list(case_ids)})
    return frozenset(party for row in rows for party in (row.mechanism, *row.signatories))


def find(connection: Connection, action_id: str) -> Kept | None:
    row = connection.execute(select(*_COLUMNS).where(actions.c.action_id == action_id)).first()
    return None if row is None else _kept(row)


def beginning_with(connection: Connection, prefix: str) -> list[Kept]:
    """The actions whose id begins so; at most two are read."""
    wanted = actions.c.action_id.startswith(prefix.lower(), autoescape=True)
    return [_kept(row) for row in connection.execute(select(*_COLUMNS).where(wanted).limit(2))]


def unmatched(connection: Connection, limit: int = 200) -> list[Kept]:
    """Those for which no case was found, the oldest first."""
    query = select(*_COLUMNS).where(actions.c.case_id.is_(None)).order_by(actions.c.received_at).limit(limit)
    return [_kept(row) for row in connection.execute(query)]


def elsewhere(connection: Connection, case_id: str, report_ids: Collection[str]) -> list[Kept]:
    """Actions on these reports, which stand in ``case_id``, that are kept without a case or with another."""
    return [_kept(row) for row in connection.execute(_ELSEWHERE, {"c": case_id, "reports": list(report_ids)})]


def refer(connection: Connection, action_id: str, reference_keys: Iterable[str]) -> None:
    """Let a new action be found by the references that it was given."""
    if rows := [{"action_id": action_id, "reference_key": key} for key in sorted(set(reference_keys))]:
        connection.execute(action_references.insert(), rows)


def with_reference(connection: Connection, reference_key: str) -> list[Kept]:
    """The letters that are said to have this reference, the one that was known first at the head."""
    return [_kept(row) for row in connection.execute(_WITH_REFERENCE, {"k": reference_key})]


def place(connection: Connection, action_ids: Iterable[str], case_id: str) -> None:
    """Put actions in a case."""
    if rows := [{"a": action_id, "c": case_id} for action_id in action_ids]:
        connection.execute(_PLACE, rows)


def settle(connection: Connection, action_ids: Iterable[str], state: ActionState) -> None:
    """Note where actions stand now."""
    if rows := [{"a": action_id, "s": state.value} for action_id in action_ids]:
        connection.execute(_STATE, rows)


def _kept(row: Any) -> Kept:
    day = row.taken_on or row.planned_for
    action = Action(
        row.action_id,
        ActionState(row.state),
        row.mechanism,
        ActionType(row.action),
        tuple(row.signatories),
        tuple(row.states),
        date.fromisoformat(day) if day else None,
        row.embargo_until,
        row.recorded_at,
        tuple(row.named),
    )
    due = date.fromisoformat(row.reply_due) if row.reply_due else None
    return Kept(action, row.case_id, row.report_id, due)
