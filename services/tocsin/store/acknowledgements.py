"""Who has taken an alert in hand. What becomes more urgent must be taken in hand again."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select

from tocsin.store.alerts import Alert
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
