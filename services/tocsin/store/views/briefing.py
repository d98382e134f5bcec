"""What a brief is composed of, counted where it is kept: cases, first acts, letters with replies, recommendations."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union,
    union_all,
)

from tocsin.domain.briefing.periods import Period
from tocsin.domain.briefing.tallying import (
    AFTER_IMPUNITY,
    ALONE,
    ANSWERS,
    BANDS,
    JOINT,
    LATER,
    NOT_AFTER_IMPUNITY,
    Tallies,
    counts,
    how_it_stands,
    what_came,
)
from tocsin.domain.following.acting import LETTERS, VISITS, Action, ActionState
from tocsin.store.casework import case_figures as figures
from tocsin.store.database import plan_for_values
from tocsin.store.tables import actions, case_figures, case_links, cases, recommendations, replies
from tocsin.store.tables.columns import days_between
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.vocabulary import ActionType

_RANKS = {quality.value: rank for rank, quality in enumerate(ANSWERS)}
_BY_RANK = dict(enumerate(ANSWERS))
_WORST = len(_RANKS)
_MONTH, _DAY = 7, 10
"""Letters of a date as text."""


def unweighed(connection: Connection, period: Period, rules: str, now: datetime) -> list[str]:
    """Cases of the period, and others of the same persons, of which nothing true is kept."""
    lacks = case_figures.c.case_id.is_(None)
    found = select(cases.c.case_id).outerjoin(case_figures, figures.stands(rules, now)).where(lacks)
    one, same = cases.alias("one"), _same_person(_moved())
    linked = found.join(same, same.c.other == cases.c.case_id).join(one, one.c.case_id == same.c.one)
    asked = union(found.where(*_opened(period)), linked.where(*_opened(period, one)))
    return list(connection.execute(asked).scalars())


def tallies(connection: Connection, period: Period, rules: str, now: datetime) -> Tallies:
    """Everything of the period."""
    plan_for_values(connection)
    found = Tallies()
    _add_cases(found, connection, period, rules, now)
    _add_acts(found, connection, period, now)
    _add_recommendations(found, connection, period, now)
    return found


def _add_cases(found: Tallies, connection: Connection, period: Period, rules: str, now: datetime) -> None:
    """In one statement: the cases are read once, and as they stood at one moment."""

    def tallied(kind: str, source: FromClause, code: ColumnElement[str], *beside: ColumnElement[str]) -> Select[Any]:
        columns: list[Any] = [literal(kind), code, *(beside or [literal("")]), func.count()]
        return select(*columns).select_from(source).group_by(code, *beside)

    moved = _moved()
    opened = _counting(period, rules, now, moved)
    of, acts = opened.c, _first_acts(opened, moved, now)
    codes = {"month": of.month, "state": of.state, "reporters": of.reporters, "marks": of.marks}
    of_cases = [*(tallied(kind, opened, code) for kind, code in codes.items())]
    of_cases.append(tallied("reprisal", opened, of.reprisal, of.impunity))
    parts = [part.where(of.state.is_not(None)) for part in of_cases]
    parts.append(tallied("first", acts, acts.c.mechanism, acts.c.band))
    parts.append(tallied("unweighed", opened, literal("")).where(or_(of.weighed.is_(None), of.lacking > 0)))
    for kind, code, beside, number in connection.execute(union_all(*parts)):
        match kind:
            case "month":
                found.months[f"{code}-01"] = number
            case "state":
                found.states[code] = number
            case "reporters":
                found.reporters[code] = number
            case "marks":
                found.marks[frozenset(code.split())] = number
            case "reprisal":
                found.reprisals[code, beside] = number
            case "first":
                found.first_acts[code, beside] = number
            case _:
                found.unweighed = number


def _first_acts(opened: CTE, moved: CTE, now: datetime) -> Subquery:
    """Of each case the first act that counts, on it or on a case that became part of it: whose, and how soon."""
    whole = (opened.c.case_id, opened.c.opened_on, opened.c.state)
    own = select(*whole, opened.c.case_id.label("part"))
    parts = union_all(own, select(*whole, moved.c.case_id).join(moved, moved.c.redirects_to == opened.c.case_id))
    of = parts.subquery("parts")
    first = func.min(actions.c.taken_on + " " + actions.c.mechanism)
    acted = (
        select(first.label("first"), days_between(of.c.opened_on, func.substr(first, 1, _DAY)).label("days"))
        .join(actions, actions.c.case_id == of.c.part)
        .where(of.c.state.is_not(None), actions.c.taken_on.is_not(None), _counts(now))
        .group_by(of.c.case_id, of.c.opened_on)
        .subquery()
    )
    band = case(*((acted.c.days <= most, name) for name, most in BANDS.items()), else_=LATER)
    return select(func.substr(acted.c.first, _DAY + 2).label("mechanism"), band.label("band")).subquery()


def _add_acts(found: Tallies, connection: Connection, period: Period, now: datetime) -> None:
    """Letters with the best of their replies, and visits."""
    rank = case(*((replies.c.quality == quality, number) for quality, number in _RANKS.items()), else_=_WORST)
    best = select(replies.c.action_id, func.min(rank).label("rank")).group_by(replies.c.action_id).subquery()
    is_visit, is_joint = actions.c.action.in_(VISITS), cast(actions.c.signatories, String) != "[]"
    columns = (actions.c.mechanism, is_visit, is_joint, _overdue(actions.c.reply_due, now), best.c.rank)
    query = select(*columns, func.count()).select_from(actions.outerjoin(best, best.c.action_id == actions.c.action_id))
    taken = actions.c.taken_on.between(period.first.isoformat(), period.last.isoformat())
    query = query.where(taken, actions.c.action.in_(LETTERS | VISITS), _counts(now)).group_by(*columns)
    for mechanism, visit, joint, is_overdue, reply, number in connection.execute(query):
        if visit:
            found.visits[mechanism] += number
        else:
            found.letters[JOINT if joint else ALONE] += number
            found.replies[mechanism, what_came(_BY_RANK.get(reply), bool(is_overdue))] += number


def _add_recommendations(found: Tallies, connection: Connection, period: Period, now: datetime) -> None:
    settled = recommendations.c.settled_at.is_not(None).label("settled")
    columns = (recommendations.c.mechanism, settled, _overdue(recommendations.c.due_on, now))
    made = recommendations.c.made_on.between(period.first.isoformat(), period.last.isoformat())
    query = select(*columns, func.count()).where(made).group_by(*columns)
    for mechanism, is_settled, is_overdue, number in connection.execute(query):
        found.recommendations[mechanism, how_it_stands(bool(is_settled), bool(is_overdue))] += number


def _counting(period: Period, rules: str, now: datetime, moved: CTE) -> CTE:
    """The cases of the period with what is kept of them, and whether they follow impunity.

    weighed: null: nothing true is kept. state: null: it does not count. lacking: of how many other cases of the same
    person nothing true is kept.
    """
    same, kept = _same_person(moved), case_figures
    earlier = (
        select(
            same.c.one.label("case_id"),
            func.min(kept.c.unpunished).label("unpunished"),
            (func.count() - func.count(kept.c.case_id)).label("lacking"),
        )
        .join(cases, cases.c.case_id == same.c.other)
        .outerjoin(kept, figures.stands(rules, now))
        .group_by(same.c.one)
        .cte("earlier")
    )
    impunity = case((earlier.c.unpunished < kept.c.attacked, AFTER_IMPUNITY), else_=NOT_AFTER_IMPUNITY).label(
        "impunity"
    )
    opened_at = type_coerce(cases.c.opened_at, String)
    dates = (func.substr(opened_at, 1, _MONTH).label("month"), func.substr(opened_at, 1, _DAY).label("opened_on"))
    codes = (kept.c.state, kept.c.reporters, kept.c.reprisal, kept.c.marks, kept.c.case_id.label("weighed"))
    return (
        select(cases.c.case_id, *dates, *codes, impunity, earlier.c.lacking)
        .outerjoin(kept, figures.stands(rules, now))
        .outerjoin(earlier, earlier.c.case_id == cases.c.case_id)
        .where(*_opened(period))
        .cte("opened")
    )


def _moved() -> CTE:
    """Cases that became part of others: few, so that nobody looks through all cases for them."""
    return select(cases.c.case_id, cases.c.redirects_to).where(cases.c.redirects_to.is_not(None)).cte("moved")


def _same_person(moved: CTE) -> CTE:
    """Pairs of cases of one person, as they stand now, each in both orders."""
    left, right = moved.alias("left_moved"), moved.alias("right_moved")
    one = func.coalesce(left.c.redirects_to, case_links.c.case_id)
    other = func.coalesce(right.c.redirects_to, case_links.c.other_case_id)
    pairs = (
        select(one.label("one"), other.label("other"))
        .select_from(case_links)
        .outerjoin(left, left.c.case_id == case_links.c.case_id)
        .outerjoin(right, right.c.case_id == case_links.c.other_case_id)
        .where(case_links.c.kind == LinkKind.SAME_PERSON.value, one != other)
        .cte("pairs")
    )
    return union_all(select(pairs.c.one, pairs.c.other), select(pairs.c.other, pairs.c.one)).cte("same_person")


def _opened(period: Period, of: FromClause = cases) -> tuple[ColumnElement[bool], ...]:
    first, after = (datetime.combine(day, time(), UTC) for day in (period.first, period.last + timedelta(days=1)))
    return of.c.opened_at >= first, of.c.opened_at < after, of.c.redirects_to.is_(None)


def _overdue(day: ColumnElement[str | None], now: datetime) -> ColumnElement[bool]:
    return func.coalesce(day < now.date().isoformat(), false()).label("overdue")


def _counts(now: datetime) -> ColumnElement[bool]:
    """As the domain says of each kind of act, in each state, under embargo or not."""
    is_hidden = func.coalesce(actions.c.embargo_until > now, false())
    return or_(and_(is_hidden, _countable(True)), and_(~is_hidden, _countable(False)))


@cache
def _countable(is_hidden: bool) -> ColumnElement[bool]:
    at = datetime(2000, 1, 1, tzinfo=UTC)
    until = at + timedelta(days=1) if is_hidden else None
    states = defaultdict[frozenset[ActionType], list[ActionState]](list)
    for state in ActionState:
        acts = (Action("", state, "-", kind, (), (), None, until, at) for kind in ActionType)
        states[frozenset(act.action for act in acts if counts(act, at))].append(state)
    each = (and_(actions.c.state.in_(of), _is_any(kinds)) for kinds, of in states.items() if kinds)
    return or_(false(), *each)


def _is_any(kinds: Collection[ActionType]) -> ColumnElement[bool]:
    """Said by those that are not, where they are fewer: it is asked of every act."""
    others = set(ActionType).difference(kinds)
    return actions.c.action.not_in(sorted(others)) if len(others) < len(kinds) else actions.c.action.in_(sorted(kinds))
