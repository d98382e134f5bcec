"""Whatever comes in is told apart and read as far as it can be, and what cannot be read is kept as it came."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from inbound_kept import content, one, rows, sealed
from inbound_mails import BOUNDARY, CORPUS, DESK, DOMAIN, Post, a_form, a_raw, raw_fields
from mailing import an_office
from tocsin.devtools.sendgrid import answering
from tocsin.domain.following.replies import classify
from tocsin.mailer.inbound.endpoint import book
from tocsin.mailer.inbound.mail import read
from tocsin.mailer.inbound.post import Reading
from tocsin.store import tables
from tocsin.store.database import reading

REPLY = CORPUS[0]
NAMES = [sample["name"] for sample in CORPUS]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(an_office(tmp_path), tmp_path)


def test_the_corpus_is_large_and_speaks_six_languages() -> None:
    assert len(CORPUS) >= 40
    assert {name[:2] for name in NAMES if name[2:3] == ":"} >= {"en", "fr", "es", "ar", "ru", "pt"}
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("sample", CORPUS, ids=NAMES)
def test_a_sample_is_told_apart(sample: dict[str, Any]) -> None:
    found = read(a_post(raw_fields(a_raw(sample))), "tocsin.example")
    assert found.incoming is not None
    assert classify(found.incoming, book()) == sample["kind"]


@pytest.mark.parametrize("sample", [s for s in CORPUS if "type" not in s], ids=lambda s: s["name"])
def test_a_sample_is_told_apart_in_the_providers_own_fields_too(sample: dict[str, Any]) -> None:
    charset = sample.get("charset", "utf-8")
    head = a_raw(sample).partition(b"\r\n\r\n")[0]
    fields = [
        ("headers", head),
        ("text", sample["body"].encode(charset)),
        ("subject", sample["subject"].encode()),
        ("charsets", json.dumps({"text": charset, "subject": "UTF-8"}).encode()),
        ("envelope", json.dumps({"from": DESK, "to": [f"alerts@{DOMAIN}"]}).encode()),
    ]
    found = read(a_post(fields), "tocsin.example")
    assert found.incoming is not None
    assert classify(found.incoming, book()) == sample["kind"]


def a_post(fields: Any) -> Any:
    reading_ = Reading(f"multipart/form-data; boundary={BOUNDARY}", "")
    reading_.take(a_form(fields))
    return reading_.post


def test_attachments_are_counted_and_not_kept(post: Post) -> None:
    sample = next(sample for sample in CORPUS if sample["name"] == "a reply with an attachment")
    assert post.sample(sample, post.office.request(DESK)) == 200
    assert content(post)["attachments"] == [{"name": "letter.pdf", "type": "application/pdf", "size": 8}]
    with reading(post.office.engine) as connection:
        parts = connection.execute(
            select(tables.sealed_contents.c.part).where(tables.sealed_contents.c.subject == one(post).inbound_id)
        )
        assert set(parts.scalars()) == {"mail"}


def test_files_of_the_form_are_counted_and_an_openpgp_message_among_them_is_the_mail(post: Post) -> None:
    armour = b"-----BEGIN PGP MESSAGE-----\n\nwcBMAw==\n-----END PGP MESSAGE-----\n"
    fields = [
        ("headers", b"From: Desk <desk@mechanism.example>\r\nSubject: ...\r\n"),
        ("attachment1; a.pdf; application/pdf", b"%PDF" * 1000),
        ("attachment2; encrypted.asc; application/octet-stream", armour),
        ("text", b""),
    ]
    assert post.send(fields) == 200
    assert content(post)["attachments"] == [{"name": "a.pdf", "type": "application/pdf", "size": 4000}]
    assert armour.decode() in content(post)["text"]


def test_an_encrypted_mail_is_kept_as_it_came(post: Post) -> None:
    sample = next(sample for sample in CORPUS if sample["name"] == "an encrypted reply")
    assert post.sample(sample, post.office.request(DESK)) == 200
    assert b"-----BEGIN PGP MESSAGE-----" in sealed(post, "raw")


def test_a_huge_mail_is_kept_cut_short_and_says_so(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    sample = REPLY | {"body": "First words.\n" + "x" * (2 * 1024 * 1024)}
    assert post.sample(sample, delivery_id) == 200
    assert content(post)["is_cut"]
    assert content(post)["text"].startswith("First words.")
    assert len(sealed(post)) < 1100 * 1024
    assert one(post).is_genuine


def test_fields_that_follow_a_huge_attachment_are_read(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    address = post.address(delivery_id)
    fields = [
        ("attachment1; a.bin; application/octet-stream", b"x" * (3 * 1024 * 1024)),
        ("headers", f"From: <{DESK}>\r\nTo: {address}\r\n".encode()),
        ("text", b"Seen."),
        *raw_fields(b"", address)[1:],
    ]
    assert post.send(fields) == 200
    assert one(post).is_genuine
    assert not content(post)["is_cut"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"no form", "multipart/form-data; boundary=b"),
        (b"--b\r\n", "multipart/form-data; boundary=b"),
        (b"--b\r\n\x00: \xff\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b"),
        (b"text=hello", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=" + "b" * 5000),
        (b"x", "\x7f;;;=="),
        (a_form([("unknown", b"1")]), f"multipart/form-data; boundary={BOUNDARY}"),
        (a_form([("email", b"\x00\xff")]), f"multipart/form-data; boundary={BOUNDARY}"),
    ],
)
def test_what_cannot_be_read_is_kept_as_it_came_and_waits_for_a_person(post: Post, body: bytes, kind: str) -> None:
    assert post.send_body(body, content_type=kind) == 200
    assert one(post).kind == "unknown"
    assert sealed(post, "raw") == body
    assert [review.kind for review in rows(post, tables.reviews)] == ["reply_received"]


def test_a_mail_nested_past_reason_is_listed_by_its_headers_and_kept_as_it_came(post: Post) -> None:
    raw = b"From: a@b.example\r\nSubject: x\r\n" + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" * 2000
    assert post.send(raw_fields(raw)) == 200
    assert one(post).kind == "reply"
    assert sealed(post, "raw") == raw


@pytest.mark.parametrize("is_raw", [True, False])
def test_what_the_simulator_posts_in_either_mode_is_read_and_proved(post: Post, is_raw: bool) -> None:
    delivery_id = post.office.request(DESK)
    address = post.address(delivery_id)
    mail = {"headers": {}, "id": "m", "to": DESK, "from": "alerts@tocsin.example", "subject": "UA", "reply_to": address}
    letter = answering.Letter("نتابع القضية اليوم. Et à demain.", html="<p>oui</p>")
    message = answering.answer_to(mail, letter, post.office.now)
    envelope = answering.Envelope(DESK, (address,), is_raw=is_raw)
    raw = message.as_bytes()
    assert post.send_body(answering.form(raw, message, envelope), content_type=answering.CONTENT_TYPE) == 200
    assert (one(post).kind, one(post).is_genuine, one(post).delivery_id) == ("reply", True, delivery_id)
    assert content(post)["text"].strip() == letter.text
