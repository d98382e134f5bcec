"""Persons whom an alert names as told, and whom no mail of it was sent to."""

from sqlalchemy import Connection, bindparam, case, func, select

from tocsin.store.tables import deliveries
from tocsin_schemas.deliveries import DeliveryState

_LIVE = func.sum(case((deliveries.c.state == DeliveryState.CANCELLED, 0), else_=1))
_UNTOLD = (
    select(deliveries.c.recipient_id)
    .where(deliveries.c.alert_id == bindparam("a"))
    .group_by(deliveries.c.recipient_id)
    .having(_LIVE == 0)
)


def of_alert(connection: Connection, alert_id: str) -> set[str]:
    """Those all of whose mails were withheld, as when somebody else had the alert in hand before they left."""
    return set(connection.execute(_UNTOLD, {"a": alert_id}).scalars())
