"""A Kafka record as whoever handles it sees it; apart from ``stream``, so that only who reads a stream loads Faust."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A Kafka record. ``timestamp`` is the broker's."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: datetime

    @property
    def octets(self) -> int:
        """About how much memory it takes."""
        return len(self.value or b"") + sum(len(name) + len(value) for name, value in self.headers)
