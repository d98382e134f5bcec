"""A broker that is not there is told of soon, to everybody who waits, and asked again later."""

import asyncio
import time
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from tocsin.devtools.ports import free_ports
from tocsin.intake import publishing
from tocsin.intake.publishing import Broker, Record, Stored, Unavailable
from tocsin.runtime.kafka_access import Access

RECORD = Record("tocsin.reports.v1", b"key", (("ce_id", b"1"),), b"body")


def test_where_nothing_listens_all_are_told_at_once_by_one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = free_ports(1)
    looked = list[str]()

    def look(address: str) -> bool:
        looked.append(address)
        return False

    monkeypatch.setattr(publishing, "is_reachable", look)

    async def ask() -> list[Any]:
        broker = Broker(lambda: Access(f"127.0.0.1:{port}"))
        outcomes = await asyncio.gather(*(broker.send(RECORD) for _ in range(20)), return_exceptions=True)
        with pytest.raises(Unavailable):
            await broker.send(RECORD)
        await broker.close()
        return outcomes

    began = time.monotonic()
    outcomes = asyncio.run(ask())
    assert {type(outcome) for outcome in outcomes} == {Unavailable}
    assert looked == [f"127.0.0.1:{port}"] * 2, "once for those who came together, and anew for who came later"
    assert time.monotonic() - began < 3


class Producer:
    """Of the client library: stores, hangs, or fails, as the test says."""

    made: list["Producer"]
    plan: list[str]

    def __init__(self, **options: Any) -> None:
        self.options, self.stopped = options, False
        type(self).made.append(self)

    async def start(self) -> None: ...

    async def stop(self) -> None:
        self.stopped = True

    async def send(self, topic: str, body: bytes, key: bytes, headers: Any) -> "asyncio.Future[Stored]":
        told: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        match type(self).plan.pop(0):
            case "stores":
                told.set_result(Stored(topic, 2, 7))
            case "fails":
                told.set_exception(KafkaConnectionError())
        return told


@pytest.mark.parametrize("fault", ["fails", "hangs"])
def test_after_a_failure_a_new_producer_is_made_and_the_old_one_is_ended(
    monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    Producer.made, Producer.plan = [], ["stores", fault, "stores"]
    monkeypatch.setattr(publishing, "AIOKafkaProducer", Producer)
    monkeypatch.setattr(publishing, "is_reachable", lambda _: True)

    async def ask() -> None:
        broker = Broker(lambda: Access("127.0.0.1:9"), patience=0.05)
        assert await broker.send(RECORD) == Stored("tocsin.reports.v1", 2, 7)
        with pytest.raises(Unavailable):
            await broker.send(RECORD)
        assert (await broker.send(RECORD)).offset == 7
        await broker.close()

    asyncio.run(ask())
    assert [producer.stopped for producer in Producer.made] == [True, True]
    assert {(p.options["acks"], p.options["enable_idempotence"]) for p in Producer.made} == {("all", True)}
