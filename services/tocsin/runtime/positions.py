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
    _next: dict[Any, int] | None = None
    _joins_left = 10

    def expect(self, partition: Any, offset: int) -> None:
        """Raise OffsetGap if a message before ``offset`` was not read."""
        expected = (self._next or {}).get(partition, offset)
        if offset > expected:
            raise OffsetGap(f"{partition.topic}-{partition.partition}: expected {expected}, got {offset}")

    def done(self, partition: Any, offset: int) -> None:
        """The message at ``offset`` is committed in the database."""
        if self._next is None:
            self._next = {}
        self._next[partition] = max(offset + 1, self._next.get(partition, 0))

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
        self._next = following

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
        self._next = None

    async def _add_gap(self, *_: Any) -> None:
        """Gaps are never filled in: see ``expect``."""

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Any:
        return [tp for tp in (self._next or {}) if topics is None or tp in topics or tp.topic in topics]

    def _new_offset(self, tp: Any) -> int | None:
        self._acked[tp].clear()
        self._acked_index[tp].clear()
        return (self._next or {}).get(tp)


def transport_for(app: Any, positions: Callable[[Collection[Position]], Mapping[Position, int]]) -> tuple[Any, Any]:
    """The transports for consuming and producing, bound to ``positions``."""

    class Consumer(DatabaseConsumer):
        pass

    Consumer.positions = staticmethod(positions)

    class Transport(driver.Transport):
        pass

    Transport.Consumer = Consumer
    return Transport(app.conf.broker_consumer, app), Transport(app.conf.broker_producer, app)
