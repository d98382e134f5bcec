"""The raised alerts as operators see them: whether somebody has taken them in hand, and until when they wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from tocsin.store.tables import acknowledgements, alerts, cases
from tocsin.store.tables.columns import constant

PAGE = 200


@dataclass(frozen=True, slots=True)
class RaisedLine:
    """acknowledged_at: when somebody took it in hand, at this priority or a more urgent one."""

    alert_id: str
    reference: str
    mechanism: str
    mandate: str
    priority: str
    recipients: Sequence[str]
    reply_by: datetime | None
    acknowledged_at: datetime | None


_ACKNOWLEDGED = (
    select(func.min(acknowledgements.c.acknowledged_at, type_=acknowledgements.c.acknowledged_at.type))
    .where(acknowledgements.c.alert_id == alerts.c.alert_id, acknowledgements.c.priority <= alerts.c.priority)
    .where(acknowledgements.c.revoked_at.is_(None))
    .correlate(alerts)
    .scalar_subquery()
)
_IN_HAND = exists().where(
    acknowledgements.c.alert_id == alerts.c.alert_id,
    acknowledgements.c.priority <= alerts.c.priority,
    acknowledgements.c.revoked_at.is_(None),
)
_COLUMNS = select(
    alerts.c.alert_id,
    cases.c.reference,
    alerts.c.mechanism,
    alerts.c.mandate,
    alerts.c.priority,
    alerts.c.recipients,
    alerts.c.reply_by,
).join(cases, cases.c.case_id == alerts.c.case_id)
_LINES = (
    _COLUMNS.add_columns(_ACKNOWLEDGED.label("acknowledged_at"))
    .where(alerts.c.state == "raised")
    .order_by(_ACKNOWLEDGED.is_not(None), alerts.c.priority, alerts.c.reply_by, alerts.c.alert_id)
)


def raised(connection: Connection, case_id: str | None = None) -> list[RaisedLine]:
    """Those that nobody has taken in hand first, the most urgent before."""
    query = _LINES if case_id is None else _LINES.where(alerts.c.case_id == case_id)
    return [RaisedLine(*row) for row in connection.execute(query.limit(PAGE))]


def unanswered(connection: Connection, now: datetime, most: int) -> list[RaisedLine]:
    """Those that nobody has taken in hand although the time to answer is over, the most urgent first."""
    late = (alerts.c.state == constant("raised"), alerts.c.reply_by < now, ~_IN_HAND)
    query = _COLUMNS.where(*late).order_by(alerts.c.priority, alerts.c.reply_by, alerts.c.alert_id)
    return [RaisedLine(*row, None) for row in connection.execute(query.limit(most))]


def beginning_with(connection: Connection, prefix: str) -> list[str]:
    """The ids of alerts that begin so; at most two are read."""
    if not prefix.isalnum():
        return []
    wanted = alerts.c.alert_id.startswith(prefix.lower(), autoescape=True)
    return list(connection.execute(select(alerts.c.alert_id).where(wanted).limit(2)).scalars())
