"""A drill goes to those who would be told first, tells of no case, and shows who cannot be reached."""

from datetime import timedelta
from pathlib import Path

import pytest

from databases import NOW
from mailing import MANDATE, KeepingSender
from posting import Post
from tocsin.mailer import drilling
from tocsin.mailer.drilling import Drilling, NobodyHoldsIt
from tocsin.mailer.sender import Accepted, Rejected, RetryAfter
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import drills
from tocsin.store.mail.drills import Drill
from tocsin_schemas.directory import Role

HOURS = timedelta(hours=2)


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


def start(post: Post, mandate: str | None = MANDATE, drill_id: str = "d0" * 16) -> list[str]:
    with unit_of_work(post.engine) as connection:
        return drilling.start(
            connection, post.deployment, Drill(drill_id, mandate, "duty-1", post.now, post.now + HOURS)
        )


def answer(post: Post, person: str, drill_id: str = "d0" * 16) -> None:
    with unit_of_work(post.engine) as connection:
        row = {"drill_id": drill_id, "recipient_id": person, "answered_at": post.now}
        connection.execute(tables.drill_answers.insert(), row)


def look(post: Post) -> int:
    return Drilling(post.engine, lambda: post.now).look()


def called(post: Post) -> list[drills.Called]:
    with reading(post.engine) as connection:
        return drills.called(connection, "d0" * 16)


def open_reviews(post: Post) -> list[str]:
    return [r.reason for r in post.rows(tables.reviews) if r.kind == "drill_unanswered" and r.resolved_at is None]


def test_a_drill_is_sent_to_the_first_tier_alone(post: Post) -> None:
    staff = post.enter("staff@mechanism.example")
    post.enter("holder@mechanism.example", role=Role.MANDATE_HOLDER)
    assert start(post) == [staff]
    (mail,) = post.send()
    assert mail.to == "staff@mechanism.example"
    assert mail.subject.startswith("[EXERCISE]")
    assert not mail.is_urgent
    (row,) = post.rows()
    assert (row.kind, row.priority, row.alert_id, row.case_id, row.drill_id) == ("drill", "P4", None, None, "d0" * 16)


def test_a_drill_of_all_reaches_each_person_once(post: Post) -> None:
    people = {post.enter("first@mechanism.example"), post.enter("second@mechanism.example")}
    assert set(start(post, None)) == people
    assert len(post.send()) == 2


def test_nobody_can_be_called_for_a_mandate_that_nobody_holds(post: Post) -> None:
    with pytest.raises(NobodyHoldsIt):
        start(post)
    assert post.rows(tables.drills) == []


def test_operators_are_asked_to_look_once_at_who_has_not_confirmed_in_time(post: Post) -> None:
    first, _ = post.enter("first@mechanism.example"), post.enter("second@mechanism.example")
    start(post)
    post.send()
    answer(post, first)
    assert look(post) == 0
    post.now += HOURS
    assert look(post) == 1
    assert open_reviews(post) == [
        f"drill {'d0' * 16}: 1 of 2 did not confirm in time; 0 of them without a working address"
    ]
    assert look(post) == 0
    assert len(open_reviews(post)) == 1


def test_a_drill_that_everybody_has_confirmed_asks_nobody(post: Post) -> None:
    person = post.enter()
    start(post)
    post.send()
    answer(post, person)
    post.now += HOURS
    assert look(post) == 1
    assert open_reviews(post) == []


@pytest.mark.parametrize(
    ("outcome", "suppressed", "answered", "works"),
    [
        (Accepted("id"), False, False, True),
        (Rejected("550"), False, False, False),
        (Accepted("id"), True, False, False),
        (Accepted("id"), True, True, True),
    ],
)
def test_it_shows_who_has_no_working_address(
    post: Post, outcome, suppressed: bool, answered: bool, works: bool
) -> None:
    person = post.enter()
    start(post)
    post.sending.sender = KeepingSender(outcome=outcome)
    post.send()
    if suppressed:
        row = {"recipient_id": person, "channel": "email", "list": "bounces", "since": NOW, "found_at": NOW}
        with unit_of_work(post.engine) as connection:
            connection.execute(tables.metadata.tables["suppressions"].insert(), row)
    if answered:
        answer(post, person)
    assert [one.has_channel for one in called(post)] == [works]


def test_a_drill_whose_time_is_over_before_it_could_leave_is_not_sent(post: Post) -> None:
    post.enter()
    start(post)
    post.sending.sender = KeepingSender(outcome=RetryAfter(post.now + HOURS, "unreachable"))
    post.send()
    post.sending.sender = post.sender
    assert post.send(after=HOURS + timedelta(minutes=2)) == []
    assert post.states() == {"cancelled": 1}
    assert [one.has_channel for one in called(post)] == [False]
