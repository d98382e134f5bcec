"""Whatever is posted: nothing forged is believed, nothing genuine is lost, and nothing raises."""

import base64
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select, text

from mailing import Office, an_office
from tocsin.devtools.sendgrid.events import Signer
from tocsin.mailer.evidence.provider_events import Receipts, parse
from tocsin.mailer.evidence.signatures import AHEAD, OLDEST, SIGNATURE_HEADER, TIMESTAMP_HEADER
from tocsin.mailer.webhook import Reception, create_app
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import copies
from tocsin.store.tables import delivery_history, outbox, provider_events, sent_copies
from tocsin_schemas.deliveries import DeliveryState
from web_client import ask

MUTATIONS = 10_000
DESK = "desk@mechanism.example"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = an_office(tmp_path)
    yield office
    office.engine.dispose()


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.create(tmp_path / "webhook-public.pem")


@pytest.fixture
def reception(office: Office, tmp_path: Path, signer: Signer) -> Reception:
    receipts = Receipts(office.engine, office.deployment.identities)
    return Reception(tmp_path / "webhook-public.pem", receipts, office.clock)


def an_event(delivery_id: str, event: str = "delivered", event_id: str = "e1", **over: Any) -> dict[str, Any]:
    return {"d": delivery_id, "event": event, "sg_event_id": event_id, "timestamp": 1795510800} | over


def signed(signer: Signer, body: bytes, at: float) -> tuple[bytes, str, str]:
    timestamp = str(int(at))
    signature = signer.key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return body, base64.b64encode(signature).decode(), timestamp


def post(office: Office, reception: Reception, signer: Signer, *events: Any) -> int:
    return reception.answer(*signed(signer, json.dumps(events).encode(), office.now.timestamp()))


def count(office: Office, table: Any, *conditions: Any) -> int:
    with reading(office.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def test_forty_six_repeats_have_one_effect(office: Office, reception: Reception, signer: Signer) -> None:
    delivery_id = office.request(DESK)
    before = count(office, outbox)
    for _ in range(23):
        assert post(office, reception, signer, *[an_event(delivery_id)] * 2) == 200
    assert count(office, delivery_history, delivery_history.c.state == "delivered") == 1
    assert (count(office, provider_events), count(office, outbox) - before) == (1, 1)


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (timedelta(0), 200),
        (OLDEST - timedelta(seconds=2), 200),
        (OLDEST + timedelta(seconds=2), 403),
        (-AHEAD + timedelta(seconds=2), 200),
        (-AHEAD - timedelta(seconds=2), 403),
        (timedelta(days=9999), 403),
    ],
)
def test_a_retry_is_believed_for_a_day_and_an_absurd_time_never(
    office: Office, reception: Reception, signer: Signer, age: timedelta, status: int
) -> None:
    delivery_id = office.request(DESK)
    body = json.dumps([an_event(delivery_id)]).encode()
    assert reception.answer(*signed(signer, body, (office.now - age).timestamp())) == status
    assert (office.find(delivery_id).state is DeliveryState.DELIVERED) == (status == 200)


@pytest.mark.parametrize(
    "timestamp", ["", "-1", "1e9", "٣", "9" * 13, "9" * 5000, "0x1", " 1795510800", "1795510800\n"]
)
def test_a_time_that_is_no_number_of_seconds_is_refused(reception: Reception, signer: Signer, timestamp: str) -> None:
    signature = signer.key.sign(timestamp.encode() + b"[]", ec.ECDSA(hashes.SHA256()))
    assert reception.answer(b"[]", base64.b64encode(signature).decode(), timestamp) == 403


def test_ten_thousand_changes_of_a_signed_post_are_all_refused(
    office: Office, reception: Reception, signer: Signer, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery_id, dice, began = office.request(DESK), Random(6), time.perf_counter()
    genuine = signed(signer, json.dumps([an_event(delivery_id)]).encode(), office.now.timestamp())
    assert Reception.answer(reception, *genuine) == 200
    statuses = set()
    for _ in range(MUTATIONS):
        body, signature, timestamp = changed = _changed(dice, *genuine)
        if changed != genuine:
            statuses.add(reception.answer(body, signature, timestamp))
    took = time.perf_counter() - began
    with capsys.disabled():
        print(f"\n{MUTATIONS} changed posts refused in {took:.1f} s")  # noqa: T201 - the figure is asked for
    assert statuses == {403}
    assert count(office, provider_events) == 1


def _changed(dice: Random, body: bytes, signature: str, timestamp: str) -> tuple[bytes, str, str]:
    """One small change of one part, or of the encoding of the signature."""
    match dice.randrange(4):
        case 0:
            at, kept = dice.randrange(len(body)), dice.choice((0, 1))
            return body[:at] + dice.randbytes(dice.randint(0, 2)) + body[at + kept :], signature, timestamp
        case 1:
            raw = bytearray(base64.b64decode(signature))
            raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
            return body, base64.b64encode(raw).decode(), timestamp
        case 2:
            at = dice.randrange(len(signature))
            return body, signature[:at] + dice.choice("A=%\x00é \n") + signature[at + dice.choice((0, 1)) :], timestamp
        case _:
            at = dice.randrange(len(timestamp))
            return body, signature, timestamp[:at] + dice.choice("0123456789 x٣") + timestamp[at + 1 :]


HOSTILE = [
    {"sg_event_id": "\x00"},
    {"sg_event_id": "\ud800"},
    {"sg_event_id": "e" * 201},
    {"sg_event_id": ["e1"]},
    {"event": "Delivered\x00"},
    {"event": {"delivered": 1}},
    {"timestamp": "9" * 400},
    {"timestamp": float("inf")},
    {"timestamp": float("nan")},
    {"timestamp": -(10**18)},
    {"timestamp": None},
    {"d": "F" * 32},
    {"d": "٣" * 32},
]


@pytest.mark.parametrize("over", HOSTILE, ids=lambda over: next(iter(over)))
def test_a_malformed_event_is_left_out_and_the_good_ones_beside_it_count(
    office: Office, reception: Reception, signer: Signer, over: dict[str, Any]
) -> None:
    delivery_id = office.request(DESK)
    bad = an_event(delivery_id, "bounce", "e2") | over
    assert post(office, reception, signer, bad, 3, None, [[]], an_event(delivery_id)) == 200
    assert office.find(delivery_id).state is DeliveryState.DELIVERED


@pytest.mark.parametrize(
    "over",
    [
        {"sg_message_id": "\x00.x"},
        {"sg_message_id": 7},
        {"sg_message_id": "." * 300},
        {"a": {"x": 1}},
        {"a": "9" * 5000},
        {"a": "-1"},
        {"a": "٣"},
        {"status": [[[1]]]},
        {"status": "\x00\ud800", "type": 3},
        {"response": "550 no such user here", "new": [{}]},
    ],
)
def test_what_is_strange_beside_the_facts_is_ignored(
    office: Office, reception: Reception, signer: Signer, over: dict[str, Any]
) -> None:
    delivery_id = office.request(DESK)
    assert post(office, reception, signer, an_event(delivery_id) | over) == 200
    assert office.find(delivery_id).state is DeliveryState.DELIVERED


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"[1e999999]", b"[" + b"9" * 10_000 + b"]", b"\xff", b'"', b"{}", b""]
)
def test_a_signed_post_that_is_no_list_is_refused_without_an_error(
    office: Office, reception: Reception, signer: Signer, body: bytes
) -> None:
    assert reception.answer(*signed(signer, body, office.now.timestamp())) in {200, 400}
    assert parse(body) in (None, [])


def test_an_event_of_another_mail_moves_nothing(office: Office, reception: Reception, signer: Signer) -> None:
    ours, other = office.request(DESK), office.request("other@mechanism.example")
    assert post(office, reception, signer, an_event(ours, "processed", "e1", sg_message_id="m1.recvd-1")) == 200
    assert post(office, reception, signer, an_event(other, "delivered", "e2", sg_message_id="m1.recvd-1")) == 200
    assert office.find(other).state is DeliveryState.REQUESTED
    assert post(office, reception, signer, an_event(other, "delivered", "e2", sg_message_id="m2.recvd-1")) == 200
    assert office.find(other).state is DeliveryState.DELIVERED, "the event was not used up"
    assert count(office, sent_copies) == 2


def test_two_copies_of_one_mail_are_twins_whatever_told_of_them(
    office: Office, reception: Reception, signer: Signer
) -> None:
    delivery_id = office.request(DESK)
    for copy, event_id in (("m1.recvd-9", "e1"), ("m1", "e2"), ("m2.recvd-9", "e3")):
        post(office, reception, signer, an_event(delivery_id, "processed", event_id, sg_message_id=copy, a="1"))
    with reading(office.engine) as connection:
        assert copies.twins(connection) == [copies.Twin(delivery_id, 2, labelled=False)]


def test_while_the_database_is_away_the_provider_is_asked_to_come_again(
    office: Office, tmp_path: Path, signer: Signer
) -> None:
    delivery_id = office.request(DESK)
    app = create_app(Settings(home=tmp_path))
    body = json.dumps([an_event(delivery_id)]).encode()
    with unit_of_work(office.engine) as connection:
        connection.execute(text("ALTER TABLE provider_events RENAME TO elsewhere"))
    assert ask(app, "/webhooks/sendgrid", "POST", content=body, headers=signer.headers(body)).status_code == 503
    with unit_of_work(office.engine) as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO provider_events"))
    answer = ask(app, "/webhooks/sendgrid", "POST", content=body, headers=signer.headers(body))
    assert (answer.status_code, office.find(delivery_id).state) == (200, DeliveryState.DELIVERED)


def test_no_answer_echoes_what_was_sent(office: Office, tmp_path: Path, signer: Signer) -> None:
    app = create_app(Settings(home=tmp_path), clock.now)
    body = b'[{"secret": "Afi"}'
    for headers in (signer.headers(body), {SIGNATURE_HEADER: "Afi", TIMESTAMP_HEADER: "Afi"}):
        assert b"Afi" not in ask(app, "/webhooks/sendgrid", "POST", content=body, headers=headers).content
