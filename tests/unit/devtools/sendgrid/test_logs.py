"""The log is searched in the language of the provider's description."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.devtools.sendgrid.ledger import Ledger
from tocsin.devtools.sendgrid.logs import BadQuery, Known, detail, search

LATER = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def a_line(mail_id: str, to: str, at: str, **over: Any) -> dict[str, Any]:
    fields = {"id": mail_id, "at": at, "to": to, "from": "a@t.example", "subject": "UA · HRD-7F3K-22Q", "thread": "t"}
    return {**fields, "custom_args": {"d": mail_id}, "headers": {}, "text": "x", "html": "x", **over}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append(a_line("one", "desk@m.example", "2026-11-24T09:00:00+00:00"))
    ledger.append(a_line("two", "Desk@M.example", "2026-11-24T10:00:00+00:00", subject="AL · HRD-1234-567"))
    ledger.append(a_line("three", "bounce@m.example", "2026-11-24T11:00:00+00:00"))
    yield ledger
    ledger.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["three", "two", "one"]),
        ("to_email = 'desk@m.example'", ["two", "one"]),
        ("to_email = 'desk@m.example' AND sg_message_id_created_at >= TIMESTAMP \"2026-11-24T09:30:00Z\"", ["two"]),
        ("sg_message_id_created_at < TIMESTAMP \"2026-11-24T09:30:00Z\"", ["one"]),
        ("subject = 'AL · HRD-1234-567'", ["two"]),
        ("status IN ('bounced', 'blocked')", ["three"]),
        ("to_email = 'nobody@m.example'", []),
    ],
)  # fmt: skip
def test_conditions_are_joined(ledger: Ledger, query: str, found: list[str]) -> None:
    assert [m["sg_message_id"].partition(".")[0] for m in search(Known(ledger, LATER), query, 10)] == found


def test_the_newest_come_first_up_to_the_limit(ledger: Ledger) -> None:
    assert len(search(Known(ledger, LATER), "", 2)) == 2


@pytest.mark.parametrize("query", ["everything", "custom_args = 'x'", "to_email LIKE 'x'", "(to_email = 'x')"])
def test_another_language_is_refused(ledger: Ledger, query: str) -> None:
    with pytest.raises(BadQuery):
        search(Known(ledger, LATER), query, 10)


def test_details_hold_the_events_so_far_and_the_arguments(ledger: Ledger) -> None:
    found = detail(Known(ledger, LATER), "three.recvd-simulator-1-1.0")
    assert found is not None
    assert found["custom_args"] == {"d": "three"}
    assert [event["event"] for event in found["events"]] == ["processed", "bounce"]
    assert detail(Known(ledger, LATER), "none") is None
