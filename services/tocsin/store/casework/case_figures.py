"""What a brief counts of each case, kept until one of its reports changes, or time changes what consent allows.

A row stands for one revision of its case, and is forgotten in the transaction that changes a report (see ``reports``).
Whoever writes one holds the lock of the case, as whoever changes its reports does: neither goes unseen by the other.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, or_, select

from tocsin.domain.briefing.weighing import COUNTED, Weighed, weigh
from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Addressee
from tocsin.domain.routing.disclosure import Shown
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


def stands(rules: str, now: datetime) -> ColumnElement[bool]:
    """Whether a row of ``case_figures`` is true of its case now."""
    in_time = or_(case_figures.c.until.is_(None), case_figures.c.until > now)
    same = case_figures.c.case_id == cases.c.case_id
    return same & (case_figures.c.revision == cases.c.revision) & (case_figures.c.rules == rules) & in_time


def weighed(
    connection: Connection, case_ids: Collection[str], mechanisms: Sequence[Addressee], now: datetime
) -> dict[str, Weighed]:
    """What counts of these cases, by their live claims."""
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
    found = weighed(connection, case_ids, mechanisms, now)
    connection.execute(delete(case_figures).where(case_figures.c.case_id.in_(revisions)))
    rows = [
        {"case_id": case, "revision": revisions[case], "rules": rules, "until": one.until, "figures": _written(one)}
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


def read(figures: Mapping[str, Any]) -> Weighed:
    """The inverse of what was written; ``until`` is a column of its own."""
    facts = [Shown(**dict(zip(COUNTED, values, strict=True))) for values in figures["facts"]]
    return Weighed(facts, figures["reporters"], _day(figures["attacked"]), _day(figures["unpunished"]), None)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _written(one: Weighed) -> dict[str, Any]:
    days = {"attacked": one.attacked, "unpunished": one.unpunished}
    facts = [[_plain(getattr(shown, name)) for name in COUNTED] for shown in one.facts]
    dated = {name: day.isoformat() if day else None for name, day in days.items()}
    return {"facts": facts, "reporters": one.reporters, **dated}


def _plain(value: Any) -> Any:
    return [str(each) for each in value] if isinstance(value, list | tuple) else value
