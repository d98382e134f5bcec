"""Reading from where the database says: a consumer for exactly Faust 0.15.3, whose private parts it overrides.

Faust's own bookkeeping of acknowledged offsets is replaced by one number for each partition, the next offset; a gap in
the sequence ends the process instead of being committed over.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any

from faust.transport.drivers import aiokafka as driver

Position = tuple[str, int]
"""Topic and partition."""
_JOIN_AGAIN_SECONDS = 1.0


class OffsetGap(RuntimeError):
    """A message was skipped between the broker and the handler."""


class DatabaseConsumer(driver.Consumer):
    """Starts each partition at ``positions`` and commits only what ``done`` has confirmed."""

    positions: Callable[[Collection[Position]], Mapping[Position, int]]
    _next: dict[Any, int]
    _read: dict[Any, int]
    _ahead: dict[Any, set[int]]
    _joins_left = 10

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin_at({})

    def begin_at(self, offsets: Mapping[Any, int]) -> None:
        """Forget what was read and done; reading begins at these offsets."""
        self._next, self._read, self._ahead = dict(offsets), dict(offsets), {}

    def expect(self, partition: Any, offset: int) -> None:
        """The message at ``offset`` was read. Raises OffsetGap if one before it was not."""
        expected = self._read.get(partition, offset)
        if offset > expected:
            raise OffsetGap(f"{partition.topic}-{partition.partition}: expected {expected}, got {offset}")
        self._read[partition] = max(offset + 1, expected)
        self._next.setdefault(partition, offset)

    def done(self, partition: Any, offset: int) -> None:
        """The message at ``offset`` is committed in the database. What is done before its turn waits for the others."""
        following, ahead = self._next.get(partition, offset), self._ahead.setdefault(partition, set())
        if offset >= following:
            ahead.add(offset)
        while following in ahead:
            ahead.remove(following)
            following += 1
        self._next[partition] = following

    async def perform_seek(self) -> None:
        await super().perform_seek()
        following = {tp: offset for tp, offset in self._read_offset.items() if offset is not None}
        assigned = {(tp.topic, tp.partition): tp for tp in self.assignment()}
        known = await asyncio.to_thread(type(self).positions, list(assigned))
        for position, offset in known.items():
            tp = assigned[position]
            if following.get(tp) != offset:
                await self.seek(tp, offset)
                following[tp] = offset
        self.begin_at(following)

    async def join_again(self) -> None:
        """Nothing was assigned to us. A broker that has just come back may not know the topics yet, and a restarted
        static member is given the same empty assignment again; only joining anew ends that.

        A few times at most, so that a spare worker does not disturb the others for ever.
        """
        if self._joins_left > 0:
            self._joins_left -= 1
            await asyncio.sleep(_JOIN_AGAIN_SECONDS)
            await self._thread.call_thread(self._rejoin)

    async def _rejoin(self) -> None:
        client = self._thread._ensure_consumer()
        client._client.force_metadata_update()
        client._coordinator.request_rejoin()

    async def on_partitions_revoked(self, revoked: Any) -> None:
        await super().on_partitions_revoked(revoked)
        self.begin_at({})

    async def _add_gap(self, *_: Any) -> None:
        """Gaps are never filled in: see ``expect``."""

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Any:
        return [tp for tp in self._next if topics is None or tp in topics or tp.topic in topics]

    def _new_offset(self, tp: Any) -> int | None:
        self._acked[tp].clear()
        self._acked_index[tp].clear()
        return self._next.get(tp)


def transport_for(app: Any, positions: Callable[[Collection[Position]], Mapping[Position, int]]) -> tuple[Any, Any]:
    """The transports for consuming and producing, bound to ``positions``."""

    class Consumer(DatabaseConsumer):
        pass

    Consumer.positions = staticmethod(positions)

    class Transport(driver.Transport):
        pass

    Transport.Consumer = Consumer
    return Transport(app.conf.broker_consumer, app), Transport(app.conf.broker_producer, app)
