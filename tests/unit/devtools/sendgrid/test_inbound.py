"""Answers of recipients come in as Inbound Parse posts them: whole or taken apart, signed, retried or lost."""

import base64
import json
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from mailing import a_mail, a_sender, eventually
from providers import Listener, Post, a_provider, fetch, listening
from tocsin.devtools.sendgrid import replies
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.mailer.evidence.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed, load_key

Both = tuple[Simulator, Listener, str]
ROOT = "<case.1@tocsin.example>"


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    """A provider that has delivered one mail, the webhook, and the mail's id."""
    with listening() as (listener, url), a_provider(tmp_path, url) as simulator:
        mail = a_mail("silent@m.example", reply_to="reply+1@reply.tocsin.example")
        a_sender(simulator, tmp_path).send(mail)
        yield simulator, listener, simulator.ledger.newest(1)[0].id


def the_mail(listener: Listener) -> Post:
    eventually(lambda: len(listener.mails()) == 1)
    return listener.mails()[0]


def test_a_reply_comes_whole_threaded_and_to_the_address_for_answers(both: Both) -> None:
    simulator, listener, mail_id = both
    simulator.reply(mail_id, "Nous nous en occupons. «Merci»\n")
    form = the_mail(listener).form
    message = message_from_bytes(form["email"], policy=SMTP)
    assert message["To"] == "reply+1@reply.tocsin.example"
    assert message["From"] == "silent@m.example"
    assert message["References"].split() == [ROOT, f"<{mail_id}@simulator.example>"]
    assert message["In-Reply-To"] == f"<{mail_id}@simulator.example>"
    assert message["Auto-Submitted"] is None
    assert message.get_content() == "Nous nous en occupons. «Merci»\r\n"
    envelope = {"to": ["reply+1@reply.tocsin.example"], "from": "silent@m.example"}
    assert json.loads(form["envelope"]) == envelope
    assert (form["SPF"], form["dkim"], form["sender_ip"]) == (b"pass", b"{@m.example : pass}", b"127.0.0.1")
    assert {"text", "html", "headers"}.isdisjoint(form)


def test_a_reply_comes_taken_apart_where_the_account_is_set_so(both: Both) -> None:
    simulator, listener, mail_id = both
    simulator.reply(mail_id, "نعم\n", html="<p>نعم</p>", raw=False, auto_submitted="auto-replied", spf="fail")
    form = the_mail(listener).form
    assert "email" not in form
    assert form["text"].decode().strip() == "نعم"
    assert form["html"].decode().strip() == "<p>نعم</p>"
    assert b"Auto-Submitted: auto-replied\n" in form["headers"]
    assert (form["SPF"], form["attachments"]) == (b"fail", b"0")
    assert set(json.loads(form["charsets"])) == {"to", "from", "subject"}


@pytest.mark.parametrize("raw", [True, False])
def test_the_post_is_signed_under_the_headers_of_the_event_webhook_with_its_own_key(
    both: Both, tmp_path: Path, raw: bool
) -> None:
    simulator, listener, mail_id = both
    simulator.faults.plan(Fault.INBOUND_BADLY_SIGNED, 1, to="stranger@x.example")
    simulator.reply(mail_id, "Yes", raw=raw)
    post = the_mail(listener)
    signature, timestamp = (post.headers[name.casefold()] for name in (SIGNATURE_HEADER, TIMESTAMP_HEADER))
    inbound, events = (load_key((tmp_path / f"{n}-public.pem").read_bytes()) for n in ("inbound", "webhook"))
    assert is_signed(inbound, signature, timestamp, post.body)
    assert not is_signed(events, signature, timestamp, post.body)
    simulator.reply(mail_id, "Yes", from_="stranger@x.example")
    eventually(lambda: len(listener.mails()) == 2)
    forged = listener.mails()[1]
    assert not is_signed(inbound, forged.headers[SIGNATURE_HEADER.casefold()], timestamp, forged.body)


def test_a_mail_is_posted_again_after_5xx_and_lost_after_4xx(both: Both) -> None:
    simulator, listener, mail_id = both
    listener.statuses = [503, 500]
    taken = simulator.reply(mail_id, "Yes")
    eventually(lambda: taken.state == "taken")
    assert taken.statuses == [500, 503, 200]
    listener.statuses = [400]
    lost = simulator.reply(mail_id, "Yes again")
    eventually(lambda: lost.state == "lost")
    assert len(listener.mails()) == 1
    found = json.loads(fetch(f"{simulator.url}/simulator/inbound")[2])["mails"]
    assert [one["state"] for one in found] == ["taken", "lost"]


def test_a_mail_may_come_twice_or_never(both: Both) -> None:
    simulator, listener, mail_id = both
    simulator.faults.plan(Fault.INBOUND_TWICE)
    simulator.reply(mail_id, "Yes")
    eventually(lambda: len(listener.mails()) == 2)
    assert listener.mails()[0].form["email"] == listener.mails()[1].form["email"]
    simulator.faults.plan(Fault.INBOUND_LOST)
    assert simulator.reply(mail_id, "Yes").state == "lost"


def test_a_mail_to_nothing_known_comes_in_through_the_control_endpoint(both: Both) -> None:
    simulator, listener, _ = both
    raw = base64.b64encode(b"From: a@x.example\r\nTo: b@y.example\r\n\r\nhello\r\n").decode()
    asked = {"raw": raw, "sender": "", "to": ["b@y.example"]}
    assert fetch(f"{simulator.url}/simulator/inbound", asked)[0] == 200
    assert json.loads(the_mail(listener).form["envelope"]) == {"to": ["b@y.example"], "from": ""}
    with pytest.raises(KeyError):
        simulator.reply("no such mail", "Yes")


def test_the_samples_cover_six_languages_with_and_without_declaring_themselves() -> None:
    samples = replies.load()
    automatic = [sample for sample in samples if sample.is_automatic]
    assert len(automatic) >= 30
    assert len({sample.name for sample in samples}) == len(samples)
    for language in ("en", "fr", "es", "ar", "ru", "pt"):
        mine = [sample for sample in automatic if sample.language == language and sample.kind == "out-of-office"]
        assert {sample.is_declared for sample in mine} == {True, False}, language
        assert any(s.kind == "person" and s.language == language for s in samples)
    declaring = {"auto-submitted", "precedence", "x-autoreply", "x-autorespond", "x-precedence", "list-id"}
    for sample in automatic:
        assert sample.is_declared == bool(declaring & {name.casefold() for name in sample.headers}), sample.name


@pytest.mark.parametrize("sample", replies.load()[::6], ids=lambda sample: sample.name)
def test_a_sample_comes_in_as_written(both: Both, sample: replies.Sample) -> None:
    simulator, listener, mail_id = both
    subject = sample.subject_for(a_mail().subject)
    simulator.reply(mail_id, sample.text, headers=sample.headers, subject=subject, return_path=sample.return_path)
    form = the_mail(listener).form
    message = message_from_bytes(form["email"], policy=SMTP)
    assert message["Subject"] == subject
    assert message.get_content().replace("\r\n", "\n") == sample.text
    assert all(message[name] for name in sample.headers)
    expected = "silent@m.example" if sample.return_path is None else sample.return_path
    assert json.loads(form["envelope"])["from"] == expected
