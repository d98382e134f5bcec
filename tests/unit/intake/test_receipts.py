"""Receipts: of one length, unguessable, for their own publisher alone; and told at a fixed time, whatever became."""

import base64
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from databases import NOW
from intaking import PUBLISHER, Intake, an_intake
from tocsin.domain.identifiers import Identities
from tocsin.intake.receipts import LENGTH, Receipt, Receipts, UnknownReceipt
from tocsin.store.database import unit_of_work
from tocsin.store.receiving.parking import PARKED
from tocsin.store.streams import refusals
from tocsin.store.tables import processed_messages
from tocsin_schemas.problems import problem
from tocsin_schemas.topics import ACTIONS, REPORTS, TOPICS

RECEIPTS = Receipts(Identities(b"1" * 32))
PLACES = st.tuples(st.sampled_from([topic.name for topic in TOPICS]), st.integers(0, 65_535), st.integers(0, 2**63 - 1))
TIMES = st.integers(0, 170 * 365 * 86_400 * 1_000_000).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=n)
)
NAMES = st.text(min_size=1, max_size=64)


@given(PLACES, TIMES, NAMES)
def test_every_receipt_has_one_length_and_gives_back_what_went_in(place: Any, at: datetime, name: str) -> None:
    receipt = RECEIPTS.make(name, place, at)
    assert len(receipt) == LENGTH
    opened = RECEIPTS.open(receipt, name)
    assert (opened.place, abs(opened.received_at - at) < timedelta(milliseconds=1)) == (place, True)


@given(PLACES, NAMES, NAMES.filter(lambda name: name != "a"), st.integers(0, 359))
def test_an_altered_receipt_or_anothers_is_unknown(place: Any, name: str, other: str, bit: int) -> None:
    receipt = RECEIPTS.make(name, place, NOW)
    if other != name:
        with pytest.raises(UnknownReceipt):
            RECEIPTS.open(receipt, other)
    sealed = bytearray(base64.urlsafe_b64decode(receipt))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UnknownReceipt):
        RECEIPTS.open(base64.urlsafe_b64encode(bytes(sealed)).decode(), name)


@pytest.mark.parametrize("receipt", ["", "A" * 59, "A" * 60, "A" * 61, "ü" * 60, "=" * 60, "*" * 60, "\udcff" * 60])
def test_what_was_never_given_out_is_unknown(receipt: str) -> None:
    with pytest.raises(UnknownReceipt):
        RECEIPTS.open(receipt, PUBLISHER)


def test_receipts_of_neighbours_share_nothing_and_other_deployments_open_none() -> None:
    receipts = [RECEIPTS.make(PUBLISHER, (REPORTS.name, 0, offset), NOW) for offset in range(500)]
    sealed = [base64.urlsafe_b64decode(receipt) for receipt in receipts]
    for one, other in itertools.pairwise(sealed):
        differing = sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))
        assert 110 < differing < 250, "of 360 bits, about half"
    with pytest.raises(UnknownReceipt):
        Receipts(Identities(b"2" * 32)).open(receipts[0], PUBLISHER)


@given(TIMES)
def test_an_outcome_is_told_from_a_whole_tick_60_to_90_seconds_after_it_came(at: datetime) -> None:
    told = Receipt((REPORTS.name, 0, 0), at).told_from
    assert timedelta(seconds=60) <= told - at < timedelta(seconds=90)
    assert told.timestamp() % 30 == 0


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return an_intake(tmp_path)


def process(
    intake: Intake, outcome: str, offset: int = 0, topic: str = REPORTS.name, consumer: str = "resolver"
) -> None:
    row = {"consumer": consumer, "topic": topic, "partition": 0, "offset": offset, "event_id": None}
    with unit_of_work(intake.engine) as connection:
        connection.execute(processed_messages.insert(), row | {"outcome": outcome, "processed_at": intake.now})


def asked(intake: Intake, location: str, after: float) -> Any:
    intake.now = NOW + timedelta(seconds=after)
    return intake.ask("GET", location)


@pytest.mark.parametrize(
    "outcome", ["opened", "corroborated", "linked", "repeat", "superseded", "corrected", "withdrawn"]
)
def test_whatever_the_resolver_made_of_it_the_answer_is_the_same_and_comes_at_the_same_time(
    intake: Intake, outcome: str
) -> None:
    location = intake.submit().headers["location"]
    process(intake, outcome)
    before, after = asked(intake, location, 59.9), asked(intake, location, 60)
    assert (before.json()["status"], after.json()["status"]) == ("received", "accepted")
    assert len(before.content) == len(after.content)
    assert before.headers == after.headers
    assert after.json() | {"status": "received"} == before.json()


@pytest.mark.parametrize("outcome", [None, PARKED, "dead-letter"])
def test_what_has_not_had_its_turn_or_waits_for_us_stays_received(intake: Intake, outcome: str | None) -> None:
    location = intake.submit().headers["location"]
    if outcome:
        process(intake, outcome)
    assert asked(intake, location, 3600).json()["status"] == "received"


@pytest.mark.parametrize(("language", "word"), [("en", "revision"), ("fr-CH, en;q=0.5", "révision")])
def test_a_refused_event_is_told_with_its_problems_in_the_language_that_is_asked_for(
    intake: Intake, language: str, word: str
) -> None:
    answer = intake.submit()
    process(intake, "dead-letter")
    with unit_of_work(intake.engine) as connection:
        refusals.add(connection, (REPORTS.name, 0, 0), PUBLISHER, [problem("revision-conflict", "/revision")], NOW)
    location = answer.headers["location"]
    assert asked(intake, location, 10).json()["status"] == "received"
    told = intake.ask("GET", location, headers={"accept-language": language}) if asked(intake, location, 60) else None
    assert told is not None
    assert told.json()["status"] == "refused"
    (only,) = told.json()["problems"]
    assert (only["code"], only["pointer"]) == ("revision-conflict", "/revision")
    assert word in only["detail"]
    assert only["remedy"]


def test_an_action_is_told_by_who_reads_actions(intake: Intake) -> None:
    body = b'{"mechanism": "ACHPR-SRHRD", "action": "press_statement", "case": "1", "taken_on": "2026-11-20", "recorded_at": "2026-11-20T10:00:00Z"}'
    location = intake.submit(body, path="/v1/actions?type=action.taken").headers["location"]
    process(intake, "recorded", topic=ACTIONS.name, consumer="resolver")
    assert asked(intake, location, 60).json()["status"] == "received"
    process(intake, "recorded", topic=ACTIONS.name, consumer="dispatcher")
    assert asked(intake, location, 60).json()["status"] == "accepted"
