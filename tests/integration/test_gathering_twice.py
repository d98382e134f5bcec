"""Two mailers at once: one digest for each reader and day, one bundle for each storm, and everything sent once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from databases import NOW
from mailing import KeepingSender
from posting import Post
from tocsin.mailer.requesting import Requesting
from tocsin.mailer.sending import Sending
from tocsin.store import tables
from tocsin.store.alerting.alerts import Alert
from tocsin.store.database import open_database

WAIT = 30


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def posts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Post, Post]]:
    """Two mailers over one database, each with connections of its own."""
    if request.param == "sqlite":
        first = Post(tmp_path)
        url = str(first.engine.url)
    else:
        make: Callable[[], str] = request.getfixturevalue("migrated")
        url = make()
        first = Post(tmp_path, engine=open_database(url))
    second = replace(first, engine=open_database(url), sender=first.sender)
    assert isinstance(second.requesting, Requesting)
    assert isinstance(second.sending, Sending)
    second.sending.instance = "2"
    yield first, second
    for post in (first, second):
        post.engine.dispose()


def at_once(posts: tuple[Post, Post], alerts: list[Alert], *people: str) -> None:
    """Each mailer takes every second alert, at the same instants as the other. people: a pair of alerts to each."""
    barrier, errors = threading.Barrier(2), []

    def take(post: Post, own: list[Alert]) -> None:
        try:
            for alert, person in zip(own, cycle(people), strict=False):
                barrier.wait(WAIT)
                post.alert(alert, person)
        except BaseException as error:
            errors.append(error)
            barrier.abort()
            raise

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(take, posts, (alerts[0::2], alerts[1::2])))
    assert errors == []


def send_at_once(posts: tuple[Post, Post], after: timedelta) -> None:
    for post in posts:
        post.now = NOW + after
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda post: post.send(), posts))


def test_a_reader_gets_one_digest_a_day_whichever_mailer_is_faster(posts: tuple[Post, Post]) -> None:
    first, _ = posts
    person = first.enter(digest_at=time(7), timezone="Europe/Paris")
    cases = first.open_cases(20, "P3")
    at_once(posts, cases, person)
    send_at_once(posts, timedelta(days=1))
    assert [row.day for row in first.rows(tables.digests)] == ["2026-11-25"]
    (digest,) = first.mails
    assert all(reference in digest.text for reference in first.references().values())
    assert first.states() == {"accepted": 1, "carried": 20}


def test_a_storm_that_two_mailers_take_is_one_urgent_mail_and_one_bundle(posts: tuple[Post, Post]) -> None:
    first, _ = posts
    person = first.enter()
    storm = first.open_cases(20)
    pairs = [(alert, other) for number, alert in enumerate(storm) for other in storm[:number]]
    first.doubt(*pairs)
    at_once(posts, storm, person)
    send_at_once(posts, timedelta())
    send_at_once(posts, timedelta(minutes=10))
    assert first.states("alert") == {"accepted": 1, "carried": 19}
    assert first.states("bundle") == {"accepted": 1}
    assert len(first.mails) == 2
    assert isinstance(first.sender, KeepingSender)


def test_of_two_cases_that_may_be_one_taken_at_the_same_instant_one_is_told_by_itself(
    posts: tuple[Post, Post],
) -> None:
    first, _ = posts
    people = [first.enter(f"desk{number}@mechanism.example") for number in range(12)]
    twins = first.open_cases(24)
    first.doubt(*zip(twins[0::2], twins[1::2], strict=True))
    at_once(posts, twins, *people)
    alone = [row.recipient_id for row in first.rows() if row.kind == "alert" and row.state == "requested"]
    assert sorted(alone) == sorted(people)
    assert first.states("bundle") == {"requested": 12}
