"""Mail that comes in is kept whatever it is, placed by its token, proved by its sender, and acknowledges nothing."""

from pathlib import Path

import pytest

from inbound_kept import content, one, rows
from inbound_mails import CORPUS, DESK, Post, a_form, a_raw, raw_fields
from mailing import an_office
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import inbound
from tocsin_schemas.deliveries import MailKind

REPLY = CORPUS[0]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(an_office(tmp_path), tmp_path)


def test_every_sample_is_what_it_is_and_none_acknowledges(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    for sample in CORPUS:
        assert post.sample(sample, delivery_id) == 200
    with reading(post.office.engine) as connection:
        lines = inbound.listed(connection, handled=True)
    assert len(lines) == len(CORPUS)
    assert rows(post, tables.acknowledgements) == []
    assert rows(post, tables.given_answers) == []


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


@pytest.mark.parametrize("automatic", ["", "Auto-Submitted: auto-generated"])
@pytest.mark.parametrize("signed", [True, False])
def test_who_wishes_no_digest_is_put_before_operators_and_the_mail_is_kept(
    post: Post, signed: bool, automatic: str
) -> None:
    delivery_id = post.office.request(DESK, kind=MailKind.DIGEST)
    asked = REPLY | {"subject": " Unsubscribe", "body": "", "headers": automatic}
    assert post.sample(asked, delivery_id, signed=signed) == 200
    (review,) = rows(post, tables.reviews)
    assert review.kind == "digest_unwanted"
    assert f"recipient {one(post).recipient_id}: wishes no digest" in review.reason
    assert (" not proved " in review.reason.replace("(", " ")) == (not signed or bool(automatic))


def test_nothing_else_is_left_by_a_subject(post: Post) -> None:
    alert, digest = post.office.request(DESK), post.office.request("deputy@mechanism.example", kind=MailKind.DIGEST)
    post.sample(REPLY | {"subject": "unsubscribe"}, alert)
    post.sample(REPLY | {"subject": "Re: unsubscribe whom?"}, digest)
    assert {review.kind for review in rows(post, tables.reviews)} == {"reply_received"}


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
