"""Only the holder of a claim records its outcome; what the provider tells is kept once, in whatever order."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from databases import NOW
from mailing import Office, an_office
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Delivery, Observation
from tocsin.store.streams import outbox
from tocsin.store.tables import delivery_history
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState

ACCEPTED = Observation(DeliveryState.ACCEPTED, DeliveryCause.PROVIDER_ACCEPTED, provider_message_id="m1")
DELIVERED = Observation(DeliveryState.DELIVERED, DeliveryCause.WEBHOOK)
UNKNOWN = Observation(DeliveryState.UNKNOWN, DeliveryCause.OUTCOME_UNKNOWN)
REJECTED = Observation(DeliveryState.REJECTED, DeliveryCause.PROVIDER_REJECTED, "http-400")
AGAIN = Observation(DeliveryState.REQUESTED, DeliveryCause.PROVIDER_UNREACHABLE, next_attempt_at=NOW)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path, now=NOW)
    office.request("desk@mechanism.example")
    return office


def claim(office: Office, fence: str = "a-1") -> Delivery:
    with unit_of_work(office.engine) as connection:
        (claimed,) = deliveries.claim_due(connection, 5, fence, office.now)
    return claimed


def record(office: Office, claimed: Delivery, outcome: Observation) -> bool:
    with unit_of_work(office.engine) as connection:
        return deliveries.record_outcome(connection, office.deployment.identities, claimed, outcome, office.now)


def observe(office: Office, seen: Observation) -> bool:
    with unit_of_work(office.engine) as connection:
        identities = office.deployment.identities
        return deliveries.observe(connection, identities, office.delivery_ids[0], seen, office.now)


def history(office: Office) -> list[str]:
    with reading(office.engine) as connection:
        return list(connection.execute(select(delivery_history.c.state).order_by(delivery_history.c.id)).scalars())


def published(office: Office) -> list[tuple[str, bytes]]:
    with reading(office.engine) as connection:
        batch = outbox.unpublished(connection, office.deployment.vault, 100)
    return [(dict(m.headers)["ce_id"].decode(), m.body) for m in batch]


def test_a_sender_that_lost_its_claim_records_nothing_but_that_the_mail_was_taken(office: Office) -> None:
    claimed = claim(office)
    for lost in (replace(claimed, fence="b-1"), replace(claimed, fence=None)):
        assert not any(record(office, lost, outcome) for outcome in (UNKNOWN, REJECTED, AGAIN))
    assert record(office, claimed, ACCEPTED)
    assert not record(office, claimed, ACCEPTED), "a repeat changes nothing"
    assert history(office) == ["requested", "claimed", "accepted"]


def test_that_the_mail_was_taken_counts_whoever_saw_it(office: Office) -> None:
    claimed = claim(office)
    assert record(office, replace(claimed, fence="b-1"), ACCEPTED)
    assert not record(office, claimed, UNKNOWN)
    assert office.find(claimed.delivery_id).state is DeliveryState.ACCEPTED


def test_each_change_but_the_claim_is_announced_once(office: Office) -> None:
    record(office, claim(office), ACCEPTED)
    observe(office, DELIVERED)
    observe(office, DELIVERED)
    ids = [event_id for event_id, _ in published(office)]
    assert len(ids) == len(set(ids)) == 3
    assert [b"accepted" in body for _, body in published(office)] == [False, True, False]


def test_an_event_may_be_faster_than_the_answer(office: Office) -> None:
    claimed = claim(office)
    assert observe(office, DELIVERED)
    assert not record(office, claimed, ACCEPTED)
    assert not record(office, claimed, AGAIN), "nothing takes back what the provider has told"
    assert office.find(claimed.delivery_id).state is DeliveryState.DELIVERED


def test_a_claim_given_back_is_due_again_and_counts_its_attempts(office: Office) -> None:
    assert record(office, claim(office), AGAIN)
    again = claim(office, "b-1")
    assert (again.attempt, again.fence, again.possible_repeat) == (2, "b-1", False)


def test_a_dead_senders_claim_is_in_doubt_and_its_late_answer_still_counts(office: Office) -> None:
    claimed = claim(office)
    with unit_of_work(office.engine) as connection:
        identities, now = office.deployment.identities, office.now
        assert deliveries.expire_claims(connection, identities, now - timedelta(seconds=1), now) == 0
        assert deliveries.expire_claims(connection, identities, now, now, "b-") == 0
        assert deliveries.expire_claims(connection, identities, now, now, "a-") == 1
    assert record(office, claimed, ACCEPTED)


def test_a_doubtful_mail_is_asked_for_again_once_and_not_after_an_answer(office: Office) -> None:
    claimed = claim(office)
    record(office, claimed, UNKNOWN)
    doubtful = office.find(claimed.delivery_id)
    identities = office.deployment.identities
    with unit_of_work(office.engine) as connection:
        assert deliveries.unknown_since(connection, NOW) == [doubtful]
        assert deliveries.request_again(connection, identities, doubtful, NOW)
        assert not deliveries.request_again(connection, identities, doubtful, NOW)
    assert not record(office, claimed, UNKNOWN), "the fence is gone"
    assert record(office, claimed, ACCEPTED), "a late answer to the first attempt spares the second"
    assert observe(office, DELIVERED)
    with unit_of_work(office.engine) as connection:
        assert deliveries.claim_due(connection, 5, "b-1", NOW) == []


def test_an_event_of_the_provider_is_kept_once(office: Office) -> None:
    with unit_of_work(office.engine) as connection:
        kept = [
            deliveries.record_event(connection, "e1", office.delivery_ids[0], "delivered", NOW, NOW) for _ in range(3)
        ]
    assert kept == [True, False, False]


def test_a_delivery_that_is_not_due_yet_waits(office: Office) -> None:
    later = replace(AGAIN, next_attempt_at=NOW + timedelta(seconds=30))
    record(office, claim(office), later)
    with reading(office.engine) as connection:
        assert not deliveries.anything_due(connection, NOW + timedelta(seconds=29))
        assert deliveries.anything_due(connection, NOW + timedelta(seconds=30))
