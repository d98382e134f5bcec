"""A letter: one message as a mechanism puts it on ``tocsin.reports.v1``, with what must come of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tocsin.domain.identifiers import report_id
from tocsin_schemas.events import encode_headers

Headers = tuple[tuple[str, bytes], ...]
WRITTEN_AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REPEAT = "repeat"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    DEAD_LETTER = "dead-letter"


@dataclass(frozen=True, slots=True)
class Letter:
    """code: of the dead letter, if that is what becomes of it."""

    publisher: str
    event_type: str
    headers: Headers
    key: bytes
    body: bytes
    note: str
    expected: Outcome
    code: str | None = None

    def again(self) -> "Letter":
        """The same letter, published once more."""
        return replace(self, expected=Outcome.REPEAT, note=f"{self.note} (repeat)")

    def refused(self, code: str) -> "Letter":
        return replace(self, expected=Outcome.DEAD_LETTER, code=code)


def write(
    content: Mapping[str, Any], note: str, expected: Outcome = Outcome.ACCEPTED, event_type: str = "report.submitted"
) -> Letter:
    """A letter as any publisher could write it: JSON of its own making, not through our models."""
    publisher, reference = content["publisher"], content["publisher_reference"]
    identity = report_id(publisher, reference)
    event_id = f"{identity}.{content.get('revision', 1)}"
    source = f"https://{publisher.lower()}.example/reports"
    return Letter(
        publisher=publisher,
        event_type=event_type,
        headers=tuple(encode_headers(event_id, event_type, source, WRITTEN_AT)),
        key=identity.encode(),
        body=json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(),
        note=note,
        expected=expected,
    )
