"""The queue shows what an operator must know to choose the next review, page by page, and no more."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

import planted
from databases import NOW, a_database
from tocsin.domain.matching.graph import Judged
from tocsin.domain.matching.verdicts import Verdict
from tocsin.store.database import unit_of_work
from tocsin.store.matching import judgements, reviews
from tocsin.store.views import review_queue


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with unit_of_work(a_database(tmp_path)) as connection:
        yield connection


def a_case(connection: Connection, number: int, priority: str | None = None, country: str = "TGO") -> tuple[str, str]:
    """A case and its report."""
    case_id = planted.plant_case(connection, number, countries=[country])
    if priority is not None:
        planted.plant_alert(connection, case_id, priority=priority)
    return case_id, planted.plant_report(connection, case_id)


def test_the_most_urgent_comes_first_then_the_oldest_and_what_is_unknown_last(connection: Connection) -> None:
    for number, priority in enumerate(["P3", None, "P1", "P1"]):
        case_id, _ = a_case(connection, number, priority)
        reviews.request(connection, "certainty", "unlikely", NOW - timedelta(hours=number), case_id)
    found = review_queue.waiting(connection)
    assert [line.priority for line in found] == ["P1", "P1", "P3", None]
    assert found[0].created_at < found[1].created_at


def test_a_line_has_both_references_the_states_and_the_best_score(connection: Connection) -> None:
    (one, ours), (other, theirs) = a_case(connection, 1), a_case(connection, 2, country="GHA")
    edges = [(Judged(ours, theirs, Verdict.POSSIBLE, bits, NOW), {}) for bits in (-1.0, 2.5, 1.0)]
    judgements.record(connection, edges, "bits-1", NOW)
    reviews.request(connection, "possible_duplicate", "possible-duplicate", NOW, one, other)
    [line] = review_queue.waiting(connection)
    assert (line.reference, line.other_reference) == tuple(planted.case_reference(case) for case in (one, other))
    assert (line.countries, line.score) == (["GHA", "TGO"], 2.5)


def test_a_review_without_a_case_is_listed_too(connection: Connection) -> None:
    reviews.request(connection, "isolated_message", "tocsin.reports.v1-0-7", NOW)
    [line] = review_queue.waiting(connection)
    assert (line.reference, line.other_reference, line.countries, line.score) == (None, None, [], None)


def test_pages_follow_each_other_without_gap_or_repeat(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_queue, "PAGE", 3)
    for number in range(8):
        reviews.request(connection, "isolated_message", f"message {number}", NOW)
    pages = [[line.review_id for line in review_queue.waiting(connection, page=page)] for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [3, 3, 2, 0]
    assert len({identity for page in pages for identity in page}) == 8


def test_a_kind_can_be_asked_for(connection: Connection) -> None:
    reviews.request(connection, "isolated_message", "somewhere", NOW)
    reviews.request(connection, "unrouted", "nobody", NOW, a_case(connection, 1)[0])
    assert [line.kind for line in review_queue.waiting(connection, "unrouted")] == ["unrouted"]


def test_what_is_closed_is_listed_no_more_but_still_found(connection: Connection) -> None:
    reviews.request(connection, "isolated_message", "somewhere", NOW)
    [line] = review_queue.waiting(connection)
    review_queue.close(connection, line.review_id, "duty-officer", NOW)
    review_queue.close(connection, line.review_id, "another", NOW + timedelta(hours=1))
    assert review_queue.waiting(connection) == []
    [found] = review_queue.beginning_with(connection, line.review_id[:10].upper())
    assert (found.resolved_by, found.resolved_at) == ("duty-officer", NOW), "who closed it first"


@pytest.mark.parametrize("prefix", ["%", "_", "zz"])
def test_signs_of_the_database_are_no_wild_cards(connection: Connection, prefix: str) -> None:
    reviews.request(connection, "isolated_message", "somewhere", NOW)
    assert review_queue.beginning_with(connection, prefix) == []
