"""What is known of a report that was handed over, and the signed event that carries it."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """A report or action is at the broker, or kept in the spool.

    report_id: UUIDv5 of publisher and reference; None for an action. event_id: of the CloudEvent.
    partition, offset: where the broker has it; None while it waits in the spool.
    """

    report_id: str | None
    event_id: str
    topic: str
    partition: int | None = None
    offset: int | None = None

    @property
    def spooled(self) -> bool:
        """Whether it waits here for the broker, which has not got it yet."""
        return self.offset is None


@dataclass(slots=True, repr=False)
class Message:
    """An event as it travels, signed under ``sequence``. Its octets are the same however often it is sent."""

    sequence: int
    report_id: str | None
    event_id: str
    topic: str
    key: bytes
    headers: list[tuple[str, bytes]]
    body: bytes

    def receipt(self, partition: int | None = None, offset: int | None = None) -> Receipt:
        return Receipt(self.report_id, self.event_id, self.topic, partition, offset)

    def pack(self) -> bytes:
        """Everything in it is text."""
        headers = [(name, value.decode()) for name, value in self.headers]
        parts = (self.report_id, self.event_id, self.topic, self.key.decode(), headers, self.body.decode())
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def unpack(sequence: int, packed: bytes) -> Message:
    report_id, event_id, topic, key, headers, body = json.loads(packed)
    encoded = [(name, value.encode()) for name, value in headers]
    return Message(sequence, report_id, event_id, topic, key.encode(), encoded, body.encode())
