"""Who has taken an alert in hand. What becomes more urgent must be taken in hand again."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, select

from tocsin.store.alerts import Alert
from tocsin.store.columns import Time
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import acknowledgements, alerts

_ANSWERED = exists().where(
    acknowledgements.c.alert_id == alerts.c.alert_id, acknowledgements.c.priority <= alerts.c.priority
)
_AWAITED = select(*(alerts.c[field] for field in Alert.__dataclass_fields__)).where(
    alerts.c.alert_id == bindparam("a"), alerts.c.state == "raised", ~_ANSWERED
)


def add(connection: Connection, alert_id: str, priority: str, recipient_id: str | None, now: datetime) -> bool:
    """Tells whether nobody had answered at this priority until now. recipient_id: None if the mechanism acted."""
    row = {"alert_id": alert_id, "priority": priority, "recipient_id": recipient_id, "acknowledged_at": now}
    return insert_if_absent(connection, acknowledgements, **row)


def awaited(connection: Connection, alert_id: str) -> Alert | None:
    """The alert, if it is raised and nobody has taken it in hand knowing that it is as urgent as it is."""
    row = connection.execute(_AWAITED, {"a": alert_id}).first()
    return None if row is None else Alert(*row)


def is_answered(connection: Connection, alert_id: str, priority: str) -> bool:
    """Whether somebody has taken the alert in hand knowing that it is as urgent as this."""
    query = select(acknowledgements.c.alert_id).where(
        acknowledgements.c.alert_id == alert_id, acknowledgements.c.priority <= priority
    )
    return connection.execute(query.limit(1)).first() is not None


def of_case(connection: Connection, case_id: str) -> dict[str, datetime]:
    """Since when each alert of a case is in hand, as urgent as it is now."""
    both = acknowledgements.join(alerts, alerts.c.alert_id == acknowledgements.c.alert_id)
    since = func.min(acknowledgements.c.acknowledged_at, type_=Time)
    query = select(alerts.c.alert_id, since).select_from(both)
    of_its_priority = acknowledgements.c.priority <= alerts.c.priority
    found = connection.execute(query.where(alerts.c.case_id == case_id, of_its_priority).group_by(alerts.c.alert_id))
    return dict(found.all())
