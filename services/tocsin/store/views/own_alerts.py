"""The alerts that concern one person, and who has the alerts of a case in hand."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, or_, select, union_all

from tocsin.store.alerting.alerts import Alert
from tocsin.store.tables import acknowledgements, alerts, cases, deliveries, drill_answers, drills

_MANDATES: BindParameter[str] = bindparam("mandates", expanding=True)
_CASES: BindParameter[str] = bindparam("cases", expanding=True)
PAGE = 40
"""Alerts of one page."""
_WRITTEN = select(deliveries.c.alert_id).where(deliveries.c.recipient_id == bindparam("r"))
_ORDER = ("priority", "reply_by", "alert_id")
_RAISED = select(*(alerts.c[name] for name in _ORDER)).where(alerts.c.state == "raised")
_OWN = union_all(
    _RAISED.where(alerts.c.mandate.in_(_MANDATES)),
    _RAISED.where(alerts.c.mandate.not_in(_MANDATES), alerts.c.alert_id.in_(_WRITTEN)),
).subquery()
_OF_PAGE = (
    select(_OWN.c.alert_id)
    .order_by(*(_OWN.c[name] for name in _ORDER))
    .limit(bindparam("most"))
    .offset(bindparam("first"))
    .subquery()
)
_CONCERNED = (
    select(*(alerts.c[name] for name in Alert.__dataclass_fields__))
    .where(or_(alerts.c.mandate.in_(_MANDATES), alerts.c.alert_id.in_(_WRITTEN)))
    .order_by(alerts.c.priority, alerts.c.reply_by, alerts.c.alert_id)
)
_OPEN = (
    select(*(alerts.c[name] for name in Alert.__dataclass_fields__))
    .join(_OF_PAGE, _OF_PAGE.c.alert_id == alerts.c.alert_id)
    .order_by(*(alerts.c[name] for name in _ORDER))
)
_OF_CASES = _CONCERNED.where(alerts.c.case_id.in_(_CASES))
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
    who = {"r": recipient_id, "mandates": sorted(mandates), "most": PAGE, "first": (page - 1) * PAGE}
    return [Alert(*row) for row in connection.execute(_OPEN, who)]


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
