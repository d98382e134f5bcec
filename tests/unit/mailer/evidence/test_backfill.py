"""What the webhook missed is read from the provider's log: by itself, a little at a time, and each mail to its end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from mailing import Office, a_sender, a_simulator, an_office, clients_for, eventually, send_batch
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.mailer.evidence.backfill import MEMORY, QUIET, Backfill
from tocsin.mailer.evidence.looking import Looking
from tocsin.mailer.providers.sent_log import SendGridLog
from tocsin.mailer.sender import LogUnavailable, Sent
from tocsin.runtime import metrics
from tocsin.store.database import unit_of_work
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Observation
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState
from tocsin_schemas.vocabulary import Priority

MINUTE = timedelta(minutes=1)


@dataclass
class Log:
    """A log in which every mail was delivered, but those that ``lacks`` names."""

    lacks: set[str] = field(default_factory=set)
    is_down: bool = False
    asked: list[str] = field(default_factory=list)

    def copies(self, delivery_id: str, _to: str, _reference: str, _since: datetime) -> list[Sent]:
        self.asked.append(delivery_id)
        if self.is_down:
            raise LogUnavailable("down")
        return [] if delivery_id in self.lacks else [Sent(DeliveryState.DELIVERED, f"m-{delivery_id}", 1)]


@dataclass
class Gap:
    """Mails that the provider took, and whose events do not come."""

    office: Office
    log: Log = field(default_factory=Log)

    def __post_init__(self) -> None:
        self.began = self.office.now
        self.backfill = self.anew()

    def anew(self) -> Backfill:
        """As after a restart."""
        looking = Looking(self.office.engine, self.office.deployment, self.log, self.office.clock)
        return Backfill(looking, self.office.clock)

    def taken(
        self, number: int, state: DeliveryState = DeliveryState.ACCEPTED, provider: str = "sendgrid"
    ) -> list[str]:
        asked = [self.office.request("desk@mechanism.example", Priority.P1, round_) for round_ in range(number)]
        with unit_of_work(self.office.engine) as connection:
            for one in deliveries.claim_due(connection, number, "a-1", self.office.now):
                seen = Observation(state, DeliveryCause.PROVIDER_ACCEPTED, "", provider, f"m-{one.delivery_id}")
                deliveries.record_outcome(connection, self.office.deployment.identities, one, seen, self.office.now)
        return asked

    def event(self) -> None:
        """Some event comes, of whatever mail."""
        with unit_of_work(self.office.engine) as connection:
            now = self.office.now
            deliveries.record_event(connection, now.isoformat(), self.office.delivery_ids[0], "open", now, now)

    def run(self, seconds: int) -> int:
        """Step once a second; returns how many deliveries changed."""
        changed = 0
        for _ in range(seconds):
            self.office.now += timedelta(seconds=1)
            changed += self.backfill.step()
        return changed


@pytest.fixture
def gap(tmp_path: Path) -> Iterator[Gap]:
    gap = Gap(an_office(tmp_path))
    yield gap
    gap.office.engine.dispose()


@pytest.mark.parametrize("state", [DeliveryState.ACCEPTED, DeliveryState.DEFERRED])
def test_after_a_quarter_of_an_hour_without_an_event_the_log_is_read(gap: Gap, state: DeliveryState) -> None:
    gap.run(1)
    gap.taken(7, state)
    gap.office.now += QUIET - MINUTE
    assert (gap.run(31), gap.log.asked) == (0, [])
    assert gap.run(61) == 7
    assert gap.office.states() == {"delivered": 7}


def test_at_a_start_five_minutes_without_an_event_are_enough(gap: Gap) -> None:
    gap.taken(2)
    gap.office.now += timedelta(minutes=5)
    assert gap.run(1) == 2


def test_while_events_come_only_mails_that_are_an_hour_behind_are_looked_for(gap: Gap) -> None:
    gap.taken(2)
    for _ in range(55):
        gap.office.now += MINUTE
        gap.event()
        assert gap.run(1) == 0
    gap.office.now += timedelta(minutes=6)
    gap.event()
    assert gap.run(31) == 2


@pytest.mark.parametrize(
    ("state", "provider"),
    [
        (DeliveryState.ACCEPTED, "smtp"),
        (DeliveryState.UNKNOWN, "sendgrid"),
        (DeliveryState.REJECTED, "sendgrid"),
        (DeliveryState.BOUNCED, "sendgrid"),
    ],
)
def test_mails_at_their_end_or_in_no_log_are_not_looked_for(gap: Gap, state: DeliveryState, provider: str) -> None:
    gap.taken(2, state, provider)
    gap.office.now += timedelta(hours=2)
    gap.run(40)
    assert gap.log.asked == []


def test_a_pass_goes_a_few_mails_at_a_time_and_asks_for_each_once(gap: Gap) -> None:
    asked = gap.taken(23)
    gap.log.lacks = set(asked[::2])
    gap.office.now += QUIET
    gap.run(1)
    assert len(gap.log.asked) == 5
    gap.run(60)
    assert sorted(gap.log.asked) == sorted(asked)
    assert gap.backfill.outcomes == {"changed": 11, "absent": 12}


def test_a_pass_that_is_cut_short_goes_on_with_the_rest(gap: Gap) -> None:
    asked = gap.taken(12)
    gap.office.now += QUIET
    gap.run(1)
    gap.backfill = gap.anew()
    gap.run(3)
    assert sorted(gap.log.asked) == sorted(asked)
    assert gap.office.states() == {"delivered": 12}


def test_while_the_log_is_down_it_is_asked_once_a_minute_and_the_pass_goes_on_afterwards(gap: Gap) -> None:
    gap.taken(3)
    gap.log.is_down = True
    gap.office.now += QUIET
    gap.run(119)
    assert len(gap.log.asked) == 2
    gap.log.is_down = False
    assert gap.run(61) == 3


def test_what_is_older_than_the_log_is_not_asked_for(gap: Gap) -> None:
    gap.taken(1)
    gap.office.now += MEMORY + MINUTE
    gap.run(40)
    assert gap.log.asked == []


def test_the_silence_of_the_provider_is_measured(gap: Gap) -> None:
    gap.taken(4)
    gap.event()
    gap.office.now += QUIET
    gap.backfill.measure()
    exposed = generate_latest(metrics.REGISTRY).decode()
    assert "hrd_webhook_newest_event_seconds 900.0" in exposed
    assert "hrd_mails_without_event 3.0" in exposed
    assert 'hrd_mail_twins{labelled="no"} 0.0' in exposed


def test_with_the_real_log_lost_events_are_made_up_for(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with a_simulator(tmp_path) as simulator:
        simulator.faults.plan(Fault.EVENTS_LOST, -1)
        for address in ("desk@m.example", "bounce@m.example"):
            office.request(address)
        send_batch(office, a_sender(simulator, tmp_path))
        looking = Looking(office.engine, office.deployment, SendGridLog(clients_for(simulator, tmp_path)), office.clock)
        backfill = Backfill(looking, office.clock)

        def is_known() -> bool:
            backfill.begin(office.now - MINUTE, -MINUTE)
            backfill.step()
            return office.states() == {"delivered": 1, "bounced": 1}

        eventually(is_known)
    office.engine.dispose()
