"""When a mail that an alert asks for goes, and with what others: decided in the transaction that asks for it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from tocsin.domain.following.pacing import UNPACED, Asked, Plan, Recent, Way, plan
from tocsin.store.database import lock_keys
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.mail import deliveries, gathering, pacing
from tocsin.store.mail.deliveries import Wanted
from tocsin_schemas.deliveries import DeliveryCause, MailKind
from tocsin_schemas.directory import Seat
from tocsin_schemas.pacing import Pacing
from tocsin_schemas.vocabulary import Priority

_KEPT = timedelta(minutes=1)
"""How long what was read of the directory is believed: it says when somebody is told, not whether."""
_MORE_DAYS = 3
"""Digests of so many days are tried: who has moved the hour of their digest has had that of the day already."""


@dataclass(slots=True)
class Pacer:
    """Asks for mails, each as it is to go."""

    deployment: Deployment
    rules: Pacing
    _seats: dict[str, Seat | None] = field(default_factory=dict)
    _read_at: datetime | None = None

    def ask(self, connection: Connection, wanted: list[Wanted], now: datetime) -> None:
        """Ask for these mails. Who is told is locked first, so that two workers do not both find nothing told yet."""
        lock_keys(connection, {one.recipient_id for one in wanted})
        for one in wanted:
            self._ask(connection, one, now)

    def _ask(self, connection: Connection, wanted: Wanted, now: datetime) -> None:
        found = self._plan(connection, wanted, now)
        if found.way is Way.ALONE:
            cause = found.cause if found.cause is DeliveryCause.QUIET_HOURS else wanted.cause
            deliveries.request(
                connection, self.deployment.identities, replace(wanted, cause=cause, not_before=found.at), now
            )
        elif deliveries.request(connection, self.deployment.identities, wanted, now):
            carrier_id, at = self._carrier(connection, wanted, found, now)
            gathering.carry(connection, self.deployment.identities, wanted, carrier_id, at, now)

    def _carrier(self, connection: Connection, wanted: Wanted, found: Plan, now: datetime) -> tuple[str, datetime]:
        """The bundle or digest that carries it, and when that leaves at the latest."""
        identities = self.deployment.identities
        for _ in range(_MORE_DAYS):
            if found.day is None:
                break
            day = found.day.isoformat()
            if digest_id := gathering.digest_for(connection, identities, wanted, day, found.at, now):
                return digest_id, found.at
            found = self._plan(connection, wanted, found.at)  # that day's has been taken up: the next
        return gathering.bundle_for(connection, identities, wanted, found.at, now), found.at

    def _plan(self, connection: Connection, wanted: Wanted, now: datetime) -> Plan:
        asked = Asked(wanted.kind, wanted.priority, wanted.update_cause, wanted.reply_by)
        if asked.kind in UNPACED or wanted.case_id is None:
            return Plan(Way.ALONE, now)
        recent = self._recent(connection, asked, wanted.recipient_id, wanted.case_id, now)
        seat = None if asked.priority is Priority.P1 else self._seat(connection, wanted.recipient_id, now)
        return plan(asked, recent, seat, self.rules, now)

    def _recent(self, connection: Connection, asked: Asked, person: str, case_id: str, now: datetime) -> Recent:
        since = now - self.rules.gathering[asked.priority].window
        twins = pacing.twins_of(connection, case_id)
        told_of_twin = pacing.was_told(connection, person, twins, since, asked.priority)
        told_of_case = asked.kind is MailKind.UPDATE and pacing.was_told(connection, person, [case_id], since)
        if asked.priority is Priority.P1:  # no budget holds it
            return Recent(told_of_case=told_of_case, told_of_twin=told_of_twin)
        mails = pacing.mails_to(connection, person, case_id, now - self.rules.budget.period)
        return Recent(mails.of_case, mails.in_all, told_of_case, told_of_twin)

    def _seat(self, connection: Connection, recipient_id: str, now: datetime) -> Seat | None:
        """How the person wishes to be told. Whose entry was altered is found out by whoever writes the mail."""
        if self._read_at is None or not timedelta() <= now - self._read_at < _KEPT:
            self._seats, self._read_at = {}, now
        if recipient_id not in self._seats:
            try:
                self._seats[recipient_id] = entries.find(connection, self.deployment, recipient_id)
            except entries.Altered:
                self._seats[recipient_id] = None
        return self._seats[recipient_id]
