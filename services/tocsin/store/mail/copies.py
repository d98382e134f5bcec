"""The copies of a mail that a provider is known to have taken. Two of one delivery are twins: somebody was told twice.

A copy is noted whoever tells of it first: the provider's answer, an event of its, or its log.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from tocsin.store.auditing import audit
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import delivery_history, sent_copies
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState

SENDGRID = "sendgrid"
CHAIN = "mailer"


@dataclass(frozen=True, slots=True)
class Copy:
    """provider_message_id: see ``copy_id``. attempt: of the delivery, by which this copy left."""

    provider_message_id: str
    provider: str
    delivery_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Twin:
    """A delivery of which more than one copy was taken. labelled: each but the first says "possible repeat"."""

    delivery_id: str
    copies: int
    labelled: bool


def copy_id(provider: str, message_id: str) -> str:
    """What names a copy at its provider. To the id of its answer SendGrid adds, after a dot, how it travelled."""
    return (message_id.partition(".")[0] if provider == SENDGRID else message_id)[:200]


def record(connection: Connection, copy: Copy, now: datetime) -> bool:
    """Note a copy; False if it is known. A twin gets one line in the audit log when it is first seen."""
    if not insert_if_absent(connection, sent_copies, **asdict(copy), seen_at=now):
        return False
    for twin in _twins(connection, [copy.delivery_id]):
        detail = {"copies": twin.copies, "labelled": twin.labelled, "provider": copy.provider}
        audit.append(connection, CHAIN, "twin-found", copy.delivery_id, detail, now)
    return True


def owners(connection: Connection, copy_ids: Collection[str]) -> dict[str, str]:
    """Of each known copy its delivery."""
    query = select(sent_copies.c.provider_message_id, sent_copies.c.delivery_id)
    rows = connection.execute(query.where(sent_copies.c.provider_message_id.in_(list(copy_ids))))
    return {row.provider_message_id: row.delivery_id for row in rows}


def twins(connection: Connection) -> list[Twin]:
    """Every delivery of which more than one copy was taken."""
    twice = select(sent_copies.c.delivery_id).group_by(sent_copies.c.delivery_id).having(func.count() > 1)
    return _twins(connection, list(connection.execute(twice.order_by(sent_copies.c.delivery_id)).scalars()))


def _twins(connection: Connection, delivery_ids: Collection[str]) -> list[Twin]:
    attempts: dict[str, list[int]] = defaultdict(list)
    query = select(sent_copies.c.delivery_id, sent_copies.c.attempt).where(sent_copies.c.delivery_id.in_(delivery_ids))
    for row in connection.execute(query.order_by(sent_copies.c.attempt)):
        attempts[row.delivery_id].append(row.attempt)
    found = {delivery_id: made for delivery_id, made in attempts.items() if len(made) > 1}
    if not found:
        return []
    doubted = _first_doubted(connection, found)
    return [
        Twin(delivery_id, len(made), delivery_id in doubted and made[1] > doubted[delivery_id])
        for delivery_id, made in sorted(found.items())
    ]


def _first_doubted(connection: Connection, delivery_ids: Iterable[str]) -> dict[str, int]:
    """The attempt after which a delivery was first asked for again in doubt: every later one is labelled."""
    query = (
        select(delivery_history.c.delivery_id, func.min(delivery_history.c.attempt).label("attempt"))
        .where(delivery_history.c.delivery_id.in_(list(delivery_ids)))
        .where(delivery_history.c.state == DeliveryState.REQUESTED.value)
        .where(delivery_history.c.cause.in_([cause.value for cause in _SENT_AGAIN]))
        .group_by(delivery_history.c.delivery_id)
    )
    return {row.delivery_id: row.attempt for row in connection.execute(query)}


_SENT_AGAIN = (DeliveryCause.OUTCOME_UNKNOWN, DeliveryCause.OPERATOR)
