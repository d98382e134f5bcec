"""How many deliveries are claimed at once: as many as are written well within the time of a claim."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, select

from tocsin.store.mail.delivery_changes import Delivery
from tocsin.store.tables import deliveries

_MOST = 1000
"""Alerts that the mails of one batch tell: a bundle may tell of a thousand by itself."""
_LOAD = (
    select(deliveries.c.carried_by, func.count())
    .where(deliveries.c.carried_by.in_(bindparam("carriers", expanding=True)))
    .group_by(deliveries.c.carried_by)
)


def at_once(connection: Connection, found: Sequence[Delivery]) -> list[Delivery]:
    """Of those that are due, from the first on; at least one if there is one."""
    carriers = [delivery.delivery_id for delivery in found if delivery.alert_id is None]
    if not carriers:
        return list(found)
    rows = connection.execute(_LOAD, {"carriers": carriers})
    loads: dict[str, int] = {row[0]: row[1] for row in rows}
    total = 0
    for number, delivery in enumerate(found):
        total += loads.get(delivery.delivery_id, 1)
        if number and total > _MOST:
            return list(found[:number])
    return list(found)
