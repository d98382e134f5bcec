"""From whom an event comes: each way of pretending is refused by its code, and what is honest is taken."""

import dataclasses
import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from builders import a_report
from databases import NOW
from signed_house import (
    BODY,
    HEADERS,
    KEY,
    NAME,
    NEXT,
    OTHER,
    SINCE,
    THEIRS,
    UNTIL,
    Change,
    House,
    a_key,
    a_signed_house,
    message,
    renamed,
    signed,
    with_header,
)
from tocsin.runtime.stream import Message
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import INTAKE_KEY, OWN_KEY
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import Publisher
from tocsin.store.receiving.authenticating import LATE, SKEW, Sender
from tocsin_schemas.signing import SEALED, SIGNATURE_HEADER, signed_octets


@pytest.fixture
def house(tmp_path: Path) -> House:
    return a_signed_house(tmp_path)


TIME = dict(HEADERS)["ce_time"].decode()
REFUSED: dict[str, tuple[Message, str]] = {
    "nobody signed": (message(HEADERS, BODY), "signature-missing"),
    "the header in capitals": (
        renamed(signed(), SIGNATURE_HEADER, SIGNATURE_HEADER.upper(), b"x"),
        "signature-missing",
    ),
    "not a signature": (with_header(signed(), SIGNATURE_HEADER, b"\xff..\xff"), "signature-unreadable"),
    "an empty signature": (with_header(signed(), SIGNATURE_HEADER, b""), "signature-unreadable"),
    "two signatures": (
        replace(signed(), headers=(*signed().headers, signed(sequence=2).headers[-1])),
        "signature-unreadable",
    ),
    "another's key under this id": (signed(a_key(KEY.key_id, "another")), "signature-false"),
    "another's signature": (
        with_header(signed(), SIGNATURE_HEADER, signed(THEIRS, body=b"{}").headers[-1][1]),
        "signature-false",
    ),
    "the body altered": (replace(signed(), value=BODY + b" "), "signature-false"),
    "no body any more": (replace(signed(), value=None), "signature-false"),
    "an attribute altered": (with_header(signed(), "ce_id", b"another"), "signature-false"),
    "an attribute added": (with_header(signed(), "ce_subject", b"x"), "signature-false"),
    "an attribute taken away": (
        replace(signed(), headers=tuple(h for h in signed().headers if h[0] != "ce_time")),
        "signature-false",
    ),
    "an attribute hidden by a capital": (
        renamed(signed(), "ce_time", "ce_Time", TIME.encode()),
        "envelope-attribute-invalid",
    ),
    "an attribute hidden by a colon": (
        renamed(signed(), "ce_time", "ce_time:" + TIME[:13], TIME[14:].encode()),
        "envelope-attribute-invalid",
    ),
    "a header with a line break": (
        with_header(signed(), "ce_id", b"an-event\nce_x:y"),
        "envelope-attribute-invalid",
    ),
    "said to be sealed": (with_header(signed(), "content-type", SEALED.encode()), "signature-false"),
    "a key that nobody registered": (signed(a_key("unknown.1")), "key-unknown"),
    "an id that only looks like it": (signed(a_key(KEY.key_id.lower())), "key-unknown"),
    "a key not valid yet": (signed(NEXT), "key-not-yet-valid"),
    "made in the future": (signed(at=NOW + SKEW + timedelta(seconds=1)), "signature-from-the-future"),
    "made before the key was": (signed(at=SINCE - SKEW - timedelta(seconds=1)), "key-not-yet-valid"),
    "our own key by another's hand": (signed(a_key(OWN_KEY)), "signature-false"),
    "the intake's key by another's hand": (signed(a_key(INTAKE_KEY), publisher=NAME), "signature-false"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_whoever_is_not_proved_is_refused_by_a_code_that_says_why(house: House, case: str) -> None:
    given, code = REFUSED[case]
    assert house.code(given) == code


def _by_older_software() -> Message:
    """``EdDSA`` is what RFC 8037 called it, before RFC 9864; written with spaces, as some do."""
    header = json.dumps({"alg": "EdDSA", "kid": KEY.key_id, "seq": 7, "iat": int(NOW.timestamp())}).encode()
    first, second = (urlsafe_b64encode(part).rstrip(b"=") for part in (header, signed_octets(HEADERS, BODY)))
    made = urlsafe_b64encode(KEY.private_key.sign(first + b"." + second)).rstrip(b"=")
    return message((*HEADERS, (SIGNATURE_HEADER, first + b".." + made)), BODY)


TAKEN: dict[str, Message] = {
    "as it should be": signed(),
    "with the old name of the algorithm": _by_older_software(),
    "a little ahead of our clock": signed(at=NOW + SKEW),
    "signed long ago": signed(at=SINCE),
    "headers in another order, and others beside": replace(
        signed(),
        headers=(("traceparent", b"00-x\n"), *reversed(signed().headers), ("x-ce_id", b"x")),
    ),
    "content-type in capitals": renamed(signed(), "content-type", "Content-Type", b"application/json"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_honest_is_taken_and_the_sender_is_whose_key_it_is(house: House, case: str) -> None:
    assert house.sender(TAKEN[case]).publisher_id == NAME


LIVES: dict[str, tuple[Change, Message, datetime, str]] = {
    "a revoked key, whenever it signed": (
        lambda c, d: publishers.revoke_key(c, d.identities, KEY.key_id, "op-1", NOW),
        signed(at=SINCE),
        NOW,
        "key-revoked",
    ),
    "an ended publisher": (
        lambda c, d: publishers.end(c, d.identities, NAME, "op-1", NOW),
        signed(),
        NOW,
        "publisher-ended",
    ),
    "another publisher's end": (lambda c, d: publishers.end(c, d.identities, OTHER, "op-1", NOW), signed(), NOW, ""),
    "signed when the key had ended": (lambda c, d: None, signed(at=UNTIL), UNTIL, "key-expired"),
    "signed before the key ended, come after": (
        lambda c, d: None,
        signed(at=UNTIL - timedelta(seconds=1)),
        UNTIL + LATE - timedelta(seconds=1),
        "",
    ),
    "said to be signed before, by a key that ended long ago": (
        lambda c, d: None,
        signed(at=UNTIL - timedelta(seconds=1)),
        UNTIL + LATE,
        "key-expired",
    ),
    "a key whose row was given another's public key": (
        lambda c, d: _alter_key(c, public_key=a_key("x").public_key),
        signed(a_key(KEY.key_id, "x")),
        NOW,
        "key-unknown",
    ),
    "a key whose row was given to another publisher": (
        lambda c, d: _alter_key(c, publisher_id=OTHER),
        signed(),
        NOW,
        "key-unknown",
    ),
    "a key whose end was moved": (lambda c, d: _alter_key(c, valid_to=None), signed(), NOW, "key-unknown"),
    "a key whose row holds what is no time": (
        lambda c, d: _alter_key(c, valid_from="soon"),
        signed(),
        NOW,
        "key-unknown",
    ),
    "a publisher who was given more names": (
        lambda c, d: c.execute(update(tables.publishers).values(acts_for=["UN-SRHRD"])),
        signed(),
        NOW,
        "publisher-ended",
    ),
}


@pytest.mark.parametrize("case", LIVES)
def test_keys_and_publishers_end_and_altered_rows_do_not_count(house: House, case: str) -> None:
    change, given, now, code = LIVES[case]
    house.change(change)
    assert house.code(given, now) == code


def _alter_key(connection: Connection, **values: object) -> None:
    if isinstance(values.get("valid_from"), str):
        connection.exec_driver_sql("UPDATE publisher_keys SET valid_from = 'soon' WHERE key_id = ?", (KEY.key_id,))
        return
    connection.execute(
        update(tables.publisher_keys).where(tables.publisher_keys.c.key_id == KEY.key_id).values(**values)
    )


def test_both_keys_sign_while_they_overlap_and_only_the_new_one_after(house: House) -> None:
    starts, ends = NOW + timedelta(days=1), NOW + timedelta(days=8)
    house.change(lambda c, d: publishers.close_key(c, d.identities, KEY.key_id, ends, "op-1", NOW))
    overlap, after = starts + timedelta(days=1), ends + timedelta(seconds=1)
    assert [house.code(signed(key, at=overlap, sequence=1), overlap) for key in (KEY, NEXT)] == ["", ""]
    assert [house.code(signed(key, at=after, sequence=2), after) for key in (KEY, NEXT)] == ["key-expired", ""]


def test_a_number_that_comes_again_is_a_repeat_with_the_same_content_and_refused_with_any_other(house: House) -> None:
    other = signed(body=a_report(publisher=NAME, revision=2).model_dump_json(exclude_none=True).encode())
    assert [house.code(each) for each in (signed(), signed(), other, signed())] == ["", "", "sequence-reused", ""]
    assert house.code(signed(THEIRS)) == "", "numbers are each key's own"


def test_the_relay_speaks_as_ourselves_and_the_intake_for_the_publisher_that_it_names(house: House) -> None:
    keys = house.deployment.keys
    assert house.sender(signed(keys.own)) == Sender("tocsin", None)
    assert house.sender(signed(keys.intake, publisher=NAME)).publisher_id == NAME
    for nobody in (None, "NOBODY"):
        assert house.code(signed(keys.intake, publisher=nobody)) == "publisher-ended"
    assert house.sender(signed(publisher=OTHER)).publisher_id == NAME, "a publisher's key speaks for it alone"


def test_a_seal_covers_every_field_of_a_publisher_and_of_a_key(house: House) -> None:
    """A field that is added must come under the seal, or be named here."""
    assert {f.name for f in dataclasses.fields(Publisher)} - {"added_by"} == {
        "publisher_id", "acts_for", "added_at", "ended_at", "kafka_user",
    }  # fmt: skip
    with unit_of_work(house.engine) as connection:
        connection.execute(update(tables.publishers).values(kafka_user="tocsin"))
        assert set(publishers.altered(connection, house.deployment.identities)) == {NAME, OTHER}
