"""The alerts that concern one person, and who has the alerts of a case in hand."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, Subquery, bindparam, exists, or_, select, union_all

from tocsin.store.alerting.alerts import Alert
from tocsin.store.recipients.beyond import BEYOND, MANDATES, WRITTEN_TO
from tocsin.store.tables import acknowledgements, alerts, cases, deliveries, drill_answers, drills

_CASES: BindParameter[str] = bindparam("cases", expanding=True)
PAGE = 25
"""Alerts of one page."""
_ORDER = ("priority", "reply_by", "alert_id")
_RAISED = select(*(alerts.c[name] for name in _ORDER)).where(alerts.c.state == "raised")
_ELSEWHERE = _RAISED.join(BEYOND, BEYOND.c.alert_id == alerts.c.alert_id)
_OF_CASES = (
    select(*(alerts.c[name] for name in Alert.__dataclass_fields__))
    .where(
        alerts.c.case_id.in_(_CASES),
        or_(
            alerts.c.mandate.in_(MANDATES),
            exists().where(WRITTEN_TO, deliveries.c.alert_id == alerts.c.alert_id),
        ),
    )
    .order_by(*(alerts.c[name] for name in _ORDER))
)
_FAMILY = select(cases.c.case_id).where(or_(cases.c.case_id == bindparam("c"), cases.c.redirects_to == bindparam("c")))
_IN_HAND = (
    select(alerts.c.alert_id, alerts.c.mandate, acknowledgements.c.recipient_id, acknowledgements.c.acknowledged_at)
    .join(alerts, alerts.c.alert_id == acknowledgements.c.alert_id)
    .where(
        alerts.c.case_id.in_(_CASES),
        alerts.c.state == "raised",
        acknowledgements.c.priority <= alerts.c.priority,
        acknowledgements.c.revoked_at.is_(None),
    )
    .order_by(acknowledgements.c.acknowledged_at, alerts.c.mandate)
)
_REFERENCES = select(cases.c.case_id, cases.c.reference).where(cases.c.case_id.in_(_CASES))


@dataclass(frozen=True, slots=True)
class InHand:
    """recipient_id: None if the mechanism has acted."""

    alert_id: str
    mandate: str
    recipient_id: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Drill:
    """answered_at: by one person; None: not yet."""

    mandate: str | None
    answer_by: datetime
    answered_at: datetime | None


def concerning(
    connection: Connection, recipient_id: str, mandates: Iterable[str], case_ids: Collection[str]
) -> list[Alert]:
    """Alerts on these cases, in whatever state, that are of these mandates or by which the person was written to.

    The most urgent first.
    """
    who = {"r": recipient_id, "mandates": sorted(mandates), "cases": sorted(case_ids)}
    return [Alert(*row) for row in connection.execute(_OF_CASES, who)]


def open_ones(connection: Connection, recipient_id: str, mandates: Iterable[str], page: int) -> list[Alert]:
    """As ``concerning``: a page of the open alerts of every case."""
    held = sorted(mandates)
    return [Alert(*row) for row in connection.execute(_open(held, page), {"r": recipient_id, "mandates": held})]


def family(connection: Connection, case_id: str) -> list[str]:
    """The case, and those that became part of it."""
    return list(connection.execute(_FAMILY, {"c": case_id}).scalars())


def in_hand(connection: Connection, case_ids: Collection[str]) -> list[InHand]:
    """Who has taken the open alerts of these cases in hand, knowing how urgent they are; the first before."""
    return [InHand(*row) for row in connection.execute(_IN_HAND, {"cases": sorted(case_ids)})]


def references(connection: Connection, case_ids: Collection[str]) -> dict[str, str]:
    return dict(connection.execute(_REFERENCES, {"cases": sorted(case_ids)}).all())


def drill_of(connection: Connection, drill_id: str, recipient_id: str) -> Drill | None:
    """The drill, as it stands for one person; None if there is none."""
    own = (drill_answers.c.drill_id == drills.c.drill_id) & (drill_answers.c.recipient_id == recipient_id)
    query = (
        select(drills.c.mandate, drills.c.answer_by, drill_answers.c.answered_at)
        .select_from(drills.outerjoin(drill_answers, own))
        .where(drills.c.drill_id == drill_id)
    )
    row = connection.execute(query).first()
    return None if row is None else Drill(*row)


def _open(mandates: Sequence[str], page: int) -> Select[Any]:
    """Of each mandate no more is read than the page may need: they stand in its order in the index."""
    last = page * PAGE
    held = [_first(_RAISED.where(alerts.c.mandate == mandate), last) for mandate in mandates]
    own = union_all(*(select(part) for part in (*held, _first(_ELSEWHERE, last)))).subquery()
    of_page = select(own.c.alert_id).order_by(*(own.c[name] for name in _ORDER)).limit(PAGE).offset(last - PAGE)
    found = of_page.subquery()
    return (
        select(*(alerts.c[name] for name in Alert.__dataclass_fields__))
        .join(found, found.c.alert_id == alerts.c.alert_id)
        .order_by(*(alerts.c[name] for name in _ORDER))
    )


def _first(query: Select[Any], most: int) -> Subquery:
    return query.order_by(*(alerts.c[name] for name in _ORDER)).limit(most).subquery()
