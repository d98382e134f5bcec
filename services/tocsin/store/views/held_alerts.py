"""What is held back now, case by case: which mandates are not told, why, and until when. Codes alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from tocsin.store.tables import alerts, cases

PAGE = 50


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A case and a reason. mandates: by rule. release_at: when the first may be told, if time alone decides."""

    case_id: str
    reference: str
    reason: str
    priority: str
    countries: Sequence[str]
    since: datetime
    release_at: datetime | None
    mandates: dict[str, list[str]]


_HELD = alerts.c.state == "held"
_SINCE, _UNTIL = (func.min(column, type_=column.type) for column in (alerts.c.raised_at, alerts.c.release_at))
_COUNTS = select(alerts.c.hold_reason, func.count(func.distinct(alerts.c.case_id))).where(_HELD)
_LINES = (
    select(
        alerts.c.case_id,
        cases.c.reference,
        alerts.c.hold_reason,
        func.min(alerts.c.priority).label("priority"),
        _SINCE.label("since"),
        _UNTIL.label("release_at"),
    )
    .join(cases, cases.c.case_id == alerts.c.case_id)
    .where(_HELD)
    .group_by(alerts.c.case_id, cases.c.reference, alerts.c.hold_reason)
    .order_by(func.min(alerts.c.priority), _SINCE, cases.c.reference, alerts.c.hold_reason)
)
_MANDATES = (
    select(alerts.c.case_id, alerts.c.hold_reason, alerts.c.rule, alerts.c.mandate)
    .where(_HELD, alerts.c.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(alerts.c.rule, alerts.c.mandate)
)
_COUNTRIES = select(cases.c.case_id, cases.c.countries).where(cases.c.case_id.in_(bindparam("cases", expanding=True)))


def counts(connection: Connection) -> dict[str, int]:
    """How many cases have an alert that is held, by reason."""
    return {row[0]: row[1] for row in connection.execute(_COUNTS.group_by(alerts.c.hold_reason))}


def listed(connection: Connection, reason: str | None, page: int = 1) -> list[HeldLine]:
    """A page of them, the most urgent first, then those that wait longest."""
    query = _LINES if reason is None else _LINES.where(alerts.c.hold_reason == reason)
    rows = connection.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    wanted = {"cases": [row.case_id for row in rows]}
    told: dict[tuple[str, str], dict[str, list[str]]] = {}
    for case_id, why, rule, mandate in connection.execute(_MANDATES, wanted) if rows else ():
        told.setdefault((case_id, why), {}).setdefault(rule, []).append(mandate)
    places = {row[0]: row[1] for row in connection.execute(_COUNTRIES, wanted)} if rows else {}
    return [
        HeldLine(
            row.case_id, row.reference, row.hold_reason, row.priority, places[row.case_id], row.since, row.release_at,
            told[row.case_id, row.hold_reason],
        )
        for row in rows
    ]  # fmt: skip
