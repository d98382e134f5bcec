"""What is written is what the contract asks for: signed, in order, and silent about who it concerns."""

import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from builders import a_report, a_victim
from tocsin.publisher import InvalidReport
from tocsin.publisher.receipts import Message, unpack
from tocsin.publisher.writing import Writing
from tocsin.runtime import jwe, jws
from tocsin.runtime.jws import Signature, signing_key
from tocsin_schemas.actions import RecommendationMade
from tocsin_schemas.events import decode_event
from tocsin_schemas.reports import Narrative, Withdrawal
from tocsin_schemas.signing import MAX_SIGNATURE, SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import ACTIONS, MAX_EVENT_BYTES, MAX_SEALED_BYTES, REPORTS

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NAME, KEY = "ACHPR-SRHRD", signing_key("ACHPR-SRHRD.1", bytes(range(32)))
OPENING = jwe.opening_key("tocsin-1", bytes(range(1, 33)))


def writing(**over: Any) -> Writing:
    fields: dict[str, Any] = {"name": NAME, "key": KEY, "clock": lambda: NOW}
    return Writing(**(fields | {"next_sequence": itertools.count(7).__next__} | over))


def signature_of(message: Message) -> Signature:
    """Raises if it is false."""
    (token,) = [value for name, value in message.headers if name == SIGNATURE_HEADER]
    assert len(token) <= MAX_SIGNATURE
    jws.verify(token, signed_octets(message.headers, message.body), KEY.public_key)
    return jws.read_signature(token)


def test_a_report_is_signed_and_reads_back_as_it_was() -> None:
    message = writing().write("report.submitted", a_report())
    assert signature_of(message) == Signature(KEY.key_id, 7, NOW)
    event = decode_event(message.headers, message.body, NOW)
    assert (event.id, event.type, event.time) == (message.event_id, "report.submitted", NOW)
    assert event.data == a_report()
    assert (message.topic, message.key.decode()) == (REPORTS.name, message.report_id)


def test_a_sealed_report_is_open_to_the_deployment_alone_and_signed_as_it_travels() -> None:
    message = writing(sealed_to=OPENING.public()).write("report.submitted", a_report())
    assert signature_of(message).sequence == 7
    assert ("content-type", b"application/jose") in message.headers
    assert sum(name == "content-type" for name, _ in message.headers) == 1
    assert b"Mensahvi" not in message.body
    assert OPENING.open(message.body) == a_report().model_dump_json(exclude_none=True).encode()


def test_a_report_its_correction_and_its_withdrawal_keep_their_order_by_one_key() -> None:
    ours = writing()
    fields = {"publisher": NAME, "publisher_reference": a_report().publisher_reference, "withdrawn_at": NOW}
    messages = [
        ours.write("report.submitted", a_report()),
        ours.write("report.corrected", a_report(revision=2)),
        ours.write("report.withdrawn", Withdrawal(**fields, revision=3, reason="unfounded")),
    ]
    assert len({(message.key, message.report_id) for message in messages}) == 1
    assert [message.sequence for message in messages] == [7, 8, 9]


SAME: list[tuple[str, Callable[[], Message], bool]] = [
    ("again", lambda: writing().write("report.submitted", a_report()), True),
    ("other content", lambda: writing().write("report.submitted", a_report(language="fr")), False),
    ("another type", lambda: writing().write("report.corrected", a_report()), False),
    ("another key", lambda: writing(key=signing_key("other", bytes(32))).write("report.submitted", a_report()), False),
]


@pytest.mark.parametrize(("what", "write", "same"), SAME, ids=[row[0] for row in SAME])
def test_the_same_content_of_one_key_is_the_same_event(what: str, write: Callable[[], Message], same: bool) -> None:
    known = writing().write("report.submitted", a_report())
    assert (write().event_id == known.event_id) is same


def test_nothing_but_the_body_tells_whom_it_concerns() -> None:
    report = a_report(publisher_reference="Mensahvi 1", alleged_victims=[a_victim("Afi Mensahvi")])
    message = writing().write("report.submitted", report)
    around = b"".join([message.key, message.topic.encode(), *(n.encode() + v for n, v in message.headers)])
    assert not re.search(rb"mensahvi", around, re.IGNORECASE)
    assert "Mensahvi" not in repr(message)


def test_an_action_goes_to_its_topic_under_an_opaque_key() -> None:
    made = RecommendationMade(
        mechanism=NAME, country="TGO", recommendation="Release her.", made_on=NOW.date(), recorded_at=NOW
    )
    message = writing().write("recommendation.made", made)
    assert (message.topic, message.report_id) == (ACTIONS.name, None)
    assert signature_of(message).key_id == KEY.key_id


REFUSED = [
    ({"publisher": "UN-WGAD"}, None, "publisher-mismatch", "/publisher"),
    ({"narratives": [Narrative(language="en", text="ä" * 9_000)] * 15}, None, "body-too-large", ""),
    ({"narratives": [Narrative(language="en", text="ä" * 9_000)] * 15}, OPENING.public(), "body-too-large", ""),
]


@pytest.mark.parametrize(("over", "sealed_to", "code", "path"), REFUSED)
def test_what_tocsin_or_the_broker_would_refuse_is_told_before_it_is_sent(
    over: dict[str, Any], sealed_to: dict[str, str] | None, code: str, path: str
) -> None:
    with pytest.raises(InvalidReport) as refusal:
        writing(sealed_to=sealed_to).write("report.submitted", a_report(**over))
    assert [(problem.code, problem.path) for problem in refusal.value.problems] == [(code, path)]


def test_the_largest_report_may_be_sealed() -> None:
    report = a_report(narratives=[Narrative(language="en", text="a" * 15_000)] * 17)
    message = writing(sealed_to=OPENING.public()).write("report.submitted", report)
    assert MAX_EVENT_BYTES < len(message.body) <= MAX_SEALED_BYTES
    assert OPENING.open(message.body) == report.model_dump_json(exclude_none=True).encode()


def test_a_packed_message_is_the_same_octets_again() -> None:
    for sealed_to in (None, OPENING.public()):
        message = writing(sealed_to=sealed_to).write("report.submitted", a_report(alleged_victims=[a_victim("عافي")]))
        assert unpack(message.sequence, message.pack()) == message
