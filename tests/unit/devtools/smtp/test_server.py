"""The mail server takes mail as a careful server does, fails as planned, and reports what becomes of it."""

import contextlib
import json
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import SMTP
from pathlib import Path

import pytest

from mailing import a_mail, eventually
from providers import Listener, a_mail_server, a_provider, fetch, listening
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.devtools.smtp.accepting import arguments
from tocsin.devtools.smtp.app import SmtpSimulator
from tocsin.devtools.smtp.desk import OtherDesk
from tocsin.mailer.providers.mime import as_mime
from tocsin.mailer.sender import Mail
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings

CUT = "cut"
"""In place of a code: the connection ended without an answer."""
CODES = {
    smtplib.SMTPRecipientsRefused: lambda failure: next(iter(failure.recipients.values()))[0],
    smtplib.SMTPResponseException: lambda failure: failure.smtp_code,
    smtplib.SMTPNotSupportedError: lambda _: "no STARTTLS",
    ssl.SSLCertVerificationError: lambda _: "certificate",
    ConnectionRefusedError: lambda _: "refused",
    smtplib.SMTPServerDisconnected: lambda _: CUT,
    ConnectionResetError: lambda _: CUT,
}


@dataclass(frozen=True)
class Post:
    """A mail server between a client and a webhook."""

    simulator: Simulator
    server: SmtpSimulator
    listener: Listener

    def send(self, to: str = "desk@m.example", wants: str = "SUCCESS,FAILURE,DELAY", **over: object) -> int | str:
        """The code of the last answer (250: accepted), or what happened in its place."""
        return deliver(self.server, to, wants, **over)

    def reports(self) -> list[Message]:
        """The part of each report that machines read."""
        found = []
        for post in self.listener.mails():
            message = message_from_bytes(post.form["email"], policy=SMTP)
            assert message.get_content_type() == "multipart/report"
            found.append(next(p for p in message.walk() if p.get_content_type() == "message/delivery-status"))
        return found


def deliver(server: SmtpSimulator, to: str, wants: str = "", **over: object) -> int | str:
    try:
        return _deliver(server, to, wants, a_mail(to, **over))
    except tuple(CODES) as failure:
        kind = next(kind for kind in CODES if isinstance(failure, kind))
        return CODES[kind](failure)


def _deliver(server: SmtpSimulator, to: str, wants: str, mail: Mail) -> int:
    content = as_mime(mail, "alerts@tocsin.example", "tocsin.example", clock.now())
    with contextlib.closing(smtplib.SMTP(timeout=2)) as client:
        client.connect(server.host, server.port)
        client._host = server.host
        client.starttls(context=ssl.create_default_context(cafile=str(server.ca_file)))
        client.login(server.user, server.password_file.read_text().strip())
        has_dsn = client.has_extn("dsn") and bool(wants)
        of_mail = [f"ENVID={mail.delivery_id}", "RET=HDRS"] if has_dsn else []
        of_recipient = [f"NOTIFY={wants}", f"ORCPT=rfc822;{to}"] if has_dsn else []
        client.sendmail("bounce+0f@reply.tocsin.example", [to], content, of_mail, of_recipient)
        return 250


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with (
        listening() as (listener, url),
        a_provider(tmp_path, url) as simulator,
        a_mail_server(tmp_path, simulator) as server,
    ):
        yield Post(simulator, server, listener)


def test_a_mail_is_in_the_same_mailbox_with_its_provider_and_arguments(post: Post) -> None:
    assert post.send(reply_to="reply+1@reply.tocsin.example", text="Café\n") == 250
    (kept,) = post.simulator.ledger.whole()
    assert (kept["provider"], kept["custom_args"]) == ("smtp", {"d": "0f" * 16, "a": "1"})
    assert (kept["to"], kept["subject"]) == ("desk@m.example", a_mail().subject)
    assert kept["text"].strip() == "Café"
    assert kept["html"].strip() == a_mail().html
    assert kept["thread"] == "<case.1@tocsin.example>"
    assert kept["reply_to"] == "reply+1@reply.tocsin.example"
    page = fetch(f"{post.simulator.url}/mails/{kept['id']}")[2]
    assert "by SMTP" in page
    assert "SMTP</span>" in fetch(f"{post.simulator.url}/")[2]


def test_an_encrypted_mail_is_known_as_such(post: Post) -> None:
    armour = "-----BEGIN PGP MESSAGE-----\r\n\r\nwcBMA\r\n-----END PGP MESSAGE-----\r\n"
    post.send(encrypted=armour)
    (kept,) = post.simulator.ledger.whole()
    assert kept["encrypted"]
    assert [one["type"] for one in kept["attachments"]] == ["application/pgp-encrypted", "application/octet-stream"]
    assert "Encrypted." in fetch(f"{post.simulator.url}/mails/{kept['id']}")[2]


@pytest.mark.parametrize(
    ("fault", "answer", "kept"),
    [
        (Fault.SMTP_REFUSED, CUT, 0),
        (Fault.SMTP_MAIL_LATER, 451, 0),
        (Fault.SMTP_RCPT_LATER, 450, 0),
        (Fault.SMTP_DATA_LATER, 451, 0),
        (Fault.SMTP_RCPT_REFUSED, 550, 0),
        (Fault.SMTP_CUT_BEFORE, CUT, 0),
        (Fault.SMTP_CUT_AFTER, CUT, 1),
        (Fault.SMTP_HANG, CUT, 0),
        (Fault.SMTP_NO_STARTTLS, "no STARTTLS", 0),
        (Fault.SMTP_WRONG_CERTIFICATE, "certificate", 0),
        (Fault.SMTP_WRONG_PASSWORD, 535, 0),
        (Fault.SMTP_NO_DSN, 250, 1),
    ],
)
def test_a_fault_strikes_once(post: Post, fault: Fault, answer: int | str, kept: int) -> None:
    post.simulator.faults.plan(fault, 1, 0.1)
    assert post.send() == answer
    assert post.simulator.faults.pending() == {}
    assert len(post.simulator.ledger) == kept
    assert post.send() == 250, "the next mail fares as usual"


def test_a_fault_may_be_for_one_address_or_asked_for_by_it(post: Post) -> None:
    post.simulator.faults.plan(Fault.SMTP_RCPT_REFUSED, 1, to="Other@m.example")
    assert post.send() == 250
    assert post.send("other@m.example") == 550
    assert post.send("drop@m.example") == 550
    assert post.send("fault.smtp_cut_after.desk@m.example") == CUT
    assert post.send("fault.smtp_cut_after.desk@m.example") == 250


def test_nobody_gets_in_without_tls_and_the_password(post: Post, tmp_path: Path) -> None:
    post.server.password_file.write_text("another\n")
    assert post.send() == 535
    with contextlib.closing(smtplib.SMTP(post.server.host, post.server.port, timeout=2)) as client:
        client.ehlo()
        assert client.mail("a@b.example")[0] == 530
        assert "auth" not in client.esmtp_features, "no password is asked for in clear text"
    assert len(post.simulator.ledger) == 0
    assert (tmp_path / "simulator" / "smtp-server.pem").stat().st_mode & 0o077 == 0


def test_a_closed_port_is_refused_and_opens_again(post: Post) -> None:
    post.server.refuse()
    assert post.send() == "refused"
    post.server.listen()
    assert post.send() == 250


@pytest.mark.parametrize(
    ("address", "actions"),
    [
        ("desk@m.example", ["delivered"]),
        ("bounce@m.example", ["failed"]),
        ("defer@m.example", ["delayed", "delivered"]),
        ("laterbounce@m.example", ["delivered", "failed"]),
    ],
)
def test_what_becomes_of_a_mail_is_reported_to_its_return_path(post: Post, address: str, actions: list[str]) -> None:
    post.send(address)
    eventually(lambda: len(post.listener.mails()) == len(actions))
    (entry,) = post.simulator.ledger.newest(1)
    state = {"delivered": "delivered", "failed": "bounced"}[actions[-1]]
    assert f'class="state {state}"' in fetch(f"{post.simulator.url}/mails/{entry.id}")[2]
    for report, action, mail in zip(post.reports(), actions, post.listener.mails(), strict=True):
        of_mail, of_recipient = report.get_payload()
        assert of_mail["Original-Envelope-Id"].startswith("0f" * 16)
        assert of_recipient["Action"] == action
        assert of_recipient["Final-Recipient"] == f"rfc822; {address}"
        envelope = json.loads(mail.form["envelope"])
        assert envelope["from"] == ""
        assert envelope["to"][0].startswith("bounce+")
    assert len(post.simulator.inbound.answers(entry.id)) == len(actions)


def test_without_the_extension_only_failures_are_reported(tmp_path: Path) -> None:
    with (
        listening() as (listener, url),
        a_provider(tmp_path, url) as simulator,
        a_mail_server(tmp_path, simulator, dsn=False) as server,
    ):
        assert deliver(server, "desk@m.example", "SUCCESS") == 250
        assert deliver(server, "bounce@m.example", "SUCCESS") == 250
        eventually(lambda: len(listener.mails()) == 1)
        assert b"Action: failed" in listener.mails()[0].form["email"]


def test_what_was_not_asked_for_is_not_reported(post: Post) -> None:
    post.send("bounce@m.example", wants="NEVER")
    post.send("desk@m.example", wants="FAILURE")
    post.send("bounce@m.example", wants="FAILURE")
    eventually(lambda: len(post.listener.mails()) == 1)
    assert len(post.simulator.inbound.all()) == 1


def test_a_server_in_another_process_uses_the_mailbox_over_http_and_takes_nothing_without_it(tmp_path: Path) -> None:
    with listening() as (listener, url), a_provider(tmp_path, url) as simulator:
        with SmtpSimulator(Settings(home=tmp_path, smtp_port=0), OtherDesk(simulator.url)) as server:
            assert deliver(server, "bounce@m.example") == 250
            assert [entry.provider for entry in simulator.ledger.newest(9)] == ["smtp"]
            eventually(lambda: len(listener.mails()) == 1)
            simulator.faults.plan(Fault.SMTP_DATA_LATER)
            assert deliver(server, "desk@m.example") == 451
            simulator.listener.refuse(3600)
            assert deliver(server, "desk@m.example") == 451, "what cannot be kept is not accepted"
        assert len(simulator.ledger) == 1


def test_the_authority_stays_the_same_after_a_restart(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        with a_mail_server(tmp_path, simulator) as server:
            first = server.ca_file.read_bytes()
        with a_mail_server(tmp_path, simulator) as server:
            assert server.ca_file.read_bytes() == first


@pytest.mark.parametrize(
    ("headers", "envelope_id", "found"),
    [
        ({}, "", {}),
        ({}, "ab" * 16, {"d": "ab" * 16}),
        ({}, "ab" * 16 + ".2", {"d": "ab" * 16, "a": "2"}),
        ({"Message-ID": f"<{'ab' * 16}.3@tocsin.example>"}, "ab" * 16, {"d": "ab" * 16, "a": "3"}),
        ({"X-Tocsin-Delivery": "cd" * 16, "X-Tocsin-Attempt": "4"}, "", {"d": "cd" * 16, "a": "4"}),
        ({}, "AB" * 16 + "." + "0" * 20, {"d": "ab" * 16}),
    ],
)  # fmt: skip
def test_arguments_come_from_headers_envelope_id_and_message_id(
    headers: dict[str, str], envelope_id: str, found: dict[str, str]
) -> None:
    assert arguments(headers, envelope_id) == found
