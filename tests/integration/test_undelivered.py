"""From a bounce to the next in line: mailer, watch and dispatcher over one database."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import a_report
from databases import a_message
from dispatching import Pipeline
from tocsin.mailer.evidence.watching import Watching
from tocsin.mailer.requesting import Requesting
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Observation
from tocsin_schemas.deliveries import Channel, DeliveryCause, DeliveryState
from tocsin_schemas.events import decode_event
from tocsin_schemas.topics import ALERTS

PATIENCE = timedelta(minutes=10)


class Post:
    """The mailer beside a pipeline: it asks for what alerts tell it to, and mails fare as a test says."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline, self.read, self.now = pipeline, 0, pipeline.alert("UN-WGAD").raised_at
        self.requesting = Requesting(pipeline.deployment)
        self.watching = Watching(pipeline.engine, pipeline.deployment, PATIENCE, lambda: self.now)
        self.deliver()

    def deliver(self) -> None:
        """Read the alerts that were not read yet."""
        rows = [row for row in self.pipeline.rows(tables.outbox) if row.topic == ALERTS.name]
        for row in rows[self.read :]:
            headers = [(name, value.encode()) for name, value in row.headers]
            with unit_of_work(self.pipeline.engine) as connection:
                self.requesting(connection, decode_event(headers, row.body, self.now), a_message(row.body), self.now)
        self.read = len(rows)

    def to(self, person: str, mandate: str = "UN-WGAD") -> list[tuple[str, str]]:
        """(id, channel) of the mails to a person about an alert."""
        alert_id = self.pipeline.alert(mandate).alert_id
        rows = self.pipeline.rows(tables.deliveries)
        return [
            (row.delivery_id, row.channel) for row in rows if (row.recipient_id, row.alert_id) == (person, alert_id)
        ]

    def fare(self, delivery_id: str, state: DeliveryState) -> None:
        with unit_of_work(self.pipeline.engine) as connection:
            seen = Observation(state, DeliveryCause.WEBHOOK, provider="sendgrid")
            deliveries.observe(connection, self.pipeline.deployment.identities, delivery_id, seen, self.now)

    def watch_at(self, at: datetime) -> None:
        """One look of the watch, one of the dispatcher, and the mails that follow."""
        self.now = at
        self.watching.watch()
        self.pipeline.fire(at)
        self.deliver()


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


def test_a_bounce_turns_to_the_next_in_line_within_the_minute(pipeline: Pipeline) -> None:
    people = pipeline.enter_chain()
    pipeline.take(a_report())
    post = Post(pipeline)
    ((staff, _),) = post.to(people["staff"])
    post.fare(staff, DeliveryState.BOUNCED)
    assert post.to(people["mandate_holder"]) == []
    post.watch_at(post.now + timedelta(seconds=30))
    assert len(post.to(people["mandate_holder"])) == 1
    assert post.to(people["deputy"]) == [], "one step, not the whole line"


def test_while_the_provider_is_down_the_line_goes_on_until_it_is_at_its_end(pipeline: Pipeline) -> None:
    people = pipeline.enter_chain()
    pipeline.take(a_report())
    post = Post(pipeline)
    for _ in range(20):
        post.watch_at(post.now + PATIENCE)
    told = [role for role in ("staff", "mandate_holder", "deputy", "duty_officer") if post.to(people[role])]
    assert told == ["staff", "mandate_holder", "deputy", "duty_officer"]
    assert all(len(post.to(person)) == 1 for person in people.values()), "nobody is asked for twice"
    reasons = " ".join(row.reason for row in pipeline.rows(tables.reviews) if row.kind == "undelivered")
    assert "nobody-left" in reasons
    assert "@" not in reasons


def test_a_second_address_spares_the_next_in_line(pipeline: Pipeline) -> None:
    people = pipeline.enter_chain()
    addresses = {Channel.EMAIL: "wgad@un.example", Channel.BACKUP_EMAIL: "wgad@private.example"}
    pipeline.enter("wgad@un.example", ["UN-WGAD"], addresses=addresses)
    pipeline.take(a_report())
    post = Post(pipeline)
    ((first, _),) = post.to(people["staff"])
    post.fare(first, DeliveryState.DROPPED)
    post.watch_at(post.now + timedelta(seconds=30))
    (second,) = [delivery_id for delivery_id, channel in post.to(people["staff"]) if channel == Channel.BACKUP_EMAIL]
    post.fare(second, DeliveryState.DELIVERED)
    post.watch_at(post.now + PATIENCE)
    assert post.to(people["mandate_holder"]) == []
