"""Keeps a mail, and does what follows from it, in one transaction."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from tocsin.domain import asking
from tocsin.domain.following.replies import Phrasebook, ReplyKind, classify
from tocsin.mailer.inbound import away as inbound_away
from tocsin.mailer.inbound import leaving as inbound_leaving
from tocsin.mailer.inbound import reports as inbound_reports
from tocsin.mailer.inbound.mail import Received
from tocsin.mailer.inbound.origin import is_from
from tocsin.mailer.inbound.placing import Place, place
from tocsin.store.alerting import alerts
from tocsin.store.casework import cases
from tocsin.store.casework.locks import lock_found
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.directory.entries import Altered, Erased
from tocsin.store.mail import inbound
from tocsin.store.mail.deliveries import Delivery
from tocsin.store.mail.inbound import Inbound
from tocsin.store.matching import reviews
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.vocabulary import Priority

_URGENT = (Priority.P1, Priority.P2)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where mail goes that came in."""

    engine: Engine
    deployment: Deployment
    book: Phrasebook

    def record(self, mail: Received, is_signed: bool, now: datetime) -> str:
        """Keep a mail; returns its kind, or ``repeat``. Raises SQLAlchemyError or OSError if it cannot be kept.

        What goes wrong beside that must not lose the mail: it is then kept without being placed.
        """
        try:
            with unit_of_work(self.engine) as connection:
                return self._record(connection, mail, is_signed, now)
        except (SQLAlchemyError, OSError):
            raise
        except Exception as error:  # whatever it is, the mail comes first
            log.error("a mail is kept without being placed", exc_info=error)
            with unit_of_work(self.engine) as connection:
                kept = self._keep(connection, mail, ReplyKind.UNKNOWN, Place(), False, is_signed, now)
                self._ask_to_read(connection, ReplyKind.UNKNOWN, Place(), False, now)
                return ReplyKind.UNKNOWN if kept else "repeat"

    def _record(self, connection: Connection, mail: Received, is_signed: bool, now: datetime) -> str:
        found = place(connection, self.deployment.identities, mail)
        lock_found(connection, lambda: self._cases(connection, found))
        kind = ReplyKind.UNKNOWN if mail.incoming is None else classify(mail.incoming, self.book)
        genuine = is_signed and kind is ReplyKind.REPLY and self._is_genuine(connection, mail, found.delivery, now)
        absence = inbound_away.known(connection, found.delivery) if found.delivery else None
        if not self._keep(connection, mail, kind, found, genuine, is_signed, now):
            return "repeat"
        if left := inbound_leaving.digest_left(mail, found.delivery):
            inbound_leaving.tell_operators(connection, left, genuine, now)
        elif kind in inbound.BY_PERSONS:
            self._ask_to_read(connection, kind, found, genuine, now)
        if found.delivery is not None and kind is ReplyKind.DELIVERY_STATUS:
            identities = self.deployment.identities
            inbound_reports.observe(connection, identities, found.delivery, mail.status, is_signed, now)
        if absence is not None and kind is ReplyKind.OUT_OF_OFFICE:
            inbound_away.delegate(connection, self.deployment, absence, now)
        return kind

    def _keep(
        self,
        connection: Connection,
        mail: Received,
        kind: ReplyKind,
        found: Place,
        genuine: bool,
        is_signed: bool,
        now: datetime,
    ) -> bool:
        """What is not signed, or answers another mail, never passes for a repeat."""
        delivery = found.delivery
        of = delivery.delivery_id if delivery else ""
        digest = self.deployment.identities.digest(f"inbound.1\x1f{is_signed}\x1f{of}\x1f".encode() + mail.identity)
        row = Inbound(
            inbound_id=digest[:32],
            digest=digest,
            kind=kind.value,
            is_genuine=genuine,
            delivery_id=delivery.delivery_id if delivery else None,
            alert_id=delivery.alert_id if delivery else None,
            case_id=found.case_id,
            recipient_id=delivery.recipient_id if delivery else None,
            received_at=now,
        )
        return inbound.keep(connection, self.deployment.vault, row, mail.kept, now)

    def _is_genuine(self, connection: Connection, mail: Received, delivery: Delivery | None, now: datetime) -> bool:
        if delivery is None:
            return False
        person, channel = delivery.recipient_id, Channel(delivery.channel)
        try:
            return is_from(mail, entries.address_of(connection, self.deployment, person, channel))
        except Altered as altered:
            entries.queue_altered(connection, altered, now)
        except (Erased, InvalidTag):
            pass
        return False

    def _ask_to_read(self, connection: Connection, kind: ReplyKind, found: Place, genuine: bool, now: datetime) -> None:
        """Of what is urgent, or belongs to no case that is known, somebody is to read it."""
        reason = (asking.CAME_PROVED if genuine else asking.CAME_UNPROVED)(came=kind)
        concerned = self._cases(connection, found)
        for case_id in sorted(concerned):
            if _is_urgent(connection, case_id):
                reviews.request_of(connection, inbound.RECEIVED, case_id, reason, now, case_id)
        if not concerned:
            said = asking.CAME_ASTRAY(came=kind)
            reviews.request_of(connection, inbound.RECEIVED, inbound.NO_CASE, said, now, None)

    def _cases(self, connection: Connection, found: Place) -> Collection[str]:
        """The case that a mail is about, or those of the alerts that the mail which it answers carried."""
        if found.case_id is not None:
            return {found.case_id}
        ids = inbound.alerts_of(connection, found.delivery.delivery_id) if found.delivery else []
        carried = (alerts.get(connection, alert_id) for alert_id in ids)
        return {cases.current(connection, alert.case_id) for alert in carried if alert is not None}


def _is_urgent(connection: Connection, case_id: str) -> bool:
    found = alerts.of_case(connection, case_id).values()
    return any(alert.state == "raised" and alert.priority in _URGENT for alert in found)
