"""What a brief counts of each case, kept until one of its reports changes, or time changes what consent allows.

A row stands for one revision of its case, and is forgotten in the transaction that changes a report (see ``reports``).
Whoever writes one holds the lock of the case, as whoever changes its reports does: neither goes unseen by the other.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, bindparam, delete, or_, select

from tocsin.domain.briefing.weighing import Weighed, weigh
from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Addressee
from tocsin.store.database import lock_keys
from tocsin.store.tables import case_figures, cases, reports

AT_ONCE = 100
_CASES = select(cases.c.case_id, cases.c.revision).where(cases.c.case_id.in_(bindparam("ids", expanding=True)))
_CLAIMS = (
    select(reports.c.case_id, reports.c.claim)
    .where(reports.c.case_id.in_(bindparam("ids", expanding=True)), reports.c.withdrawn_at.is_(None))
    .order_by(reports.c.accepted_at, reports.c.report_id)
)
_HOME = select(reports.c.case_id).where(reports.c.report_id.in_(bindparam("reports", expanding=True)))
_FORGET_OF_REPORTS = delete(case_figures).where(case_figures.c.case_id.in_(_HOME))
_FORGET = delete(case_figures).where(case_figures.c.case_id.in_(bindparam("ids", expanding=True)))


def missing(connection: Connection, rules: str, now: datetime, most: int) -> list[str]:
    """Cases of which nothing true is kept."""
    query = select(cases.c.case_id).outerjoin(case_figures, stands(rules, now)).where(cases.c.redirects_to.is_(None))
    return list(connection.execute(query.where(case_figures.c.case_id.is_(None)).limit(most)).scalars())


def stands(rules: str, now: datetime, kept: FromClause = case_figures, of: FromClause = cases) -> ColumnElement[bool]:
    """Whether a row is true of its case now. kept, of: aliases of the two tables, where they are joined twice."""
    in_time = or_(kept.c.until.is_(None), kept.c.until > now)
    return (kept.c.case_id == of.c.case_id) & (kept.c.revision == of.c.revision) & (kept.c.rules == rules) & in_time


def _weighed(
    connection: Connection, case_ids: Collection[str], mechanisms: Sequence[Addressee], now: datetime
) -> dict[str, Weighed]:
    """By their live claims."""
    claims: dict[str, list[Claim]] = defaultdict(list)
    for case_id, claim in connection.execute(_CLAIMS, {"ids": sorted(case_ids)}):
        claims[case_id].append(Claim.model_validate(claim, strict=False))
    return {case_id: weigh(claims[case_id], mechanisms, now) for case_id in case_ids}


def keep(
    connection: Connection, case_ids: Collection[str], mechanisms: Sequence[Addressee], rules: str, now: datetime
) -> None:
    """Weigh these cases, and keep what came of it. ``AT_ONCE`` at most: meanwhile nobody else changes them."""
    lock_keys(connection, case_ids)
    revisions = dict(connection.execute(_CASES, {"ids": sorted(case_ids)}).all())
    found = _weighed(connection, case_ids, mechanisms, now)
    connection.execute(delete(case_figures).where(case_figures.c.case_id.in_(revisions)))
    rows = [
        {"case_id": case, "revision": revisions[case], "rules": rules} | _written(one)
        for case, one in found.items()
        if case in revisions
    ]
    if rows:
        connection.execute(case_figures.insert(), rows)


def forget(connection: Connection, report_ids: Collection[str], case_ids: Collection[str] = ()) -> None:
    """These reports were changed; they stand, or stood, in ``case_ids`` besides where they stand now."""
    if report_ids:
        connection.execute(_FORGET_OF_REPORTS, {"reports": list(report_ids)})
    if case_ids:
        connection.execute(_FORGET, {"ids": list(case_ids)})


def _written(one: Weighed) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(one, name) for name in ("state", "reporters", "reprisal", "until")}
    days = {name: day.isoformat() if (day := getattr(one, name)) else None for name in ("attacked", "unpunished")}
    return row | days | {"marks": " ".join(sorted(one.marks))}
