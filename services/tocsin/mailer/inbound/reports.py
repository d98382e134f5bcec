"""What a mail server reports of our mails (RFC 3464). Only of what went by SMTP: the other provider tells itself."""

import re
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.following.delivery import settle
from tocsin.domain.following.replies import STATE_OF_ACTION
from tocsin.domain.identifiers import Identities
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Delivery, Observation
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState

BY_SMTP = "smtp"
_ACTION = re.compile(r"^action:\s*([a-z]+)", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"^status:\s*([245]\.\d{1,3}\.\d{1,3})\b", re.IGNORECASE | re.MULTILINE)


def observe(
    connection: Connection, identities: Identities, of: Delivery, status: str, is_signed: bool, now: datetime
) -> bool:
    """Move the delivery to the furthest that is reported; tells whether it moved.

    is_signed: the provider vouches for the post. Without, a report may only say that a mail did not arrive: somebody
    else is then turned to, while a forged "delivered" would let everybody wait.
    """
    states = {
        STATE_OF_ACTION[action.lower()] for action in _ACTION.findall(status) if action.lower() in STATE_OF_ACTION
    }
    if not is_signed:
        states.discard(DeliveryState.DELIVERED)
    if not states or of.provider != BY_SMTP:
        return False
    code = next(iter(_CODE.findall(status)), "")
    seen = Observation(settle(states), DeliveryCause.DELIVERY_STATUS, code)
    return deliveries.observe(connection, identities, of.delivery_id, seen, now)
