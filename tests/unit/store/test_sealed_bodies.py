"""A sealed body is opened and signed as it travelled, and whoever is not proved is told nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from databases import NOW
from signed_house import BODY, HEADERS, NAME, THEIRS, Headers, House, a_signed_house, message, signed
from tocsin.runtime import jwe
from tocsin.runtime.stream import Message
from tocsin.store.database import reading, unit_of_work
from tocsin.store.receiving.authenticating import Authentication
from tocsin.store.receiving.consuming import Consumer
from tocsin.store.streams import refusals
from tocsin_schemas.signing import SEALED
from tocsin_schemas.topics import ACTIONS, REPORTS


@pytest.fixture
def house(tmp_path: Path) -> House:
    return a_signed_house(tmp_path)


def _outcome(house: House, given: Message) -> tuple[str, str]:
    """What the consumer did with it, and the code under which it was put aside, as its publisher is told."""
    consumer = Consumer(
        "resolver",
        REPORTS if given.topic == REPORTS.name else ACTIONS,
        house.engine,
        house.deployment,
        lambda _connection, event, _message, _now: f"took {getattr(event.data, 'publisher', '')}",
        repeats_by_id=False,
        authentication=Authentication(house.deployment),
    )
    consumer.prepare()
    _, work = consumer.plan(given, (given.topic, given.partition, given.offset), NOW)
    with unit_of_work(house.engine) as connection:
        did = work(connection)
        told = refusals.find(connection, (given.topic, given.partition, given.offset))
    return did, told.problems[0].code if told else ""


def _sealed(body: bytes, headers: Headers = HEADERS) -> Message:
    media = tuple((name, SEALED.encode() if name == "content-type" else value) for name, value in headers)
    return signed(headers=media, body=body)


def test_a_sealed_body_is_opened_and_signed_as_it_travelled(house: House) -> None:
    public = house.deployment.keys.opening.public()
    assert _outcome(house, _sealed(jwe.seal(BODY, public))) == (f"took {NAME}", "")


def test_a_sealed_body_that_cannot_be_opened_is_told_to_its_publisher(house: House, tmp_path: Path) -> None:
    opening = house.deployment.keys.opening
    other = jwe.opening_key("tocsin-1", b"1" * 32).public()
    sealed = jwe.seal(BODY, opening.public())
    for number, body in enumerate((b"{}", jwe.seal(BODY, other), sealed[:-1], sealed + b"."), start=1):
        given = signed(headers=_sealed(b"").headers[:-1], body=body, sequence=number)
        given = replace(given, offset=number)
        assert _outcome(house, given) == ("dead-letter", "sealed-unopenable")


def test_a_sealed_body_of_another_publisher_cannot_be_taken_over(house: House) -> None:
    sealed = jwe.seal(BODY, house.deployment.keys.opening.public())
    stolen = signed(THEIRS, headers=_sealed(b"").headers[:-1], body=sealed)
    assert _outcome(house, stolen) == ("dead-letter", "publisher-mismatch")


def test_an_event_moved_to_another_topic_is_refused(house: House) -> None:
    moved = replace(signed(), topic=ACTIONS.name)
    assert _outcome(house, moved) == ("dead-letter", "event-type-unknown")


def test_what_is_not_proved_is_told_to_nobody_and_is_refused_before_its_content_is_judged(house: House) -> None:
    assert _outcome(house, message(HEADERS, b"no json")) == ("dead-letter", "")
    with reading(house.engine) as connection:
        assert refusals.of_publisher(connection, NAME) == []
