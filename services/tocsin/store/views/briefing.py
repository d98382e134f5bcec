"""The rows that a brief is counted from: cases with their claims and actions, letters with replies, recommendations."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from tocsin.domain.briefing.cases import ActionRow, Counted, Period, RecommendationRow, counted_of, may_count
from tocsin.domain.briefing.weighing import Weighed
from tocsin.domain.following.acting import Action, ActionState
from tocsin.domain.routing.consent import Addressee
from tocsin.store.casework import case_figures as case_figures_of
from tocsin.store.following import actions as kept_actions
from tocsin.store.tables import actions, case_figures, case_links, cases, recommendations, replies
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.vocabulary import ActionType, ReplyQuality

_AT_A_TIME = 500
"""Ids in one query: databases take no more than some thousands."""
_BEST = (ReplyQuality.SUBSTANTIVE, ReplyQuality.INCOMPLETE, ReplyQuality.REJECTS, ReplyQuality.NONE)


def unweighed(connection: Connection, period: Period, rules: str, now: datetime) -> list[str]:
    """Cases of the period, and others of the same persons, of which nothing true is kept."""
    opened = {row.case_id for row in connection.execute(select(cases.c.case_id).where(*_opened(period)))}
    linked = {other for others in _same_person(connection, opened).values() for other in others}
    query = select(cases.c.case_id).outerjoin(case_figures, case_figures_of.stands(rules, now))
    missing = query.where(case_figures.c.case_id.is_(None))
    found = list(connection.execute(missing.where(*_opened(period))).scalars())
    for part in _parts(linked - opened):
        found += connection.execute(missing.where(cases.c.case_id.in_(part))).scalars()
    return found


def counted_cases(
    connection: Connection, period: Period, mechanisms: Sequence[Addressee], rules: str, now: datetime
) -> list[Counted]:
    """Every case that counts of those that were opened in the period and became part of no other, the earliest first.

    What is not kept of them is weighed now.
    """
    query = select(cases.c.case_id, cases.c.opened_at).where(*_opened(period))
    opened = {r.case_id: r.opened_at for r in connection.execute(query.order_by(cases.c.opened_at, cases.c.case_id))}
    linked = _same_person(connection, opened)
    others = {other for found in linked.values() for other in found} - opened.keys()
    kept = _kept(connection, _opened(period), rules, now)
    for part in _parts(others):
        kept |= _kept(connection, (cases.c.case_id.in_(part),), rules, now)
    for part in _parts((opened.keys() | others) - kept.keys()):
        kept |= case_figures_of.weighed(connection, part, mechanisms, now)
    acted = _first_acts(connection, period, now)
    found = (
        counted_of(at.date(), kept[case_id], [kept[other] for other in linked[case_id]], acted.get(case_id, ()))
        for case_id, at in opened.items()
    )
    return [counted for counted in found if counted is not None]


def action_rows(connection: Connection, period: Period) -> list[ActionRow]:
    """Every action that was taken in the period, with the best of its replies."""
    taken = kept_actions.taken_between(connection, period.first, period.last)
    query = select(replies.c.action_id, replies.c.quality).join(actions, actions.c.action_id == replies.c.action_id)
    days = (period.first.isoformat(), period.last.isoformat())
    best: dict[str, ReplyQuality] = {}
    for row in connection.execute(query.where(actions.c.taken_on.between(*days))):
        best[row.action_id] = min(best.get(row.action_id, _BEST[-1]), ReplyQuality(row.quality), key=_BEST.index)
    return [ActionRow(kept.action, kept.reply_due, best.get(kept.action.action_id)) for kept in taken]


def recommendation_rows(connection: Connection, period: Period) -> list[RecommendationRow]:
    """Every recommendation that was made in the period."""
    made = recommendations.c.made_on.between(period.first.isoformat(), period.last.isoformat())
    columns = (recommendations.c.mechanism, recommendations.c.due_on, recommendations.c.settled_at)
    return [
        RecommendationRow(row.mechanism, date.fromisoformat(row.due_on) if row.due_on else None, bool(row.settled_at))
        for row in connection.execute(select(*columns).where(made))
    ]


def _same_person(connection: Connection, case_ids: Collection[str]) -> dict[str, set[str]]:
    """Of each case the other cases of the same person, as they stand now."""
    one, other = cases.alias("one"), cases.alias("other")
    ends = [func.coalesce(end.c.redirects_to, end.c.case_id).label(end.name) for end in (one, other)]
    query = (
        select(*ends)
        .select_from(case_links)
        .join(one, one.c.case_id == case_links.c.case_id)
        .join(other, other.c.case_id == case_links.c.other_case_id)
        .where(case_links.c.kind == LinkKind.SAME_PERSON.value)
    )
    found: dict[str, set[str]] = {case_id: set() for case_id in case_ids}
    for row in connection.execute(query):
        for case_id, linked in ((row.one, row.other), (row.other, row.one)):
            if case_id in found and case_id != linked:
                found[case_id].add(linked)
    return found


def _opened(period: Period, of: FromClause = cases) -> tuple[ColumnElement[bool], ...]:
    first, after = (datetime.combine(day, time(), UTC) for day in (period.first, period.last + timedelta(days=1)))
    return of.c.opened_at >= first, of.c.opened_at < after, of.c.redirects_to.is_(None)


def _kept(
    connection: Connection, which: Sequence[ColumnElement[bool]], rules: str, now: datetime
) -> dict[str, Weighed]:
    query = select(cases.c.case_id, case_figures.c.figures).join(case_figures, case_figures_of.stands(rules, now))
    return {case_id: case_figures_of.read(found) for case_id, found in connection.execute(query.where(*which))}


def _first_acts(connection: Connection, period: Period, now: datetime) -> dict[str, list[tuple[date, str]]]:
    """The first act that may count on each case of the period, or on one that became part of it."""
    whole = cases.alias("whole")
    current = func.coalesce(cases.c.redirects_to, cases.c.case_id)
    hidden = actions.c.embargo_until > now
    alike = (current, actions.c.action, actions.c.state, hidden)
    first = func.min(actions.c.taken_on + " " + actions.c.mechanism)
    query = select(*alike, first).select_from(actions.join(cases, cases.c.case_id == actions.c.case_id))
    opened = select(whole.c.case_id).where(*_opened(period, whole))
    found: dict[str, str] = {}
    for case_id, kind, state, is_hidden, earliest in connection.execute(
        query.where(actions.c.taken_on.is_not(None), current.in_(opened)).group_by(*alike)
    ):
        if _may_count(kind, state, bool(is_hidden), now):
            found[case_id] = min(earliest, found.get(case_id, earliest))
    return {case_id: [_act(text)] for case_id, text in found.items()}


def _may_count(kind: str, state: str, is_hidden: bool, now: datetime) -> bool:
    """As the domain says of any action of this kind and state; is_hidden: under embargo."""
    until = now + timedelta(days=1) if is_hidden else None
    action = Action("", ActionState(state), "-", ActionType(kind), (), (), None, until, now)
    return not action.is_plan and may_count(action, now)


def _act(text: str) -> tuple[date, str]:
    day, _, mechanism = text.partition(" ")
    return date.fromisoformat(day), mechanism


def _parts(ids: Collection[str]) -> list[list[str]]:
    ordered = sorted(ids)
    return [ordered[at : at + _AT_A_TIME] for at in range(0, len(ordered), _AT_A_TIME)]
