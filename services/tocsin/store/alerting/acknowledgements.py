"""Who has taken an alert in hand. What becomes more urgent must be taken in hand again; what is taken back is kept."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, select, update

from tocsin.store.alerting.alerts import Alert
from tocsin.store.tables import acknowledgements, alerts
from tocsin.store.tables.columns import Time

_STANDS = acknowledgements.c.revoked_at.is_(None)
_OF_ALERT = acknowledgements.c.alert_id == bindparam("a")
_ANSWERED = exists().where(
    acknowledgements.c.alert_id == alerts.c.alert_id, acknowledgements.c.priority <= alerts.c.priority, _STANDS
)
_AWAITED = select(*(alerts.c[field] for field in Alert.__dataclass_fields__)).where(
    alerts.c.alert_id == bindparam("a"), alerts.c.state == "raised", ~_ANSWERED
)
_IN_HAND = (
    select(acknowledgements.c.recipient_id)
    .where(_OF_ALERT, acknowledgements.c.priority <= bindparam("p"), _STANDS)
    .order_by(acknowledgements.c.id)
)
_NUMBER = select(func.count()).where(_OF_ALERT)
_REVOKE = (
    update(acknowledgements)
    .where(
        acknowledgements.c.alert_id.in_(bindparam("alerts", expanding=True)),
        acknowledgements.c.recipient_id == bindparam("r"),
        _STANDS,
    )
    .values(revoked_at=bindparam("at"))
    .returning(acknowledgements.c.alert_id)
)


def add(connection: Connection, alert_id: str, priority: str, recipient_id: str | None, now: datetime) -> bool:
    """Note that somebody has an alert in hand; tells whether that was not known. Lock the alert's case before.

    priority: as urgent as they know it to be. recipient_id: None if the mechanism acted.
    """
    if recipient_id in by_whom(connection, alert_id, priority):
        return False
    row = {"alert_id": alert_id, "priority": priority, "recipient_id": recipient_id, "acknowledged_at": now}
    connection.execute(acknowledgements.insert(), row)
    return True


def revoke(connection: Connection, alert_ids: Collection[str], recipient_id: str, now: datetime) -> set[str]:
    """A person takes back that they have these alerts in hand; returns those of which they had said so."""
    return set(connection.execute(_REVOKE, {"alerts": sorted(alert_ids), "r": recipient_id, "at": now}).scalars())


def has_revoked(connection: Connection, alert_id: str, recipient_id: str) -> bool:
    """Whether this person has ever taken back that they have the alert in hand."""
    taken_back = select(acknowledgements.c.id).where(
        acknowledgements.c.alert_id == alert_id, acknowledgements.c.recipient_id == recipient_id, ~_STANDS
    )
    return connection.execute(taken_back.limit(1)).first() is not None


def number(connection: Connection, alert_id: str) -> int:
    """How often the alert was taken in hand, those that were taken back among them."""
    return int(connection.execute(_NUMBER, {"a": alert_id}).scalar_one())


def awaited(connection: Connection, alert_id: str) -> Alert | None:
    """The alert, if it is raised and nobody has taken it in hand knowing that it is as urgent as it is."""
    row = connection.execute(_AWAITED, {"a": alert_id}).first()
    return None if row is None else Alert(*row)


def is_answered(connection: Connection, alert_id: str, priority: str) -> bool:
    """Whether somebody has the alert in hand knowing that it is as urgent as this."""
    return bool(by_whom(connection, alert_id, priority))


def by_whom(connection: Connection, alert_id: str, priority: str) -> list[str | None]:
    """Who has the alert in hand, knowing that it is as urgent as this, in order; None: the mechanism acted."""
    return list(connection.execute(_IN_HAND, {"a": alert_id, "p": priority}).scalars())


def of_case(connection: Connection, case_id: str) -> dict[str, datetime]:
    """Since when each alert of a case is in hand, as urgent as it is now."""
    both = acknowledgements.join(alerts, alerts.c.alert_id == acknowledgements.c.alert_id)
    since = func.min(acknowledgements.c.acknowledged_at, type_=Time)
    query = select(alerts.c.alert_id, since).select_from(both)
    stands = (acknowledgements.c.priority <= alerts.c.priority) & _STANDS
    found = connection.execute(query.where(alerts.c.case_id == case_id, stands).group_by(alerts.c.alert_id))
    return dict(found.all())
