"""The next offset of each partition: what was skipped is noticed, and only what is done is committed to Kafka."""

from collections import defaultdict

import pytest
from faust.types import TP

from tocsin.runtime.positions import DatabaseConsumer, OffsetGap

ONE, TWO = TP("reports", 0), TP("reports", 1)


@pytest.fixture
def consumer() -> DatabaseConsumer:
    consumer = DatabaseConsumer.__new__(DatabaseConsumer)
    consumer.begin_at({ONE: 5})
    consumer._acked, consumer._acked_index = defaultdict(list), defaultdict(set)
    return consumer


def test_the_following_message_and_a_repeat_are_expected(consumer: DatabaseConsumer) -> None:
    for offset in (5, 4, 0):
        consumer.expect(ONE, offset)


def test_what_was_read_is_followed_by_the_next_whether_or_not_it_is_done(consumer: DatabaseConsumer) -> None:
    consumer.expect(ONE, 5)
    consumer.expect(ONE, 6)
    with pytest.raises(OffsetGap, match="reports-0: expected 7, got 8"):
        consumer.expect(ONE, 8)


def test_a_skipped_message_is_noticed(consumer: DatabaseConsumer) -> None:
    with pytest.raises(OffsetGap, match="reports-0: expected 5, got 6"):
        consumer.expect(ONE, 6)


def test_a_partition_of_unknown_position_may_begin_anywhere(consumer: DatabaseConsumer) -> None:
    consumer.expect(TWO, 77)
    consumer.done(TWO, 77)
    with pytest.raises(OffsetGap):
        consumer.expect(TWO, 79)


@pytest.mark.parametrize(
    ("done", "committed"),
    [
        ([], 5),
        ([5], 6),
        ([5, 6, 7], 8),
        ([2, 3], 5),
        ([5, 4], 6),
        ([7, 6], 5),
        ([7, 5], 6),
        ([7, 5, 6], 8),
        ([6, 6, 5, 9], 7),
    ],
)
def test_what_is_committed_is_everything_up_to_the_first_that_is_not_done(
    consumer: DatabaseConsumer, done: list[int], committed: int
) -> None:
    for offset in done:
        consumer.done(ONE, offset)
    assert consumer._new_offset(ONE) == committed


def test_acknowledgements_of_messages_that_were_not_done_commit_nothing(consumer: DatabaseConsumer) -> None:
    consumer._acked[ONE].extend([5, 6, 7])
    assert consumer._new_offset(ONE) == 5
    assert consumer._new_offset(TWO) is None


@pytest.mark.parametrize(("asked", "found"), [(None, [ONE]), ({"reports"}, [ONE]), ({ONE}, [ONE]), ({TWO}, [])])
def test_only_known_partitions_are_committed(consumer: DatabaseConsumer, asked: set | None, found: list[TP]) -> None:
    assert list(consumer._filter_tps_with_pending_acks(asked)) == found


def test_after_a_revocation_nothing_is_known(consumer: DatabaseConsumer) -> None:
    consumer.done(ONE, 6)
    consumer.begin_at({})
    assert consumer._new_offset(ONE) is None
    assert list(consumer._filter_tps_with_pending_acks()) == []
    consumer.expect(ONE, 99)
    assert consumer._new_offset(ONE) == 99
