"""From whom an event comes: each way of pretending is refused by its code, and what is honest is taken."""

import dataclasses
import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, update

from builders import a_closed_case, a_report
from databases import NOW, a_database, a_deployment
from tocsin.runtime import jwe
from tocsin.runtime.jws import Signature, SigningKey, signing_key
from tocsin.runtime.stream import Message
from tocsin.store import publishers, refusals, tables
from tocsin.store.authenticating import LATE, SKEW, Authentication, Sender
from tocsin.store.consuming import Consumer
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import INTAKE_KEY, OWN_KEY, Deployment
from tocsin.store.publishers import Publisher, PublisherKey
from tocsin_schemas.actions import ActionTaken, FollowUpDue, RecommendationMade, StateReplied
from tocsin_schemas.events import encode_headers
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Reference, Withdrawal
from tocsin_schemas.signing import SEALED, SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import ACTIONS, REPORTS
from tocsin_schemas.vocabulary import ActionType, ReferenceScheme, ReplyQuality

NAME, OTHER = "NGO-OBS", "ACHPR-SRHRD"
SINCE, UNTIL = NOW - timedelta(days=100), NOW + timedelta(days=100)
Change = Callable[[Connection, Deployment], object]


def a_key(key_id: str, seed: str = "") -> SigningKey:
    return signing_key(key_id, hashlib.sha256((seed or key_id).encode()).digest())


KEY, NEXT, THEIRS = a_key(f"{NAME}.1"), a_key(f"{NAME}.2"), a_key(f"{OTHER}.1")
BODY = a_report(publisher=NAME).model_dump_json(exclude_none=True).encode()
HEADERS = tuple(encode_headers("an-event", "report.submitted", "/observatory", NOW))
Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class House:
    """A deployment with two publishers, NAME with the keys KEY (in force) and NEXT (from tomorrow)."""

    engine: Engine
    deployment: Deployment

    def sender(self, message: Message, now: datetime = NOW) -> Sender:
        with unit_of_work(self.engine) as connection:
            return Authentication(self.deployment)(connection, message, now)

    def code(self, message: Message, now: datetime = NOW) -> str:
        """Of the refusal; empty if it was taken."""
        try:
            self.sender(message, now)
        except InvalidEvent as refusal:
            return refusal.problems[0].code
        return ""

    def change(self, what: Change) -> None:
        with unit_of_work(self.engine) as connection:
            what(connection, self.deployment)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return _house(tmp_path)


def _house(folder: Path) -> House:
    house = House(a_database(folder), a_deployment(folder))

    def register(connection: Connection, deployment: Deployment) -> None:
        for name in (NAME, OTHER):
            publishers.add(connection, deployment.identities, Publisher(name, ("UN-WGAD",), SINCE, "op-1"))
        for key, name, since in ((KEY, NAME, SINCE), (NEXT, NAME, NOW + timedelta(days=1)), (THEIRS, OTHER, SINCE)):
            entry = PublisherKey(key.key_id, name, key.public_key, since, UNTIL, "op-1")
            publishers.add_key(connection, deployment.identities, entry, SINCE)

    house.change(register)
    return house


def signed(
    key: SigningKey = KEY,
    headers: Headers = HEADERS,
    body: bytes = BODY,
    sequence: int = 1,
    at: datetime = NOW,
    publisher: str | None = None,
) -> Message:
    token = key.sign(signed_octets(headers, body), Signature(key.key_id, sequence, at, publisher))
    return message((*headers, (SIGNATURE_HEADER, token)), body)


def message(headers: Headers, body: bytes | None) -> Message:
    return Message(REPORTS.name, 0, 0, b"key", body, headers, NOW)


def with_header(given: Message, name: str, value: bytes) -> Message:
    kept = tuple((n, v) for n, v in given.headers if n != name)
    return replace(given, headers=(*kept, (name, value)))


def renamed(given: Message, old: str, new: str, value: bytes) -> Message:
    return with_header(replace(given, headers=tuple(h for h in given.headers if h[0] != old)), new, value)


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


# --- in whose name -----------------------------------------------------------------------------------------------------

RECOMMENDED = RecommendationMade(
    mechanism=NAME, country="GEO", recommendation="Act.", made_on=NOW.date(), recorded_at=NOW
)
TAKEN_ACTION = ActionTaken(
    mechanism=NAME, action=ActionType.ALLEGATION_LETTER, case="HRD-7F3K-22Q", taken_on=NOW.date(), recorded_at=NOW
)
REPLIED = StateReplied(
    country="GEO",
    case="HRD-7F3K-22Q",
    in_reply_to=Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value="GEO 1/2026"),
    replied_on=NOW.date(),
    quality=ReplyQuality.SUBSTANTIVE,
    recorded_at=NOW,
)
DUE = FollowUpDue(mechanism=NAME, due_on=NOW.date(), reason="reply", recorded_at=NOW)
CLOSED = a_closed_case()
IN_WHOSE_NAME: dict[str, tuple[Model, str]] = {
    "its own report": (a_report(publisher=NAME), ""),
    "another's report": (a_report(publisher=OTHER), "publisher-mismatch"),
    "a report of whom it acts for": (a_report(publisher="UN-WGAD"), "publisher-mismatch"),
    "another's withdrawal": (
        Withdrawal(publisher=OTHER, publisher_reference="1", revision=2, reason="other", withdrawn_at=NOW),
        "publisher-mismatch",
    ),
    "its own action": (TAKEN_ACTION, ""),
    "an action of whom it acts for": (TAKEN_ACTION.model_copy(update={"mechanism": "UN-WGAD"}), ""),
    "another's action": (TAKEN_ACTION.model_copy(update={"mechanism": OTHER}), "publisher-mismatch"),
    "another's recommendation": (RECOMMENDED.model_copy(update={"mechanism": OTHER}), "publisher-mismatch"),
    "what a State replied": (REPLIED, ""),
    "what only we say": (DUE, "event-type-not-yours"),
    "what belongs on no topic of theirs": (CLOSED, "event-type-not-yours"),
}


@pytest.mark.parametrize("case", IN_WHOSE_NAME)
def test_a_publisher_speaks_in_its_own_name_and_in_those_that_were_given_to_it(case: str) -> None:
    content, code = IN_WHOSE_NAME[case]
    sender = Sender(NAME, Publisher(NAME, ("UN-WGAD",), SINCE, "op-1"))
    if not code:
        sender.check(content)
        return
    with pytest.raises(InvalidEvent) as refused:
        sender.check(content)
    assert refused.value.problems[0].code == code


def test_ourselves_may_say_everything() -> None:
    for content, _ in IN_WHOSE_NAME.values():
        Sender("tocsin", None).check(content)


# --- sealed bodies, and the consumer around it ---------------------------------------------------------------------------


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


# --- properties -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> House:
    return _house(tmp_path_factory.mktemp("shared"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_of_one_octet_in_what_is_signed_or_in_the_signature_is_refused(
    shared: House, data: st.DataObject
) -> None:
    good = signed()
    index = data.draw(st.integers(-1, len(good.headers) - 1))
    old = (good.value or b"") if index < 0 else good.headers[index][1]
    at, octet = data.draw(st.integers(0, len(old) - 1)), data.draw(st.integers(0, 255))
    new = old[:at] + bytes([octet]) + old[at + 1 :]
    if new == old:
        return
    if index < 0:
        altered = replace(good, value=new)
    else:
        altered = replace(
            good, headers=(*good.headers[:index], (good.headers[index][0], new), *good.headers[index + 1 :])
        )
    assert shared.code(altered) != ""


def test_every_single_octet_of_the_signature_counts(shared: House) -> None:
    good = signed()
    token = good.headers[-1][1]
    for at, old in enumerate(token):
        for new in {old ^ 1, old ^ 2, ord("A"), ord("_"), ord("="), 0xFF} - {old}:
            altered = token[:at] + bytes([new]) + token[at + 1 :]
            assert shared.code(with_header(good, SIGNATURE_HEADER, altered)) != "", at


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=8) | st.sampled_from(["ce_id", "CE_ID", "content-type"]), st.binary(max_size=8))
    ),
    st.binary(max_size=600),
)
def test_no_headers_and_no_signature_whatever_raise_anything_but_a_refusal(
    shared: House, headers: list[tuple[str, bytes]], token: bytes
) -> None:
    assert shared.code(message((*headers, (SIGNATURE_HEADER, token)), BODY)) != ""


def test_a_seal_covers_every_field_of_a_publisher_and_of_a_key(house: House) -> None:
    """A field that is added must come under the seal, or be named here."""
    assert {f.name for f in dataclasses.fields(Publisher)} - {"added_by"} == {
        "publisher_id", "acts_for", "added_at", "ended_at", "kafka_user",
    }  # fmt: skip
    with unit_of_work(house.engine) as connection:
        connection.execute(update(tables.publishers).values(kafka_user="tocsin"))
        assert set(publishers.altered(connection, house.deployment.identities)) == {NAME, OTHER}
