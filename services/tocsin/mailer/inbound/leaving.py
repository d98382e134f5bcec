"""A mail to where a digest says that it is left: operators are told, for only two administrators change an entry.

Mail programs write it themselves when their reader presses a button, some as an automatic mail. It is kept like any
other mail, and stops nothing by itself: whoever has read the digest's header could have written it.
"""

from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain import asking
from tocsin.mailer.inbound.mail import Received
from tocsin.store.mail.deliveries import Delivery
from tocsin.store.matching import reviews
from tocsin_schemas.deliveries import MailKind

SUBJECT = "unsubscribe"
"""As the header of a digest asks for."""
REVIEW = "digest_unwanted"


def digest_left(mail: Received, delivery: Delivery | None) -> Delivery | None:
    """The digest, if the mail wishes no more of them. delivery: which it answers, by its token."""
    if delivery is None or delivery.kind is not MailKind.DIGEST or mail.incoming is None:
        return None
    return delivery if mail.incoming.subject.strip().casefold() == SUBJECT else None


def tell_operators(connection: Connection, delivery: Delivery, genuine: bool, now: datetime) -> None:
    """genuine: whether the person who had the digest is proved to have written it."""
    reason = (asking.NO_DIGEST if genuine else asking.NO_DIGEST_UNPROVED)(person=delivery.recipient_id)
    reviews.request_of(connection, REVIEW, delivery.recipient_id, reason, now, None)
