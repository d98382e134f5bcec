"""Mail that comes in is kept whatever it is, told apart, placed by its token, and acknowledges nothing."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from inbound_mails import BOUNDARY, CORPUS, DESK, DOMAIN, Post, a_form, a_raw, raw_fields
from mailing import an_office
from tocsin.devtools.sendgrid import answering
from tocsin.domain.following.replies import classify
from tocsin.mailer.inbound import ALLOWANCE, PER_MINUTE, Allowance, book
from tocsin.mailer.inbound_mail import read
from tocsin.mailer.inbound_post import Reading
from tocsin.store import inbound, tables
from tocsin.store.database import reading, unit_of_work

REPLY = CORPUS[0]
NAMES = [sample["name"] for sample in CORPUS]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(an_office(tmp_path), tmp_path)


def rows(post: Post, table: Any = tables.inbound_mails) -> list[Any]:
    with reading(post.office.engine) as connection:
        return list(connection.execute(select(table)))


def one(post: Post) -> Any:
    (row,) = rows(post)
    return row


def sealed(post: Post, part: str = "mail") -> bytes:
    with reading(post.office.engine) as connection:
        return post.office.deployment.vault.open(connection, one(post).inbound_id, part)


def content(post: Post) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sealed(post))
    return found


def test_the_corpus_is_large_and_speaks_six_languages() -> None:
    assert len(CORPUS) >= 40
    assert {name[:2] for name in NAMES if name[2:3] == ":"} >= {"en", "fr", "es", "ar", "ru", "pt"}
    assert len(set(NAMES)) == len(NAMES)


def test_every_sample_is_what_it_is_and_none_acknowledges(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    for sample in CORPUS:
        assert post.sample(sample, delivery_id) == 200
    with reading(post.office.engine) as connection:
        lines = inbound.listed(connection, handled=True)
    assert len(lines) == len(CORPUS)
    assert rows(post, tables.acknowledgements) == []
    assert rows(post, tables.given_answers) == []


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


def test_a_reply_is_placed_by_its_token_and_proved_by_its_sender(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    assert post.sample(REPLY, delivery_id) == 200
    row, delivery = one(post), post.office.find(delivery_id)
    assert (row.kind, row.is_genuine, row.delivery_id) == ("reply", True, delivery_id)
    assert (row.case_id, row.alert_id, row.recipient_id) == (
        delivery.case_id,
        delivery.alert_id,
        delivery.recipient_id,
    )
    assert content(post)["text"].startswith("Thank you, we take this up today.")


@pytest.mark.parametrize(
    ("over", "sender"),
    [
        ({"SPF": "fail", "dkim": "none"}, DESK),
        ({"SPF": "softfail", "dkim": "{@mechanism.example : fail}"}, DESK),
        ({"SPF": "fail", "dkim": "{@attacker.example : pass}"}, DESK),
        ({"SPF": "pass", "dkim": "none"}, "x@attacker.example"),
        ({"SPF": "pass", "dkim": "{@example : pass}"}, "x@example"),
        ({"SPF": "pass", "dkim": "none"}, "desk@notmechanism.example"),
        ({"SPF": "pass", "dkim": "none"}, None),
    ],
)
def test_a_reply_whose_sender_is_not_vouched_for_is_kept_and_not_proved(
    post: Post, over: dict[str, str], sender: str | None
) -> None:
    delivery_id = post.office.request(DESK)
    address = post.address(delivery_id)
    assert post.send(raw_fields(a_raw(REPLY, address), address, sender, **over)) == 200
    assert (one(post).kind, one(post).is_genuine) == ("reply", False)


@pytest.mark.parametrize(
    "over", [{"SPF": "none"}, {"dkim": "none"}, {"dkim": "{@a.example : fail, @mechanism.example : pass}"}]
)
def test_either_proof_is_enough(post: Post, over: dict[str, str]) -> None:
    delivery_id = post.office.request(DESK)
    address = post.address(delivery_id)
    assert post.send(raw_fields(a_raw(REPLY, address), address, "bounces@mail.mechanism.example", **over)) == 200
    assert one(post).is_genuine


@pytest.mark.parametrize("sender", ["other@mechanism.example", "desk@mechanism.example, x@attacker.example", ""])
def test_a_reply_from_another_address_is_never_proved(post: Post, sender: str) -> None:
    delivery_id = post.office.request(DESK)
    address = post.address(delivery_id)
    raw = a_raw(REPLY, address).replace(f"From: Desk <{DESK}>".encode(), f"From: {sender}".encode())
    assert post.send(raw_fields(raw, address)) == 200
    assert not one(post).is_genuine


def test_an_unsigned_reply_is_kept_and_never_proved(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    assert post.sample(REPLY, delivery_id, signed=False) == 200
    assert (one(post).delivery_id, one(post).is_genuine) == (delivery_id, False)


def test_an_unsigned_copy_does_not_stand_in_the_way_of_the_signed_mail(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    assert post.sample(REPLY, delivery_id, signed=False) == 200
    assert post.sample(REPLY, delivery_id) == 200
    assert sorted(row.is_genuine for row in rows(post)) == [False, True]


def test_the_same_mail_posted_again_is_kept_once(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    raw = a_raw(REPLY, post.address(delivery_id))
    assert post.send(raw_fields(raw)) == 200
    again = a_form(raw_fields(raw), boundary="another")
    assert post.send_body(again, content_type="multipart/form-data; boundary=another") == 200
    assert len(rows(post)) == 1
    assert post.send(raw_fields(raw.replace(b"today", b"now"))) == 200
    assert len(rows(post)) == 2


def test_without_a_token_a_thread_or_a_subject_only_lists_it(post: Post) -> None:
    post.office.request(DESK)
    case = post.office.case
    thread = a_raw(REPLY, root=f"<case.{case.case_id}@tocsin.example>")
    subject = a_raw(REPLY | {"subject": f"Re: {case.reference.lower()}", "body": "Seen."})
    assert post.send(raw_fields(thread)) == post.send(raw_fields(subject)) == 200
    assert [(row.case_id, row.delivery_id, row.is_genuine) for row in rows(post)] == [(case.case_id, None, False)] * 2


def test_urgent_replies_and_what_belongs_nowhere_wait_for_a_person(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    assert post.sample(REPLY, delivery_id) == 200
    assert post.send(raw_fields(a_raw(REPLY | {"body": "Who are you?"}))) == 200
    assert {(r.kind, r.case_id, r.reason) for r in rows(post, tables.reviews)} == {
        ("reply_received", post.office.case.case_id, "reply: from the person written to"),
        ("reply_received", None, "reply: of no case that is known"),
    }


def test_a_reply_about_what_is_not_urgent_asks_nobody(post: Post) -> None:
    with unit_of_work(post.office.engine) as connection:
        connection.execute(tables.alerts.update().values(priority="P3"))
    assert post.sample(REPLY, post.office.request(DESK)) == 200
    assert rows(post, tables.reviews) == []


def test_our_own_mail_coming_back_causes_no_mail_and_moves_nothing(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    own = next(sample for sample in CORPUS if sample["name"] == "our own mail comes back")
    before = rows(post, tables.outbox), rows(post, tables.due_times), rows(post, tables.deliveries)
    assert post.sample(own, delivery_id) == 200
    assert one(post).kind == "automatic"
    assert (rows(post, tables.outbox), rows(post, tables.due_times), rows(post, tables.deliveries)) == before
    assert rows(post, tables.reviews) == []


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


def test_a_failing_database_is_answered_so_that_the_provider_tries_again(post: Post, tmp_path: Path) -> None:
    delivery_id = post.office.request(DESK)
    with unit_of_work(post.office.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE inbound_mails RENAME TO gone")
    assert post.sample(REPLY, delivery_id) == 503
    with unit_of_work(post.office.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO inbound_mails")
    assert post.sample(REPLY, delivery_id) == 200


def test_an_error_of_ours_does_not_lose_the_mail(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr("tocsin.mailer.inbound_recording.place", fail)
    assert post.sample(REPLY, post.office.request(DESK)) == 200
    assert (one(post).kind, one(post).case_id) == ("unknown", None)
    assert content(post)["text"].startswith("Thank you")


def test_a_database_error_while_placing_is_tried_again_by_the_provider(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr("tocsin.mailer.inbound_recording.place", fail)
    assert post.sample(REPLY, post.office.request(DESK)) == 503
    assert rows(post) == []


def test_nobody_can_fill_the_disk_and_what_is_signed_still_comes_in(post: Post) -> None:
    big = "y" * (900 * 1024)
    answers = [post.send([("email", f"Subject: {n}\r\n\r\n{big}".encode())], signed=False) for n in range(8)]
    assert set(answers) == {200, 503}
    assert len(rows(post)) == answers.count(200) <= 5
    assert post.sample(REPLY, post.office.request(DESK)) == 200


def test_the_allowance_fills_up_again_and_never_beyond_itself(post: Post) -> None:
    allowance, now = Allowance(), post.office.now
    assert allowance.take(ALLOWANCE, now)
    assert not allowance.take(1, now)
    assert not allowance.take(PER_MINUTE, now + timedelta(seconds=30))
    assert allowance.take(PER_MINUTE, now + timedelta(seconds=61))
    assert not allowance.take(ALLOWANCE + 1, now + timedelta(days=9))
    assert not allowance.take(PER_MINUTE * 60 * 24, now - timedelta(days=1)), "a clock set back gives nothing"


def test_a_post_beyond_what_the_provider_sends_is_not_read_to_its_end(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.mailer.inbound_post.LONGEST", 10_000)
    assert post.send([("email", b"Subject: x\r\n\r\n" + b"x" * 20_000)]) == 200
    assert not one(post).is_genuine


def test_without_a_public_key_mail_is_kept_and_proves_nothing(post: Post, tmp_path: Path) -> None:
    (tmp_path / "inbound-public.pem").unlink()
    assert post.sample(REPLY, post.office.request(DESK)) == 200
    assert not one(post).is_genuine
    (tmp_path / "inbound-public.pem").write_bytes(b"no key")
    assert post.sample(REPLY | {"body": "again"}, post.office.delivery_ids[0]) == 200


def test_an_erased_address_proves_nobody(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    with unit_of_work(post.office.engine) as connection:
        connection.execute(tables.recipients.delete())
    assert post.sample(REPLY, delivery_id) == 200
    assert not one(post).is_genuine


def test_a_row_of_the_directory_that_was_altered_proves_nobody_and_is_reported(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    with unit_of_work(post.office.engine) as connection:
        connection.execute(tables.recipients.update().values(seal="0" * 64))
    assert post.sample(REPLY, delivery_id) == 200
    assert not one(post).is_genuine
    assert "directory_altered" in {review.kind for review in rows(post, tables.reviews)}


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
