"""Each sender has its turn, keeps its own order, and nothing is lost or taken twice; memory is bounded."""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.runtime import lanes
from tocsin.runtime.lanes import Lanes

FLOOD = 300


def _filled(senders: str) -> Lanes[tuple[str, int]]:
    filled: Lanes[tuple[str, int]] = Lanes()
    for number, sender in enumerate(senders):
        filled.add(sender, (sender, number), 1)
    return filled


def test_one_lane_is_a_queue() -> None:
    assert [number for _, number in _filled("aaaa").take(9)] == [0, 1, 2, 3]


def test_who_comes_after_a_flood_has_the_next_turn() -> None:
    waiting = _filled("f" * FLOOD)
    waiting.take(16)
    waiting.add("u", ("u", 0), 1)
    assert ("u", 0) in waiting.take(2)


@given(st.lists(st.one_of(st.sampled_from("abc"), st.integers(1, 5)), max_size=80))
def test_everything_is_taken_once_and_each_sender_in_its_order(steps: list[str | int]) -> None:
    waiting: Lanes[tuple[str, int]] = Lanes()
    added, taken = [], []
    for number, step in enumerate(steps):
        if isinstance(step, int):
            taken += waiting.take(step)
        else:
            waiting.add(step, (step, number), 1)
            added.append((step, number))
        assert len(waiting) == len(added) - len(taken)
    taken += waiting.take(len(added))
    assert sorted(taken) == sorted(added)
    assert not waiting
    for sender in "abc":
        own = [number for who, number in taken if who == sender]
        assert own == sorted(own)


@given(st.text("abcd", min_size=1, max_size=60))
def test_between_two_turns_of_one_sender_every_other_that_waits_has_one(senders: str) -> None:
    waiting, served = _filled(senders), ""
    while waiting:
        served += waiting.take(1)[0][0]
    for who in set(served):
        first, *further = [place for place, sender in enumerate(served) if sender == who]
        for place in further:
            rest = set(served[place:]) - {who}
            assert rest <= set(served[first:place])
            first = place


def test_it_is_full_by_number_and_by_size() -> None:
    assert _filled("a" * lanes.MOST).is_full
    assert not _filled("a" * (lanes.MOST - 1)).is_full
    large: Lanes[str] = Lanes()
    large.add("a", "x", lanes.MOST_OCTETS)
    assert large.is_full
    large.take(1)
    assert not large.is_full
