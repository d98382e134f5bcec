"""An office whose undelivered mails are watched: mails put into any state, and what the watch made of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from builders import an_entry
from directories import put_recipient
from mailing import MANDATE, Office
from tocsin.mailer.evidence.watching import Watching
from tocsin.store import tables
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import DueTime, Kind
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Delivery, Observation, Wanted
from tocsin_schemas.deliveries import Channel, DeliveryCause, DeliveryState, MailKind
from tocsin_schemas.vocabulary import Priority

PATIENCE = timedelta(minutes=10)
FIRST, SECOND = "desk@mechanism.example", "private@mechanism.example"


@dataclass
class Desk:
    """An office with a watch, and an alert whose next step is due in an hour."""

    office: Office
    wakes: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        office = self.office
        self.began, self.due_id = office.now, "0d" * 16
        wake = lambda: self.wakes.append(office.now)  # noqa: E731 - a fake of one line
        self.watching = Watching(office.engine, office.deployment, PATIENCE, office.clock, wake)
        due = DueTime(
            self.due_id,
            Kind.ESCALATION,
            office.case.case_id,
            office.alert_id,
            MANDATE,
            1,
            self.began + timedelta(hours=1),
        )
        with unit_of_work(office.engine) as connection:
            due_times.schedule(connection, [due], self.began)

    def request(self, address: str = FIRST, second: str | None = None, **over: Any) -> str:
        """Ask for a mail to somebody who may have a second address."""
        addresses = {Channel.EMAIL: address} | ({Channel.BACKUP_EMAIL: second} if second else {})
        round_, kind = over.get("round_", 0), over.get("kind", MailKind.ALERT)
        with unit_of_work(self.office.engine) as connection:
            entry = an_entry(address, [MANDATE], addresses=addresses)
            person = put_recipient(connection, self.office.deployment, entry, self.office.now)
            identities = self.office.deployment.identities
            delivery_id = identities.delivery(self.office.alert_id, person, "email", round_)
            ids = (delivery_id, self.office.alert_id, self.office.case.case_id, person)
            wanted = Wanted(*ids, round_, kind, over.get("priority", Priority.P1), self.began + timedelta(hours=5))
            deliveries.request(connection, identities, wanted, self.office.now)
        return delivery_id

    def put(self, delivery_id: str, state: DeliveryState, **over: Any) -> None:
        """Let it stand so, by whatever way it came there."""
        here = tables.deliveries.c.delivery_id == delivery_id
        with unit_of_work(self.office.engine) as connection:
            connection.execute(update(tables.deliveries).where(here).values(state=state.value, **over))

    def observe(self, delivery_id: str, state: DeliveryState) -> None:
        with unit_of_work(self.office.engine) as connection:
            seen = Observation(state, DeliveryCause.WEBHOOK, provider="sendgrid")
            deliveries.observe(connection, self.office.deployment.identities, delivery_id, seen, self.office.now)

    def watch_after(self, passed: timedelta = PATIENCE) -> int:
        self.office.now = self.began + passed
        return self.watching.watch()

    def second_mails(self) -> list[Delivery]:
        with reading(self.office.engine) as connection:
            rows = connection.execute(select(tables.deliveries.c.delivery_id, tables.deliveries.c.channel)).all()
        return [self.office.find(row.delivery_id) for row in rows if row.channel == "backup_email"]

    def is_hastened(self) -> bool:
        with reading(self.office.engine) as connection:
            return due_times.was_brought_forward(connection, self.due_id)

    def reviews(self) -> list[str]:
        """Reasons of those that wait, without whom it was about."""
        with reading(self.office.engine) as connection:
            found = connection.execute(select(tables.reviews).where(tables.reviews.c.resolved_at.is_(None))).all()
        return sorted(row.reason.rpartition(" to ")[0] for row in found if row.kind == "undelivered")
