"""Who may have the resolver's time now: a report of a publisher that has sent more than its share waits its turn."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.claims import claim_from
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.triage import judge
from tocsin.resolver.releasing import Releasing
from tocsin.runtime import metrics
from tocsin.runtime.messages import Message
from tocsin.store.casework import reports
from tocsin.store.database import lock_keys
from tocsin.store.receiving import allowances, parking
from tocsin.store.receiving.parking import PARKED, Arrival
from tocsin_schemas.events import Event
from tocsin_schemas.fairness import Fairness
from tocsin_schemas.model import Model
from tocsin_schemas.reports import Report, Withdrawal


@dataclass(frozen=True, slots=True)
class Admitting:
    """The resolver's admission (``store.consuming``): a token of its publisher for each report, or its turn later."""

    releasing: Releasing
    fairness: Fairness

    def __call__(self, connection: Connection, event: Event[Model], message: Message, now: datetime) -> str | None:
        self.releasing.note_arrival()
        content = event.data
        if isinstance(content, Withdrawal):
            self._make_way(connection, content, now)
            return None
        assert isinstance(content, Report)
        metrics.report_received(content.publisher)
        arrival = arrival_of(content, now)
        behind = parking.is_behind(connection, arrival)
        share = self.fairness.shares[arrival.priority]
        if not behind and allowances.take(connection, arrival.publisher_id, share, now):
            return None
        parking.park(connection, self.releasing.consumer.deployment.vault, message, arrival, now)
        return PARKED

    def _make_way(self, connection: Connection, withdrawal: Withdrawal, now: datetime) -> None:
        """A withdrawal never waits. If its report does, that is taken first, in the same transaction.

        So it is known, and nobody is told of it. One revision is enough: the others will be found superseded.
        """
        identity = report_id(withdrawal.publisher, withdrawal.publisher_reference)
        lock_keys(connection, [self.releasing.consumer.deployment.identities.blocking_key("report", identity)])
        if reports.find(connection, identity) is None:
            waiting = parking.newest(connection, identity, below=withdrawal.revision)
            if waiting is not None:
                self.releasing.take(connection, waiting, now)


def arrival_of(report: Report, now: datetime) -> Arrival:
    """What its place in the order depends on: the claim of the report alone, whatever case it may belong to."""
    identity = report_id(report.publisher, report.publisher_reference)
    priority = judge(claim_from(report, identity), now).priority
    return Arrival(report.publisher, identity, report.revision, priority)
