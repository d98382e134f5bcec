"""A key never signs twice under one number, however often its program dies and whatever its clock says."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tocsin.publisher.numbering import Numbers


@dataclass
class Kept:
    """A reserve on a disk that outlives its program."""

    ceiling: int = 0
    writes: int = 0

    def raise_ceiling(self, number: int) -> None:
        self.ceiling, self.writes = number, self.writes + 1


@given(st.lists(st.tuples(st.integers(0, 2**51), st.integers(0, 50)), max_size=8))
def test_numbers_rise_over_crashes_and_clocks_set_back(lives: list[tuple[int, int]]) -> None:
    kept, used = Kept(), []
    for clock, count in lives:
        numbers = Numbers(kept, lambda clock=clock: clock)
        used += [numbers.next() for _ in range(count)]
        assert all(number < kept.ceiling for number in used)
    assert used == sorted(set(used))


def test_the_disk_is_written_once_in_a_long_while() -> None:
    kept = Kept()
    numbers = Numbers(kept, lambda: 1_700_000_000_000_000)
    for _ in range(10_000):
        numbers.next()
    assert kept.writes == 1


def test_without_a_reserve_numbers_begin_at_the_clock() -> None:
    numbers = Numbers(None, lambda: 5)
    assert [numbers.next(), numbers.next()] == [5, 6]
