"""Nobody gets more than their share, and nobody is kept out by what others do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intaking import an_intake
from tocsin.intake import door
from tocsin.intake.pace import Pace


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60), st.floats(0.5, 20), st.floats(1, 30))
def test_in_any_time_no_more_is_given_than_the_burst_and_the_rate(
    waits: list[float], rate: float, burst: float
) -> None:
    pace, now, given = Pace(rate, burst), 100.0, 0
    for wait in waits:
        now += wait
        given += pace.take("one", now) == 0
        assert given <= burst + rate * (now - 100.0) + 1e-6


@given(st.floats(0.5, 20), st.floats(1, 30))
def test_whoever_waits_as_long_as_is_said_is_let_in(rate: float, burst: float) -> None:
    pace, now = Pace(rate, burst), 0.0
    for _ in range(60):
        if wait := pace.take("one", now):
            now += wait + 1e-6
            assert pace.take("one", now) == 0


def test_what_strangers_do_fills_no_memory_and_takes_nothing_from_others() -> None:
    pace = Pace(1, 2, kept=100)
    pace.take("one", 0)
    for stranger in range(10_000):
        pace.take(f"stranger {stranger}", 0)
    assert len(pace._buckets) == 100


def test_a_publisher_that_asks_too_much_is_told_when_to_come_back_and_others_are_not(tmp_path: Path) -> None:
    intake = an_intake(tmp_path, rate=0.2)
    answers = [intake.submit() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].json()["problems"][0]["code"] == "rate-limited"
    assert 1 <= int(answers[2].headers["retry-after"]) <= 5
    assert intake.ask("GET", "/v1/receipts/x", "reports").status_code == 429, "its other key is its own as well"
    assert intake.ask("GET", "/v1/receipts/x", "other").status_code == 404
    assert len(intake.shelf.records) == 2


@pytest.mark.parametrize(("address", "neighbour", "stranger"), [
    ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
    ("2001:db8:1:2::5", "2001:db8:1:2:ffff::6", "2001:db8:1:3::5"),
    ("::ffff:192.0.2.7", "192.0.2.7", "::ffff:192.0.2.8"),
])  # fmt: skip
def test_an_address_with_too_many_bad_keys_is_slowed_down_and_a_good_key_is_let_in_all_the_same(
    tmp_path: Path, address: str, neighbour: str, stranger: str
) -> None:
    intake = an_intake(tmp_path)
    answers = [intake.submit(key=f"tcn_{n}_x", address=address) for n in range(door.FAILURES)]
    assert {answer.status_code for answer in answers} == {401}
    slowed = intake.submit(key="tcn_one_more", address=neighbour)
    assert (slowed.status_code, slowed.json()["problems"][0]["code"]) == (429, "too-many-failures")
    assert int(slowed.headers["retry-after"]) >= 1
    assert intake.submit(key="tcn_one_more", address=stranger).status_code == 401
    assert intake.submit(address=address).status_code == 202
