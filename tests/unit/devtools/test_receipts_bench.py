"""The classifier of probes: a coin where there is nothing to tell, and not where there is."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.devtools.bench.load import Answer
from tocsin.devtools.bench.receipts import AIM, Pair, Probed, auc, classify

SMALL = st.lists(st.integers(0, 9), min_size=1, max_size=12)


@given(SMALL, SMALL)
def test_the_area_is_the_share_of_pairs_that_a_threshold_orders(known: list[int], unknown: list[int]) -> None:
    above = sum((k > u) + (k == u) / 2 for k in known for u in unknown) / (len(known) * len(unknown))
    assert auc(known, unknown) == pytest.approx(max(above, 1 - above))


def pairs(leak: float, sizes: tuple[int, int] = (191, 191)) -> list[Pair]:
    """leak: seconds that a known case takes longer, where an answer takes 8 to 12 ms."""
    dice = random.Random(5)

    def probed(more: float, size: int) -> Probed:
        answer = Answer(202, dice.uniform(0.008, 0.012) + more, size, b"")
        return Probed(answer, Answer(202, dice.uniform(0.008, 0.012), 191, b""))

    return [(probed(leak, sizes[0]), probed(0, sizes[1])) for _ in range(6000)]


def test_a_leak_of_a_tenth_of_a_millisecond_or_of_a_byte_is_found_and_none_is_not() -> None:
    assert max(classify(pairs(0)).values()) <= AIM
    assert classify(pairs(0.0001))["time of the answer"] > AIM
    assert classify(pairs(0, (192, 191)))["size of the answer"] == 1
