"""Whatever comes in by mail, the answer is 200 and the mail is kept; nothing that it holds can raise."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from inbound_mails import BOUNDARY, CORPUS, DOMAIN, Post, a_form, a_raw, raw_fields
from mailing import an_office
from tocsin.mailer.inbound.mail import read
from tocsin.mailer.inbound.post import Reading
from tocsin.store import tables
from tocsin.store.database import reading

KIND = f"multipart/form-data; boundary={BOUNDARY}"
NAMES = st.sampled_from(
    [
        *("email", "text", "html", "headers", "envelope", "SPF", "dkim", "charsets", "subject", "from", "to"),
        *("attachment1; a; message/delivery-status", "attachment2; é; application/pdf", ""),
    ]
)
HEADERS = st.sampled_from(
    [
        *(b"From: ", b"Subject: =?utf-8?b?", b"Subject: =?x-no?q?=41?=", b"Content-Type: multipart/mixed; boundary=a"),
        *(b"Content-Type: text/plain; charset=no-such", b"Content-Transfer-Encoding: base64", b"List-Id: <a"),
        *(b'Content-Type: multipart/report; report-type=delivery-status; boundary="a', b"Return-Path: <>", b"--a"),
        *(b"Content-Type: message/delivery-status", b"Content-Type: message/rfc822", b"Action: failed", b" fold", b""),
        *(b"From: ((((((((((<@>,,,;", b"References: <case.", b"Content-Disposition: attachment; filename*=x''%ff"),
    ]
)
MAILS = st.lists(st.one_of(HEADERS, st.binary(max_size=40)), max_size=25).map(b"\r\n".join)
FORMS = st.lists(st.tuples(NAMES, st.one_of(MAILS, st.binary(max_size=60))), max_size=6).map(a_form)


@settings(deadline=None, max_examples=100)
@given(st.one_of(FORMS, st.binary(max_size=300)), st.integers(1, 50))
def test_no_post_whatever_raises_however_it_is_cut_into_chunks(body: bytes, size: int) -> None:
    whole, parts = Reading(KIND, "1"), Reading(KIND, "1")
    whole.take(body)
    for at in range(0, len(body), size):
        parts.take(body[at : at + size])
    found = read(whole.post, "tocsin.example")
    assert "mail" in found.kept
    assert found.identity == read(parts.post, "tocsin.example").identity
    assert whole.digest == parts.digest
    json.loads(found.kept["mail"])


@settings(deadline=None, max_examples=80)
@given(st.sampled_from(CORPUS), st.data())
def test_no_damaged_mail_raises(sample: Any, data: st.DataObject) -> None:
    raw = bytearray(a_raw(sample))
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    post = Reading(KIND, "1")
    post.take(a_form(raw_fields(bytes(raw[: data.draw(st.integers(0, len(raw)))]))))
    assert "mail" in read(post.post, "tocsin.example").kept


def test_arbitrary_bytes_are_answered_with_200_and_kept_and_acknowledge_nothing() -> None:
    with TemporaryDirectory() as folder:
        post = Post(an_office(Path(folder)), Path(folder))
        delivery_id = post.office.request("desk@mechanism.example")
        tail = f"\r\nTo: {post.address(delivery_id)}\r\n\r\n".encode()
        seen: set[bytes] = set()

        @settings(deadline=None, max_examples=25)
        @given(st.one_of(FORMS, st.binary(max_size=200), MAILS.map(lambda m: a_form(raw_fields(m + tail, DOMAIN)))))
        def holds(body: bytes) -> None:
            assert post.send_body(body) == 200
            seen.add(body)

        holds()
        with reading(post.office.engine) as connection:
            kept = connection.execute(select(func.count()).select_from(tables.inbound_mails)).scalar_one()
            assert 0 < kept <= len(seen)
            assert connection.execute(select(tables.acknowledgements)).all() == []
