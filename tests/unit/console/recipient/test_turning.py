"""A page begins where the one before ended, whatever happened in between."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from re import fullmatch

from hypothesis import given
from hypothesis import strategies as st

from databases import NOW
from tocsin.console.recipient import turning
from tocsin.console.recipient.turning import NEWEST, Mark

YEARS = (datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 2200))
INSTANTS = st.integers(*(int(year.timestamp() * 1e6) for year in YEARS)).map(
    lambda instants: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instants)
)


@dataclass(frozen=True)
class Line:
    at: datetime


@given(INSTANTS, st.integers(0, 9_999))
def test_a_mark_is_read_as_it_was_written(at: datetime, passed: int) -> None:
    mark = Mark(at, passed)
    assert fullmatch(turning.PATTERN, str(mark))
    assert turning.begun(str(mark)) == mark


def test_without_a_mark_a_page_begins_at_the_newest() -> None:
    assert turning.begun("") == NEWEST


@given(INSTANTS | st.just(NEWEST.at), INSTANTS)
def test_spans_leave_no_instant_out_and_none_twice(at: datetime, now: datetime) -> None:
    spans = list(turning.spans(Mark(at, 0), now))
    assert spans[0][1] == at + timedelta(microseconds=1)
    assert all(older[1] == newer[0] for newer, older in pairwise(spans))
    assert all(since < until for since, until in spans)
    assert spans[-1][0].year == 1


def test_lines_of_one_instant_that_fill_pages_are_passed_one_page_after_another() -> None:
    one = [Line(NOW)] * 3
    second = turning.after(one, NEWEST)
    third = turning.after(one, second)
    later = turning.after([Line(NOW), Line(NOW - timedelta(1))], third)
    assert [second, third, later] == [Mark(NOW, 3), Mark(NOW, 6), Mark(NOW - timedelta(1), 1)]
