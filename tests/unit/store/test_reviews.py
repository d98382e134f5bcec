"""What waits for a person comes in the order of its urgency, is asked once, and stays answered."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

import planted
from databases import NOW, a_database
from tocsin.store.database import unit_of_work
from tocsin.store.matching import reviews
from tocsin.store.views import review_queue


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with unit_of_work(a_database(tmp_path)) as connection:
        yield connection


def _case(connection: Connection, number: int, priority: str | None, state: str = "raised") -> str:
    case_id = planted.plant_case(connection, number)
    if priority is not None:
        planted.plant_alert(connection, case_id, priority=priority, state=state)
    return case_id


def test_the_queue_is_ordered_by_urgency_then_by_age(connection: Connection) -> None:
    asked = [("P3", 1), (None, 2), ("P1", 3), ("P1", 4), ("P2", 5)]
    cases = {}
    for number, (priority, _) in enumerate(asked):
        cases[number] = _case(connection, number, priority)
        reviews.request(connection, "certainty", "unlikely", NOW - timedelta(minutes=number), cases[number])
    assert [r.case_id for r in review_queue.waiting(connection)] == [cases[n] for n in (3, 2, 4, 0, 1)]
    assert [r.priority for r in review_queue.waiting(connection)] == ["P1", "P1", "P2", "P3", None]


def test_a_doubt_about_two_cases_is_as_urgent_as_the_more_urgent_of_them(connection: Connection) -> None:
    calm, urgent = _case(connection, 1, "P4"), _case(connection, 2, "P1")
    settled = _case(connection, 3, "P1", state="closed")
    reviews.request(connection, "possible_duplicate", "nearby", NOW, calm, urgent)
    reviews.request(connection, "possible_duplicate", "nearby", NOW, calm, settled)
    assert [r.priority for r in review_queue.waiting(connection)] == ["P1", "P4"]


def test_a_review_is_found_by_the_beginning_of_its_id(connection: Connection) -> None:
    for number in range(4):
        reviews.request(connection, "certainty", "unlikely", NOW, _case(connection, number, None))
    wanted = review_queue.waiting(connection)[0]
    assert [r.review_id for r in review_queue.beginning_with(connection, wanted.review_id[:12].upper())] == [
        wanted.review_id
    ]
    assert review_queue.beginning_with(connection, "%") == []
    assert review_queue.beginning_with(connection, "f" * 33) == []


def test_what_a_person_answered_is_not_asked_again_unless_the_answer_was_taken_back(connection: Connection) -> None:
    one, other = _case(connection, 1, None), _case(connection, 2, None)
    ask = (connection, "possible_duplicate", "nearby", NOW, one, other)
    assert reviews.request(*ask)
    assert not reviews.request(*ask), "it is in the queue already"
    reviews.resolve_pairs(connection, [(other, one)], "duty-officer", NOW)
    assert review_queue.waiting(connection) == []
    assert not reviews.request(*ask)
    assert reviews.request_again(*ask)
    assert len(review_queue.waiting(connection)) == 1


@pytest.mark.parametrize("service", reviews.SERVICES)
def test_what_a_service_closed_unseen_is_asked_again_when_it_is_so_again(connection: Connection, service: str) -> None:
    case_id = _case(connection, 1, None)
    reviews.request(connection, "unrouted", "no-consent", NOW, case_id)
    reviews.resolve(connection, "unrouted", case_id, service, NOW)
    assert reviews.request(connection, "unrouted", "no-consent", NOW, case_id)
    assert len(review_queue.waiting(connection)) == 1


def test_deciding_on_a_pair_leaves_other_questions_open(connection: Connection) -> None:
    one, other = _case(connection, 1, None), _case(connection, 2, None)
    reviews.request(connection, "unrouted", "no-consent", NOW, one)
    reviews.request(connection, "component_alarm", "too-large", NOW, one, other)
    reviews.resolve_pairs(connection, [(one, other)], "duty-officer", NOW)
    assert [r.kind for r in review_queue.waiting(connection)] == ["unrouted"]
