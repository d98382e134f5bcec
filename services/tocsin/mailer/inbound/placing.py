"""Which of our mails a mail answers: by the token of its address; else only which case it seems to speak of."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from tocsin.domain.identifiers import Identities
from tocsin.mailer.inbound.mail import Received
from tocsin.mailer.reply_addresses import delivery_of
from tocsin.store.casework import cases
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Delivery

_ROOT = re.compile(r"<case\.([0-9a-f]{32})@", re.IGNORECASE)
_REFERENCE = re.compile(r"\bHRD-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """delivery: the mail that it answers, which only its reader could name. case_id: the case to list it under."""

    delivery: Delivery | None = None
    case_id: str | None = None


def place(connection: Connection, identities: Identities, mail: Received) -> Place:
    """By the token; else by the root of the thread; else by the reference in the subject, which anybody can write."""
    delivery_id = delivery_of(identities, mail.named)
    delivery = None if delivery_id is None else deliveries.find(connection, delivery_id)
    if delivery is not None:
        return Place(delivery, None if delivery.case_id is None else cases.current(connection, delivery.case_id))
    return Place(None, _by_thread(connection, mail) or _by_subject(connection, mail))


def _by_thread(connection: Connection, mail: Received) -> str | None:
    for case_id in dict.fromkeys(_ROOT.findall(mail.references.lower())[:20]):
        if cases.exists(connection, case_id):
            return cases.current(connection, case_id)
    return None


def _by_subject(connection: Connection, mail: Received) -> str | None:
    named = _REFERENCE.search(mail.incoming.subject) if mail.incoming else None
    case = cases.by_reference(connection, named[0]) if named else None
    return None if case is None else cases.current(connection, case.case_id)
