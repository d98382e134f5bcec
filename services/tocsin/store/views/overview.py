"""What operators see, read from many tables at once: coded facts, ids and states; never a name or an address."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, or_, select

from tocsin.store.auditing import audit_findings, passages
from tocsin.store.auditing.audit_findings import StandingFinding
from tocsin.store.streams import outbox
from tocsin.store.tables import alerts, case_links, cases, deliveries, processed_messages, reports, reviews
from tocsin.store.tables.columns import constant

PAGE = 20
"""Cases of one page."""
REPORTS = 8
"""Reports of one page of a case."""


@dataclass(frozen=True, slots=True)
class Counts:
    """``alerts``, ``deliveries`` and ``reviews``: by state or kind."""

    reports: int
    withdrawn: int
    cases: int
    alerts: Mapping[str, int]
    deliveries: Mapping[str, int]
    reviews: Mapping[str, int]
    dead_letters: int
    outbox_pending: int
    outbox_oldest: datetime | None
    findings: int


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert and how its mails stand.

    recipients: ids of those told by it; empty if each was told through another mandate. deliveries: number by state.
    """

    alert_id: str
    case_id: str
    mechanism: str
    mandate: str
    state: str
    priority: str
    rule: str
    detail: str
    hold_reason: str | None
    release_at: datetime | None
    reply_by: datetime | None
    raised_at: datetime
    recipients: Sequence[str]
    deliveries: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CaseLine:
    case_id: str
    reference: str
    state: str
    countries: Sequence[str]
    violations: Sequence[str]
    opened_at: datetime
    publishers: Sequence[str]
    alerts: Sequence[AlertLine]
    reviews: Sequence[str]

    @property
    def priority(self) -> str | None:
        """The highest of its alerts."""
        return min((a.priority for a in self.alerts if a.state != "closed"), default=None)

    @property
    def told(self) -> list[AlertLine]:
        return [a for a in self.alerts if a.state == "raised"]

    @property
    def held(self) -> list[AlertLine]:
        return [a for a in self.alerts if a.state == "held"]


@dataclass(frozen=True, slots=True)
class ReportLine:
    report_id: str
    publisher: str
    revision: int
    accepted_at: datetime
    withdrawn_at: datetime | None
    claim: Mapping[str, Any]


def counts(connection: Connection) -> Counts:
    pending, oldest = outbox.pending(connection)
    return Counts(
        reports=_number(connection, reports),
        withdrawn=_number(connection, reports, reports.c.withdrawn_at.is_not(None)),
        cases=_number(connection, cases),
        alerts=_tally(connection, alerts, "state"),
        deliveries=mails(connection),
        reviews=_tally(connection, reviews, "kind", reviews.c.resolved_at.is_(None)),
        dead_letters=dead_letters(connection),
        outbox_pending=pending,
        outbox_oldest=oldest,
        findings=len(audit_findings.standing(connection)),
    )


def mails(connection: Connection) -> dict[str, int]:
    """By state, without the canary's: those are few, and are counted by themselves."""
    own = _tally(connection, deliveries, "state", passages.of_canary())
    every = _tally(connection, deliveries, "state")
    return {state: left for state, number in every.items() if (left := number - own.get(state, 0))}


def dead_letters(connection: Connection) -> int:
    return _number(connection, processed_messages, processed_messages.c.outcome == constant("dead-letter"))


def recent_cases(connection: Connection, page: int = 1) -> list[CaseLine]:
    """A page of cases, the newest first."""
    query = select(cases).order_by(cases.c.opened_at.desc(), cases.c.case_id)
    return _case_lines(connection, query.limit(PAGE).offset((page - 1) * PAGE))


def case(connection: Connection, reference: str) -> CaseLine | None:
    found = _case_lines(connection, select(cases).where(cases.c.reference == reference.upper()))
    return found[0] if found else None


def cases_called(connection: Connection, references: Sequence[str]) -> list[CaseLine]:
    """Those of the cases that exist, in this order."""
    found = {
        line.reference: line for line in _case_lines(connection, select(cases).where(cases.c.reference.in_(references)))
    }
    return [found[reference] for reference in references if reference in found]


def stuck(connection: Connection) -> list[StandingFinding]:
    """What the auditor has found and not yet seen put right, the oldest first."""
    return audit_findings.standing(connection)


def number_of_reports(connection: Connection, case_id: str) -> int:
    return _number(connection, reports, reports.c.case_id == case_id)


def reports_of(connection: Connection, case_id: str, page: int | None = None) -> list[ReportLine]:
    """The reports of a case in the order in which they were accepted: a page of them, or all."""
    columns = [reports.c[field] for field in ReportLine.__dataclass_fields__]
    query = select(*columns).where(reports.c.case_id == case_id).order_by(reports.c.accepted_at, reports.c.report_id)
    if page is not None:
        query = query.limit(REPORTS).offset((page - 1) * REPORTS)
    return [ReportLine(*row) for row in connection.execute(query)]


def linked_cases(connection: Connection, case_id: str) -> list[tuple[str, str]]:
    """(reference, kind) of every case linked in either direction."""
    ends = (case_links.c.case_id, case_links.c.other_case_id)
    found: set[tuple[str, str]] = set()
    for here, there in (ends, ends[::-1]):
        query = select(cases.c.reference, case_links.c.kind).join(cases, cases.c.case_id == there)
        found.update((row.reference, row.kind) for row in connection.execute(query.where(here == case_id)))
    return sorted(found)


def _case_lines(connection: Connection, query: Select[Any]) -> list[CaseLine]:
    rows = connection.execute(query).mappings().all()
    ids = [row["case_id"] for row in rows]
    publishers, lines, waiting = _publishers(connection, ids), _alert_lines(connection, ids), _reviews(connection, ids)
    return [
        CaseLine(
            row["case_id"],
            row["reference"],
            row["state"],
            row["countries"],
            row["violations"],
            row["opened_at"],
            publishers[row["case_id"]],
            lines[row["case_id"]],
            waiting[row["case_id"]],
        )
        for row in rows
    ]


def _publishers(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[str]]:
    query = select(reports.c.case_id, reports.c.publisher).where(reports.c.case_id.in_(ids))
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query.order_by(reports.c.accepted_at)):
        if row.publisher not in found[row.case_id]:
            found[row.case_id].append(row.publisher)
    return found


def _alert_lines(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[AlertLine]]:
    states = _delivery_states(connection, ids)
    columns = [alerts.c[field] for field in AlertLine.__dataclass_fields__ if field != "deliveries"]
    query = select(*columns).where(alerts.c.case_id.in_(ids)).order_by(alerts.c.priority, alerts.c.mandate)
    found: dict[str, list[AlertLine]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.case_id].append(AlertLine(**row._mapping, deliveries=states.get(row.alert_id, {})))
    return found


def _delivery_states(connection: Connection, ids: Sequence[str]) -> Mapping[str, dict[str, int]]:
    query = (
        select(deliveries.c.alert_id, deliveries.c.state, func.count())
        .where(deliveries.c.case_id.in_(ids))
        .group_by(deliveries.c.alert_id, deliveries.c.state)
        .order_by(deliveries.c.state)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for alert_id, state, number in connection.execute(query):
        found[alert_id][state] = number
    return found


def _reviews(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[str]]:
    concerned = or_(reviews.c.case_id.in_(ids), reviews.c.other_case_id.in_(ids))
    query = select(reviews.c.case_id, reviews.c.other_case_id, reviews.c.kind).where(
        reviews.c.resolved_at.is_(None), concerned
    )
    found: dict[str, list[str]] = defaultdict(list)
    for case_id, other, kind in connection.execute(query):
        for concerned_case in filter(None, (case_id, other)):
            found[concerned_case].append(kind)
    return found


def _number(connection: Connection, table: FromClause, *only: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*only)).scalar_one())


def _tally(
    connection: Connection, table: FromClause, column: str, only: ColumnElement[bool] | None = None
) -> dict[str, int]:
    query = select(table.c[column], func.count()).group_by(table.c[column]).order_by(table.c[column])
    if only is not None:
        query = query.where(only)
    return {row[0]: row[1] for row in connection.execute(query)}
