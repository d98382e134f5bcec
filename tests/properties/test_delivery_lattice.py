"""Whatever the order and the number of observations, a delivery ends in the same state."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.domain.following.delivery import OBSERVATION_OF_EVENT, OBSERVATION_OF_STATUS, advance, settle
from tocsin_schemas.deliveries import DeliveryState

STATES = st.sampled_from(DeliveryState)
HISTORIES = st.lists(STATES, max_size=12)


def _replay(observations: list[DeliveryState]) -> DeliveryState:
    state = DeliveryState.REQUESTED
    for observed in observations:
        state = advance(state, observed)
    return state


@settings(deadline=None)
@given(HISTORIES, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_final_state(history, random) -> None:
    shuffled = random.sample(history, len(history))
    assert _replay(history) is _replay(shuffled) is settle(history)


@settings(deadline=None)
@given(HISTORIES, st.lists(st.integers(1, 50), min_size=12, max_size=12))
def test_any_repetition_gives_the_same_final_state(history, times) -> None:
    repeated = [state for state, count in zip(history, times, strict=False) for _ in range(count)]
    assert _replay(repeated) is _replay(history)


@settings(deadline=None)
@given(STATES, STATES, STATES)
def test_advance_is_a_least_upper_bound(a, b, c) -> None:
    assert advance(a, b) is advance(b, a)
    assert advance(a, advance(b, c)) is advance(advance(a, b), c)
    assert advance(a, a) is a
    assert advance(a, DeliveryState.REQUESTED) is a


@settings(deadline=None)
@given(st.sampled_from(sorted(OBSERVATION_OF_EVENT.values())))
def test_a_trace_of_the_mail_outside_outweighs_a_cancellation_and_a_doubt(seen) -> None:
    for doubt in (DeliveryState.CANCELLED, DeliveryState.UNKNOWN, DeliveryState.REJECTED):
        assert advance(doubt, seen) is seen


def test_a_bounce_after_a_delivery_stands() -> None:
    assert settle([DeliveryState.BOUNCED, DeliveryState.DELIVERED]) is DeliveryState.BOUNCED


def test_nothing_that_was_sent_can_be_cancelled() -> None:
    for sent in (DeliveryState.UNKNOWN, DeliveryState.ACCEPTED, DeliveryState.DELIVERED):
        assert advance(sent, DeliveryState.CANCELLED) is sent


CASES = 10_000
TOLD = [
    *OBSERVATION_OF_EVENT.values(),
    *OBSERVATION_OF_STATUS.values(),
    DeliveryState.ACCEPTED,
    DeliveryState.UNKNOWN,
    DeliveryState.REJECTED,
]
"""What events, the log and a sender's own outcome may tell of a mail."""


def test_ten_thousand_mails_end_as_they_must_however_their_evidence_is_ordered_and_repeated() -> None:
    dice = Random(6)
    for _ in range(CASES):
        told = dice.sample(TOLD, dice.randint(1, 7))
        often = [state for state in told for _ in range(dice.choice((1, 1, 1, 2, 3, 46)))]
        ends = {_replay(dice.sample(often, len(often))) for _ in range(3)}
        late = dice.randint(0, len(told))  # the rest comes a day later, after a pass through the log
        ends.add(advance(_replay(told[:late]), _replay(told[late:])))
        assert ends == {settle(told)}, told
