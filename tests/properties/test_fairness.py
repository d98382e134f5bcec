"""Whoever sends what and whenever: nothing that waits is passed over for ever, and no flood makes others wait for it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.fairness import Order, Turn, full
from tocsin.knowledge.fairness import load_fairness
from tocsin_schemas.vocabulary import Priority

SHARES = load_fairness().shares
WEIGHTS = {priority: share.weight for priority, share in SHARES.items()}
MOST = max(WEIGHTS.values())
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PUBLISHERS = st.sampled_from("abcde")
arrivals = st.tuples(PUBLISHERS, st.sampled_from(Priority))
steps = st.lists(st.one_of(arrivals, st.none()), min_size=1, max_size=120)
"""Reports that come, and turns (None)."""


class Queue:
    """What waits, by publisher and priority, and the order in which it is served."""

    def __init__(self) -> None:
        self.order, self.waiting, self.numbers = Order(SHARES), defaultdict(list), count()
        self.served: list[tuple[Turn, int]] = []

    def add(self, publisher: str, priority: Priority) -> int:
        number = next(self.numbers)
        self.waiting[publisher, priority].append(number)
        return number

    def flows(self) -> dict[str, frozenset[Priority]]:
        found: dict[str, set[Priority]] = defaultdict(set)
        for (publisher, priority), numbers in self.waiting.items():
            if numbers:
                found[publisher].add(priority)
        return {publisher: frozenset(priorities) for publisher, priorities in found.items()}

    def serve(self) -> tuple[Turn, int] | None:
        flows = self.flows()
        if not flows:
            return None
        turn = self.order.next(flows)
        self.order = self.order.after(turn, flows)
        self.served.append((turn, self.waiting[turn.publisher, turn.priority].pop(0)))
        return self.served[-1]

    def serve_until(self, number: int) -> list[Turn]:
        """The turns that others have before this report has its own."""
        before = []
        while (served := self.serve()) is not None:
            if served[1] == number:
                return before
            before.append(served[0])
        raise AssertionError("it was never served")


def _queue_after(history) -> Queue:
    queue = Queue()
    for step in history:
        if step is None:
            queue.serve()
        else:
            queue.add(*step)
    return queue


@given(steps)
def test_everything_that_waits_has_its_turn_once(history) -> None:
    queue = _queue_after(history)
    while queue.serve() is not None:
        pass
    assert sorted(number for _, number in queue.served) == list(range(sum(step is not None for step in history)))


@given(steps, PUBLISHERS, st.sampled_from(Priority))
def test_a_publisher_of_whom_nothing_waited_waits_for_a_few_turns_of_each_other(history, publisher, priority) -> None:
    queue = _queue_after(history)
    while publisher in queue.flows():
        queue.serve()
    before = queue.serve_until(queue.add(publisher, priority))
    dues = 1 + Fraction(MOST, WEIGHTS[priority])
    # one turn that is due already, and those that are due before it: of the most urgent, MOST for one of weight 1
    assert all(turns <= dues + 1 for turns in Counter(turn.publisher for turn in before).values())


@given(steps, st.integers(20, 400), st.lists(st.sampled_from(Priority), min_size=1, max_size=8))
def test_a_flood_of_urgent_reports_holds_others_up_by_their_own_number_alone(history, flood, own) -> None:
    queue = _queue_after(history)
    for _ in range(flood):
        queue.add("flooder", Priority.P1)
    last = [queue.add("other", priority) for priority in own]
    turns = [turn for number in last for turn in _until(queue, number)]
    bound = sum(Fraction(MOST, WEIGHTS[priority]) for priority in own) + len(own) + 2
    assert sum(turn.publisher == "flooder" for turn in turns) <= bound


@given(st.integers(0, 60), st.sampled_from(Priority), st.integers(1, 100))
def test_who_has_waited_long_is_not_held_up_by_a_flood_that_comes_anew(turns, priority, flood) -> None:
    queue = Queue()
    for _ in range(turns):
        queue.add("patient", priority)
        queue.serve()
    own = [queue.add("patient", priority) for _ in range(5)]
    for _ in range(flood):
        queue.add("flooder", Priority.P1)
    for number in own:
        assert len(queue.serve_until(number)) <= 1 + Fraction(MOST, WEIGHTS[priority])


def _until(queue: Queue, number: int) -> list[Turn]:
    return [] if any(served == number for _, served in queue.served) else queue.serve_until(number)


@given(st.sampled_from(Priority), st.integers(1, 60))
def test_a_publisher_alone_is_served_in_the_order_in_which_it_sent(priority, number) -> None:
    queue = Queue()
    for _ in range(number):
        queue.add("a", priority)
    while queue.serve() is not None:
        pass
    assert [served for _, served in queue.served] == list(range(number))


@given(steps, st.sets(st.sampled_from(Priority), min_size=2))
def test_within_a_publisher_the_urgent_go_first_by_their_weight_and_the_others_are_not_left(
    history, priorities
) -> None:
    queue = _queue_after([step for step in history if step is None or step[0] != "f"])
    for _ in range(200):
        queue.add("z", Priority.P1)
        for priority in priorities:
            queue.add("f", priority)
    before = len(queue.served)
    while sum(turn.publisher == "f" for turn, _ in queue.served[before:]) < 90:
        queue.serve()
    turns = Counter(turn.priority for turn, _ in queue.served[before:] if turn.publisher == "f")
    whole = sum(WEIGHTS[priority] for priority in priorities)
    for priority in priorities:
        assert abs(turns[priority] - 90 * WEIGHTS[priority] / whole) <= len(priorities) + 1


@given(st.sampled_from(Priority), st.sampled_from(Priority))
def test_of_two_that_come_together_the_more_urgent_goes_first(one, other) -> None:
    waiting: Mapping[str, frozenset[Priority]] = {"a": frozenset({one}), "b": frozenset({other})}
    assert Order(SHARES).next(waiting).priority == min(one, other)


jumps = st.lists(st.integers(-10_000_000, 10_000_000).map(lambda ms: timedelta(milliseconds=ms)), max_size=60)


@given(st.sampled_from(Priority), jumps)
def test_no_jump_of_the_clock_gives_more_than_the_bucket_and_what_has_flowed_in(priority, moves) -> None:
    share, now = SHARES[priority], NOW
    level, taken, flowed = full(share, now), 0, 0.0
    for move in moves:
        flowed += max(0.0, move.total_seconds()) * share.per_second
        now += move
        level = level.refilled(share, now)
        assert 0 <= level.tokens <= share.burst
        assert level.at == now
        if (left := level.taken()) is not None:
            level, taken = left, taken + 1
    assert taken <= share.burst + flowed + 1e-6


@given(st.sampled_from(Priority), st.lists(st.floats(0, 5), max_size=30))
def test_looking_often_fills_a_bucket_no_faster_and_no_slower(priority, gaps) -> None:
    share = SHARES[priority]
    empty = full(share, NOW)
    while (less := empty.taken()) is not None:
        empty = less
    looked, now = empty, NOW
    for gap in gaps:
        now += timedelta(seconds=gap)
        looked = looked.refilled(share, now)
    assert abs(looked.tokens - empty.refilled(share, now).tokens) < 1e-4


def test_a_clock_that_went_back_for_a_month_does_not_keep_a_publisher_waiting_for_a_month() -> None:
    share = SHARES[Priority.P1]
    level = full(share, NOW).taken()
    assert level is not None
    back = level.refilled(share, NOW - timedelta(days=30))
    assert back.tokens == share.burst - 1
    assert back.refilled(share, back.at + timedelta(seconds=1 / share.per_second)).tokens == share.burst
