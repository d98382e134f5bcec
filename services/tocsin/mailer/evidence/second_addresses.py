"""Turning to the second address of a person whom a mail to the first has not reached."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import Connection

from tocsin.domain.following.delivery import FAILED
from tocsin.store.alerting.alerts import Alert
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.mail import deliveries, gathering, threads
from tocsin.store.mail.deliveries import Delivery, Wanted
from tocsin.store.mail.delivery_changes import locked
from tocsin_schemas.deliveries import Channel, DeliveryCause, DeliveryState, MailKind
from tocsin_schemas.vocabulary import Priority

_GATHERING = timedelta(seconds=5)
"""How long what one bundle carried in vain gathers in the next."""


def is_asked_for(connection: Connection, deployment: Deployment, of: Delivery, alert: Alert, now: datetime) -> bool:
    """Ask for the mail at the second address; tells whether it goes there, now or since earlier, and has not failed.

    False if the person has no second address, or if ``of`` was written to it.
    """
    if of.channel != Channel.EMAIL or not _exists(connection, deployment, of.recipient_id, now):
        return False
    wanted = _wanted(connection, deployment, of, alert)
    if deliveries.request(connection, deployment.identities, wanted, now):
        if of.carried_by is not None:
            at = now + _GATHERING
            carrier_id = _carrier(connection, deployment, of.carried_by, wanted, at, now)
            gathering.carry(connection, deployment.identities, wanted, carrier_id, at, now)
        return True
    earlier = deliveries.find(connection, wanted.delivery_id)
    return earlier is not None and earlier.state not in FAILED


def _exists(connection: Connection, deployment: Deployment, recipient_id: str, now: datetime) -> bool:
    try:
        found = entries.find_sound(connection, deployment, recipient_id)
    except entries.Altered as altered:
        entries.queue_altered(connection, altered, now)
        return False
    return found is not None and Channel.BACKUP_EMAIL in found.address_digests


def _wanted(connection: Connection, deployment: Deployment, of: Delivery, alert: Alert) -> Wanted:
    channel = Channel.BACKUP_EMAIL
    return Wanted(
        delivery_id=deployment.identities.delivery(alert.alert_id, of.recipient_id, channel.value, of.round),
        alert_id=alert.alert_id,
        case_id=alert.case_id,
        recipient_id=of.recipient_id,
        round=of.round,
        kind=of.kind,
        priority=Priority(of.priority),
        reply_by=threads.thread_of(connection, of).terms.reply_by,
        update_cause=of.update_cause,
        channel=channel,
        cause=DeliveryCause.UNDELIVERED,
    )


def _carrier(
    connection: Connection, deployment: Deployment, failed: str, item: Wanted, at: datetime, now: datetime
) -> str:
    """The bundle to the second address for what ``failed`` carried: still one mail, not one for each alert."""
    for number in count():
        carrier_id = deployment.identities.carrier(MailKind.BUNDLE.value, item.recipient_id, f"{failed} {number}")
        carrier = replace(
            item,
            delivery_id=carrier_id,
            alert_id=None,
            case_id=None,
            round=0,
            kind=MailKind.BUNDLE,
            reply_by=None,
            update_cause=None,
            not_before=at,
        )
        if deliveries.request(connection, deployment.identities, carrier, now):
            break
        known = locked(connection, carrier_id)  # or a sender takes it up while something joins it, and leaves without
        if known is not None and known.state is DeliveryState.REQUESTED and not known.possible_repeat:
            break
    return carrier_id
