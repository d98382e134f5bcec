"""The raised alerts as operators see them: whether somebody has taken them in hand, and until when they wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from tocsin.store.tables import acknowledgements, alerts, cases

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
_LINES = (
    select(
        alerts.c.alert_id,
        cases.c.reference,
        alerts.c.mechanism,
        alerts.c.mandate,
        alerts.c.priority,
        alerts.c.recipients,
        alerts.c.reply_by,
        _ACKNOWLEDGED.label("acknowledged_at"),
    )
    .join(cases, cases.c.case_id == alerts.c.case_id)
    .where(alerts.c.state == "raised")
    .order_by(_ACKNOWLEDGED.is_not(None), alerts.c.priority, alerts.c.reply_by, alerts.c.alert_id)
)


def raised(connection: Connection, case_id: str | None = None) -> list[RaisedLine]:
    """Those that nobody has taken in hand first, the most urgent before."""
    query = _LINES if case_id is None else _LINES.where(alerts.c.case_id == case_id)
    return [RaisedLine(*row) for row in connection.execute(query.limit(PAGE))]


def beginning_with(connection: Connection, prefix: str) -> list[str]:
    """The ids of alerts that begin so; at most two are read."""
    if not prefix.isalnum():
        return []
    wanted = alerts.c.alert_id.startswith(prefix.lower(), autoescape=True)
    return list(connection.execute(select(alerts.c.alert_id).where(wanted).limit(2)).scalars())
