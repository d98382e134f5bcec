"""Budgets, quiet hours and daily digests, from the alert to the mail."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from databases import NOW
from mailing import KeepingSender
from posting import Post
from tocsin.mailer.sender import Accepted, RetryAfter
from tocsin.store import tables
from tocsin_schemas.alerts import AlertRaised
from tocsin_schemas.deliveries import DeliveryCause
from tocsin_schemas.directory import DutyHours, Weekday

HOURS = DutyHours(days=list(Weekday), start=time(8), end=time(18))
NIGHT = NOW.replace(hour=22)


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


def causes(post: Post, state: str) -> set[str]:
    return {row.cause for row in post.rows(tables.delivery_history) if row.state == state}


def test_above_the_budget_of_a_day_further_mails_are_gathered_and_p1_never_is(post: Post) -> None:
    person = post.enter()
    for alert in post.open_cases(20, "P2"):
        post.alert(alert, person)
    more = post.open_cases(5, "P2")
    for alert in more:
        post.alert(alert, person)
    (urgent,) = post.open_cases(1, "P1")
    post.alert(urgent, person)
    assert len(post.send()) == 21
    (bundle,) = post.send(after=timedelta(hours=1))
    references = post.references()
    assert all(references[alert.case_id] in bundle.text for alert in more)


def test_the_budget_of_a_case_is_three_mails_a_day(post: Post) -> None:
    person = post.enter()
    (alert,) = post.open_cases(1, "P2")
    post.alert(alert, person)
    alone = len(post.send())
    for _ in range(4):
        post.now += timedelta(minutes=31)
        post.update(alert, person)
        alone += len(post.send())
    assert alone == 3
    assert len(post.send(after=timedelta(hours=1))) == 1
    post.now += timedelta(hours=24)
    post.update(alert, person)
    assert len(post.send()) == 1


def test_outside_duty_hours_what_can_wait_waits_until_they_begin(post: Post) -> None:
    post.now = NIGHT
    person = post.enter(duty_hours=HOURS, timezone="Europe/Paris")
    urgent, can_wait, due_soon = post.open_cases(1, "P1") + post.open_cases(2, "P2")
    post.alert(urgent, person)
    post.alert(can_wait, person)
    post.tell(due_soon, AlertRaised, (person,), reply_by=NIGHT + timedelta(hours=5))
    assert len(post.send()) == 2
    sent = post.run(NIGHT + timedelta(days=1))
    assert [at for at, _ in sent] == [datetime(2026, 11, 25, 7, tzinfo=UTC)]
    assert DeliveryCause.QUIET_HOURS in causes(post, "requested")


DST = [
    ("Africa/Cairo", time(0, 30), datetime(2026, 4, 22, 12, tzinfo=UTC)),
    ("Africa/Cairo", time(23, 30), datetime(2026, 10, 28, 12, tzinfo=UTC)),
    ("Europe/Paris", time(2, 30), datetime(2026, 3, 27, 12, tzinfo=UTC)),
    ("Europe/Paris", time(2, 30), datetime(2026, 10, 23, 12, tzinfo=UTC)),
    ("America/Santiago", time(0, 30), datetime(2026, 9, 4, 12, tzinfo=UTC)),
    ("America/Santiago", time(23, 15), datetime(2026, 4, 2, 12, tzinfo=UTC)),
]


@pytest.mark.parametrize(("zone", "at", "start"), DST, ids=[f"{row[0]} {row[2]:%B}" for row in DST])
def test_a_digest_comes_once_on_each_day_also_when_the_clock_is_changed(
    tmp_path: Path, zone: str, at: time, start: datetime
) -> None:
    post = Post(tmp_path, now=start)
    person = post.enter(digest_at=at, timezone=zone)
    sent = []
    for _ in range(10):  # something new every ten hours
        (alert,) = post.open_cases(1, "P3")
        post.alert(alert, person)
        sent += post.run(post.now + timedelta(hours=10))
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment, _ in sent]
    assert len(days) == len(set(days)) >= 3
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
    assert all(mail.subject.startswith("Daily digest · ") for _, mail in sent)
    assert {row.day for row in post.rows(tables.digests)} >= {day.isoformat() for day in days}


def test_there_is_no_digest_when_there_is_nothing_to_tell(post: Post) -> None:
    person = post.enter(digest_at=time(7))
    closed, *_ = post.open_cases(1, "P3")
    post.alert(closed, person)
    post.close(closed)
    assert post.run(post.now + timedelta(days=2)) == []
    assert post.states() == {"cancelled": 2}
    assert causes(post, "cancelled") == {DeliveryCause.WITHDRAWN}


def test_a_digest_leaves_out_what_was_closed_meanwhile(post: Post) -> None:
    person = post.enter(digest_at=time(7))
    kept, closed = post.open_cases(2, "P3")
    post.alert(kept, person)
    post.alert(closed, person)
    post.close(closed)
    ((_, digest),) = post.run(post.now + timedelta(days=2))
    references = post.references()
    assert references[kept.case_id] in digest.text
    assert references[closed.case_id] not in digest.text + digest.html
    assert post.states("alert") == {"carried": 1, "cancelled": 1}


def test_a_reader_who_moves_the_hour_gets_no_second_digest_that_day(post: Post) -> None:
    person = post.enter(digest_at=time(10))
    first, second = post.open_cases(2, "P3")
    post.alert(first, person)
    assert len(post.run(NOW.replace(hour=11))) == 1
    assert post.enter(digest_at=time(15)) == person
    post.alert(second, person)
    ((at, _),) = post.run(NOW + timedelta(days=2))
    assert at == NOW.replace(hour=15) + timedelta(days=1)


def test_while_the_provider_is_down_one_bundle_grows_and_is_sent_once(post: Post) -> None:
    person = post.enter()
    storm = post.open_cases(6)
    post.doubt(*((alert, storm[0]) for alert in storm[1:]))
    down = KeepingSender(outcome=RetryAfter(post.now + timedelta(hours=2), "unreachable"))
    post.sending.sender = down
    post.alert(storm[0], person)
    for alert in storm[1:]:
        post.alert(alert, person)
        post.send(after=timedelta(minutes=11))
    post.sending.sender = post.sender = KeepingSender(outcome=Accepted("id"))
    sent = post.run(post.now + timedelta(hours=5))
    assert len(sent) == 2
    assert post.states("bundle") == {"accepted": 1}


def test_what_comes_while_a_bundle_is_being_sent_goes_with_the_next(post: Post) -> None:
    person = post.enter()
    first, second, third = post.open_cases(3)
    post.doubt((second, first), (third, first))
    post.alert(first, person)
    post.alert(second, person)
    post.send()
    post.sender.meanwhile = lambda _: post.alert(third, person)  # a second time it is known
    assert len(post.send(after=timedelta(minutes=10))) == 1
    assert len(post.send(after=timedelta(minutes=10))) == 1
    assert post.states("bundle") == {"accepted": 2}
