"""Bundles and digests: a delivery that carries others. What it carries has left if it has."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, case, delete, select, update

from tocsin.domain.identifiers import Identities
from tocsin.store.database import insert_if_absent
from tocsin.store.mail import deliveries as mails
from tocsin.store.mail.deliveries import Wanted
from tocsin.store.mail.delivery_changes import COLUMNS, Delivery, Observation, delivery_from, locked, move, observe_row
from tocsin.store.tables import deliveries, disclosures
from tocsin.store.tables.mail import digests
from tocsin_schemas.deliveries import Channel, DeliveryCause, DeliveryState, MailKind
from tocsin_schemas.vocabulary import Priority

CARRIERS = frozenset({MailKind.BUNDLE, MailKind.DIGEST})
"""Kinds of mail that carry what alerts ask for."""
_STAYS = deliveries.c.state == DeliveryState.REQUESTED.value, deliveries.c.possible_repeat.is_(False)
"""Nobody has taken it up, and it cannot have left."""
_OPEN_BUNDLE = (
    select(*COLUMNS)
    .where(deliveries.c.recipient_id == bindparam("person"), deliveries.c.kind == MailKind.BUNDLE.value, *_STAYS)
    .where(deliveries.c.channel == Channel.EMAIL.value)
    .order_by(deliveries.c.requested_at.desc(), deliveries.c.delivery_id)
    .limit(1)
    .with_for_update()
)
_CARRIERS: BindParameter[str] = bindparam("carriers", expanding=True)
_CARRIED = (
    select(*COLUMNS)
    .where(deliveries.c.carried_by.in_(_CARRIERS), deliveries.c.state == DeliveryState.CARRIED.value)
    .order_by(deliveries.c.priority, deliveries.c.requested_at, deliveries.c.round, deliveries.c.delivery_id)
)
_JOIN = update(deliveries).where(deliveries.c.delivery_id == bindparam("item")).values(carried_by=bindparam("carrier"))
_AT = bindparam("at", type_=deliveries.c.next_attempt_at.type)
_HASTEN = (
    update(deliveries)
    .where(deliveries.c.delivery_id == bindparam("carrier"))
    .values(
        priority=case((deliveries.c.priority > bindparam("p"), bindparam("p")), else_=deliveries.c.priority),
        next_attempt_at=case((deliveries.c.next_attempt_at > _AT, _AT), else_=deliveries.c.next_attempt_at),
    )
)


def bundle_for(connection: Connection, identities: Identities, item: Wanted, at: datetime, now: datetime) -> str:
    """The bundle that is to carry ``item``: the one that its reader is to get anyway, or a new one.

    at: when it leaves at the latest. Lock the reader before, so that two of them do not come about.
    """
    row = connection.execute(_OPEN_BUNDLE, {"person": item.recipient_id}).first()
    if row is not None:
        return delivery_from(row).delivery_id
    bundle_id = identities.carrier(MailKind.BUNDLE.value, item.recipient_id, item.delivery_id)
    _request(connection, identities, MailKind.BUNDLE, bundle_id, item, at, now)
    return bundle_id


def digest_for(
    connection: Connection, identities: Identities, item: Wanted, day: str, at: datetime, now: datetime
) -> str | None:
    """The digest of that day of its reader's calendar; None if it has been taken up, and carries nothing more."""
    digest_id = identities.carrier(MailKind.DIGEST.value, item.recipient_id, day)
    if insert_if_absent(connection, digests, recipient_id=item.recipient_id, day=day, delivery_id=digest_id):
        _request(connection, identities, MailKind.DIGEST, digest_id, item, at, now)
        return digest_id
    known = locked(connection, digest_id)
    is_open = known is not None and known.state is DeliveryState.REQUESTED and not known.possible_repeat
    return digest_id if is_open else None


def carry(
    connection: Connection, identities: Identities, item: Wanted, carrier_id: str, at: datetime, now: datetime
) -> None:
    """Let the carrier, which is locked, tell of ``item``, which has just been asked for; not later than ``at``."""
    connection.execute(_JOIN, {"item": item.delivery_id, "carrier": carrier_id})
    connection.execute(_HASTEN, {"carrier": carrier_id, "p": item.priority.value, "at": at})
    asked = locked(connection, item.delivery_id)
    assert asked is not None, "it was asked for in this transaction"
    observe_row(connection, identities, asked, Observation(DeliveryState.CARRIED, DeliveryCause.BUNDLED), now)


def carried(connection: Connection, carrier_ids: Collection[str]) -> list[Delivery]:
    """What these bundles and digests are to tell, the most urgent first."""
    return [delivery_from(row) for row in connection.execute(_CARRIED, {"carriers": list(carrier_ids)})]


def leave_out(
    connection: Connection, identities: Identities, item: Delivery, cause: DeliveryCause, detail: str, now: datetime
) -> bool:
    """What carries ``item`` does not tell it after all, and nothing else does."""
    cancelled = Observation(DeliveryState.CANCELLED, cause, detail)
    return observe_row(connection, identities, item, cancelled, now)


def release(
    connection: Connection, identities: Identities, carrier: Delivery, cause: DeliveryCause, now: datetime
) -> list[Delivery]:
    """What a carrier that was stopped before it left was to tell goes in mails of its own.

    If an earlier attempt may have left, what it carried is cancelled with it: returns this, for a person to decide.
    """
    items = carried(connection, [carrier.delivery_id])
    if carrier.possible_repeat:
        return [i for i in items if leave_out(connection, identities, i, cause, "stopped-together", now)]
    ids = [item.delivery_id for item in items]
    connection.execute(delete(disclosures).where(disclosures.c.delivery_id.in_(ids)))
    connection.execute(update(deliveries).where(deliveries.c.delivery_id.in_(ids)).values(carried_by=None))
    alone = Observation(DeliveryState.REQUESTED, cause, next_attempt_at=now)
    for item in items:
        move(connection, identities, item, alone, now)
    return []


def _request(
    connection: Connection,
    identities: Identities,
    kind: MailKind,
    delivery_id: str,
    item: Wanted,
    at: datetime,
    now: datetime,
) -> None:
    carrier = Wanted(
        delivery_id=delivery_id,
        alert_id=None,
        case_id=None,
        recipient_id=item.recipient_id,
        round=0,
        kind=kind,
        priority=Priority(item.priority),
        cause=DeliveryCause.BUNDLED,
        not_before=at,
    )
    mails.request(connection, identities, carrier, now)
