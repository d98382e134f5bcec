"""The rows that a brief is counted from: cases with their claims and actions, letters with replies, recommendations."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, func, select

from tocsin.domain.briefing.cases import ActionRow, CaseRow, Period, RecommendationRow
from tocsin.domain.claims import Claim
from tocsin.domain.following.acting import Action
from tocsin.store import actions as kept_actions
from tocsin.store.tables import actions, case_links, cases, recommendations, replies, reports
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.vocabulary import ReplyQuality

_AT_A_TIME = 500
"""Ids in one query: databases take no more than some thousands."""
_BEST = (ReplyQuality.SUBSTANTIVE, ReplyQuality.INCOMPLETE, ReplyQuality.REJECTS, ReplyQuality.NONE)


def case_rows(connection: Connection, period: Period) -> list[CaseRow]:
    """Every case that was opened in the period and became part of no other, the earliest first."""
    first, after = (datetime.combine(day, time(), UTC) for day in (period.first, period.last + timedelta(days=1)))
    opened = (cases.c.opened_at >= first, cases.c.opened_at < after, cases.c.redirects_to.is_(None))
    query = select(cases.c.case_id, cases.c.opened_at).where(*opened).order_by(cases.c.opened_at, cases.c.case_id)
    found = {row.case_id: row.opened_at for row in connection.execute(query)}
    linked = _same_person(connection, found)
    claims = _claims(connection, set(found) | {other for others in linked.values() for other in others})
    acts = _actions(connection, found)
    return [
        CaseRow(
            opened_on=opened_at.date(),
            claims=claims[case_id],
            earlier=[claim for other in sorted(linked[case_id]) for claim in claims[other]],
            actions=acts[case_id],
        )
        for case_id, opened_at in found.items()
    ]


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


def _claims(connection: Connection, case_ids: Collection[str]) -> dict[str, list[Claim]]:
    """The live claims of each case."""
    query = select(reports.c.case_id, reports.c.claim).where(reports.c.withdrawn_at.is_(None))
    found: dict[str, list[Claim]] = defaultdict(list)
    for part in _parts(case_ids):
        wanted = query.where(reports.c.case_id.in_(part)).order_by(reports.c.accepted_at, reports.c.report_id)
        for row in connection.execute(wanted):
            found[row.case_id].append(Claim.model_validate(row.claim, strict=False))
    return found


def _actions(connection: Connection, case_ids: Collection[str]) -> dict[str, list[Action]]:
    """The actions on each case and on those that became part of it."""
    query = select(cases.c.case_id, cases.c.redirects_to).where(cases.c.redirects_to.is_not(None))
    merged = {row.case_id: row.redirects_to for row in connection.execute(query)}
    current = merged | {case_id: case_id for case_id in case_ids}
    found: dict[str, list[Action]] = defaultdict(list)
    for kept in kept_actions.taken_between(connection, date.min, date.max):
        if (case_id := current.get(kept.case_id or "")) is not None:
            found[case_id].append(kept.action)
    return found


def _parts(ids: Collection[str]) -> list[list[str]]:
    ordered = sorted(ids)
    return [ordered[at : at + _AT_A_TIME] for at in range(0, len(ordered), _AT_A_TIME)]
