"""What a receipt says is in the spool is in the spool, whatever else went wrong in the same call."""

from pathlib import Path

import pytest

from tocsin.publisher.connecting import Flight, Line
from tocsin.publisher.errors import BrokerRefused, BrokerUnavailable, PublishError
from tocsin.publisher.pipelining import Pipeline
from tocsin.publisher.receipts import Message, Receipt
from tocsin.publisher.spool import Spool

OUTCOMES = [
    ("lost", "refused"),
    ("lost", "taken", "refused"),
    ("refused", "lost"),
    ("lost", "lost"),
    ("taken", "refused", "lost"),
]


def _message(number: int) -> Message:
    return Message(number + 1, None, f"event-{number}", "tocsin.reports.v1", b"key", [("ce_id", b"1")], b"{}")


class _Moody(Line):
    """A broker that takes each message, loses its answer, or refuses it."""

    def __init__(self, outcomes: tuple[str, ...]) -> None:
        super().__init__(lambda: None, 1.0)
        self._outcomes = outcomes

    def start(self, message: Message) -> Flight:
        return Flight(message, None, None)

    def hurry(self) -> None:
        """Nothing lingers."""

    def settle(self, flight: Flight) -> Receipt:
        outcome = self._outcomes[flight.message.sequence - 1]
        if outcome == "lost":
            raise BrokerUnavailable("lost")
        if outcome == "refused":
            raise BrokerRefused("refused")
        return flight.message.receipt(0, flight.message.sequence)


@pytest.mark.parametrize("outcomes", OUTCOMES)
def test_every_receipt_of_a_failed_call_is_kept_somewhere(tmp_path: Path, outcomes: tuple[str, ...]) -> None:
    spool = Spool(tmp_path / "spool", bytes(32), 1_000_000)
    pipeline = Pipeline(_Moody(outcomes), spool)
    receipts: list[Receipt] = []
    try:
        receipts = pipeline.carry(map(_message, range(len(outcomes))))
    except PublishError as error:
        receipts = list(error.receipts)
    waiting = {message.event_id for message in spool.oldest(99)}
    assert {receipt.event_id for receipt in receipts if receipt.spooled} == waiting
    assert [r.event_id for r in receipts if not r.spooled] == [
        f"event-{n}" for n, outcome in enumerate(outcomes[: len(receipts)]) if outcome == "taken"
    ]
    spool.close()
