"""How long mails take, as metrics: measured where a delivery changes, whoever saw it change."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from tocsin.runtime import metrics
from tocsin.store.tables import delivery_history
from tocsin.store.tables.columns import Time
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState, MailKind
from tocsin_schemas.vocabulary import Priority

_URGENT = (Priority.P1.value, Priority.P2.value)
_GATHERED = (MailKind.BUNDLE, MailKind.DIGEST)
_PUT_OFF = [cause.value for cause in (DeliveryCause.QUIET_HOURS, DeliveryCause.BUNDLED)]
_h = delivery_history.c
_ACCEPTED_AT = select(func.min(_h.at, type_=Time)).where(
    _h.delivery_id == bindparam("d"), _h.state == DeliveryState.ACCEPTED.value
)
_WAS_PUT_OFF = select(_h.id).where(_h.delivery_id == bindparam("d"), _h.cause.in_(_PUT_OFF)).limit(1)


def measure(
    connection: Connection,
    delivery_id: str,
    kind: MailKind,
    priority: str,
    requested_at: datetime | None,
    states: Sequence[DeliveryState],
    now: datetime,
) -> None:
    """Call it before the new state is recorded. What waited on purpose says nothing of how fast mail leaves.

    states: the one before and the one now.
    """
    before, state = states
    if requested_at is None or state not in (DeliveryState.ACCEPTED, DeliveryState.DELIVERED):
        return
    accepted_at: datetime | None = connection.execute(_ACCEPTED_AT, {"d": delivery_id}).scalar()
    is_urgent = priority in _URGENT
    if accepted_at is None and before is not DeliveryState.DEFERRED and not _waited(connection, delivery_id, kind):
        metrics.mail("accepted", is_urgent, (now - requested_at).total_seconds())
    if state is DeliveryState.DELIVERED:
        metrics.mail("delivered", is_urgent, (now - (accepted_at or now)).total_seconds())


def _waited(connection: Connection, delivery_id: str, kind: MailKind) -> bool:
    return kind in _GATHERED or connection.execute(_WAS_PUT_OFF, {"d": delivery_id}).first() is not None
