"""What a bundle or a digest carries has arrived when that has, and is looked after when that has not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from mailing import an_office
from tocsin.store import tables
from tocsin.store.database import reading
from tocsin_schemas.deliveries import DeliveryState, MailKind
from tocsin_schemas.vocabulary import Priority
from watched import SECOND, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(an_office(tmp_path))
    yield desk
    desk.office.engine.dispose()


CARRIERS = [
    (DeliveryState.DELIVERED, 600, 0),
    (DeliveryState.ACCEPTED, 599, 0),
    (DeliveryState.ACCEPTED, 600, 1),
    (DeliveryState.BOUNCED, 1, 1),
]


@pytest.mark.parametrize(("state", "passed", "turned"), CARRIERS)
def test_what_another_mail_carries_goes_by_how_that_one_fares(
    desk: Desk, state: DeliveryState, passed: int, turned: int
) -> None:
    bundle, carried = desk.request(kind=MailKind.BUNDLE, round_=1), desk.request(second=SECOND)
    desk.put(bundle, state, provider="sendgrid", alert_id=None, case_id=None)
    desk.put(carried, DeliveryState.CARRIED, carried_by=bundle)
    desk.watch_after(timedelta(seconds=passed))
    assert sorted(mail.kind for mail in desk.second_mails()) == [MailKind.ALERT, MailKind.BUNDLE][: 2 * turned]


def test_what_one_bundle_carried_in_vain_goes_to_the_second_address_in_one_bundle_too(desk: Desk) -> None:
    bundle = desk.request(kind=MailKind.BUNDLE, round_=99)
    for round_ in range(12):
        desk.put(desk.request(second=SECOND, round_=round_), DeliveryState.CARRIED, carried_by=bundle)
    desk.put(bundle, DeliveryState.BOUNCED, alert_id=None, case_id=None)
    assert desk.watch_after(timedelta(seconds=1)) == 12
    second = desk.second_mails()
    (carrier,) = [mail for mail in second if mail.kind is MailKind.BUNDLE]
    assert (carrier.state, carrier.alert_id, carrier.priority) == (DeliveryState.REQUESTED, None, "P1")
    carried = [mail for mail in second if mail.kind is MailKind.ALERT]
    assert [(mail.state, mail.carried_by) for mail in carried] == [(DeliveryState.CARRIED, carrier.delivery_id)] * 12
    desk.put(carrier.delivery_id, DeliveryState.BOUNCED)
    assert desk.watch_after(timedelta(seconds=9)) == 12
    assert desk.is_hastened()


def test_a_bundle_that_is_delivered_late_closes_the_reviews_of_what_it_carries(desk: Desk) -> None:
    bundle, carried = desk.request(kind=MailKind.BUNDLE, round_=1), desk.request()
    desk.put(bundle, DeliveryState.ACCEPTED, provider="sendgrid")
    desk.put(carried, DeliveryState.CARRIED, carried_by=bundle)
    desk.watch_after()
    assert len(desk.reviews()) == 1
    desk.observe(bundle, DeliveryState.DELIVERED)
    assert desk.reviews() == []


def test_of_what_a_failed_digest_carried_people_look_at_each_case_and_no_longer_once_it_has_arrived(desk: Desk) -> None:
    digest = desk.request(kind=MailKind.DIGEST, round_=99, priority=Priority.P3)
    carried = [desk.request(round_=round_, priority=Priority.P3) for round_ in range(2)]
    for delivery_id in carried:
        desk.put(delivery_id, DeliveryState.CARRIED, carried_by=digest)
    desk.put(digest, DeliveryState.DROPPED, alert_id=None, case_id=None)
    assert desk.watch_after(timedelta(hours=25)) == 1
    assert desk.watching.watch() == 0
    with reading(desk.office.engine) as connection:
        found = connection.execute(select(tables.reviews.c.case_id).where(tables.reviews.c.kind == "undelivered"))
        assert sorted(found.scalars(), key=str) == sorted([desk.office.case.case_id] * 2 + [None], key=str)
    desk.put(digest, DeliveryState.DEFERRED)
    desk.observe(digest, DeliveryState.DELIVERED)
    assert desk.reviews() == []
