"""What is SMTP's own: TLS or nothing, each refusal by the point it comes at, reports, reuse, and true PGP/MIME."""

import email
import email.policy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailing import a_mail
from smtp_server import HANG_UP, SILENCE, Script, a_mail_server, an_smtp_sender
from tocsin.mailer.sender import Accepted, Rejected, RetryAfter, Stops, Unknown
from tocsin.runtime import clock

ARMOUR = "-----BEGIN PGP MESSAGE-----\n\nwcBMA0000\n=abcd\n-----END PGP MESSAGE-----\n"


def _sent(folder: Path, script: Script, mail: Any = None, **over: Any) -> Any:
    with a_mail_server(folder, script) as server, an_smtp_sender(folder, server, **over) as sender:
        return sender.send(mail or a_mail())


def _words(script: Script) -> set[str]:
    return {command.split(" ")[0].split(":")[0] for command in script.commands}


def test_without_starttls_neither_mail_nor_password_is_sent(tmp_path: Path) -> None:
    script = Script(starttls=False, extensions=["AUTH PLAIN"])
    outcome = _sent(tmp_path, script)
    assert isinstance(outcome, RetryAfter)
    assert outcome.reason == "unreachable"
    assert _words(script) <= {"EHLO", "QUIT"}


def test_a_certificate_that_nobody_vouches_for_stops_everything(tmp_path: Path) -> None:
    script = Script()
    outcome = _sent(tmp_path, script, trusted=False)
    assert isinstance(outcome, RetryAfter)
    assert outcome.reason == "unreachable"
    assert _words(script) == {"EHLO", "STARTTLS"}


def test_a_server_that_refuses_starttls_gets_nothing(tmp_path: Path) -> None:
    script = Script(answers={"STARTTLS": ["454 4.7.0 TLS not available"]})
    outcome = _sent(tmp_path, script)
    assert isinstance(outcome, RetryAfter)
    assert outcome.reason == "unreachable"
    assert _words(script) == {"EHLO", "STARTTLS"}


def test_what_is_sent_goes_over_tls_alone(tmp_path: Path) -> None:
    script = Script()
    assert isinstance(_sent(tmp_path, script), Accepted)
    assert [mail["secure"] for mail in script.mails] == [True]


REFUSALS = [
    ("connect", "421 4.3.2 closing", "unreachable", Stops.ALL),
    ("connect", "554 5.3.2 no", "unreachable", Stops.ALL),
    ("connect", HANG_UP, "unreachable", Stops.ALL),
    ("connect", SILENCE, "unreachable", Stops.ALL),
    ("connect", "nonsense", "unreachable", Stops.ALL),
    ("EHLO", "502 5.5.1 what", "unreachable", Stops.ALL),
    ("AUTH", "535 5.7.8 no", "unauthorised", Stops.ALL),
    ("AUTH", "454 4.7.0 later", "throttled", Stops.ALL),
    ("MAIL", "550 5.7.1 not this sender", "unauthorised", Stops.ALL),
    ("MAIL", "530 5.7.0 log in first", "unauthorised", Stops.ALL),
    ("MAIL", "452 4.3.1 full", "throttled", Stops.ALL),
    ("MAIL", "421 4.3.2 closing", "unreachable", Stops.ALL),
    ("MAIL", HANG_UP, "unreachable", Stops.ALL),
    ("RCPT", "450 4.2.0 greylisted", "throttled", Stops.NONE),
    ("RCPT", "421 4.3.2 closing", "unreachable", Stops.ALL),
    ("RCPT", HANG_UP, "unreachable", Stops.ALL),
    ("RCPT", "530 5.7.0 log in first", "unauthorised", Stops.ALL),
    ("DATA", "451 4.3.0 later", "throttled", Stops.NONE),
    ("END", "451 4.3.0 later", "throttled", Stops.NONE),
]


@pytest.mark.parametrize(("command", "answer", "reason", "stops"), REFUSALS)
def test_until_the_mail_is_taken_it_is_tried_again(
    tmp_path: Path, command: str, answer: str, reason: str, stops: Stops
) -> None:
    script = Script(answers={command: [answer]}, for_good=True, hold=0.4)
    outcome = _sent(tmp_path, script, timeout=0.3 if answer == SILENCE else 2.0)
    assert isinstance(outcome, RetryAfter)
    assert (outcome.reason, outcome.stops) == (reason, stops)
    assert timedelta() < outcome.until - clock.now() <= timedelta(seconds=30)
    assert script.mails == []


@pytest.mark.parametrize(
    ("command", "answer", "code"),
    [
        ("RCPT", "550 5.1.1 no such user", "smtp-550"),
        ("RCPT", "554 5.7.1 relay access denied", "smtp-554"),
        ("DATA", "554 5.5.1 no valid recipients", "smtp-554"),
        ("END", "552 5.3.4 too big", "smtp-552"),
        ("END", "550 5.7.1 looks like spam", "smtp-550"),
    ],
)
def test_a_mail_that_is_refused_for_good_is_rejected(tmp_path: Path, command: str, answer: str, code: str) -> None:
    script = Script(answers={command: [answer]})
    with a_mail_server(tmp_path, script) as server, an_smtp_sender(tmp_path, server) as sender:
        assert sender.send(a_mail()) == Rejected(code)
        assert isinstance(sender.send(a_mail()), Accepted), "the next mail fares as usual"


@pytest.mark.parametrize("answer", [HANG_UP, SILENCE, "250-ok without an end", "nonsense", "299 what"])
def test_lost_after_the_final_dot_nobody_knows(tmp_path: Path, answer: str) -> None:
    """The time is enough for TLS on a busy machine."""
    script = Script(answers={"END": [answer]}, hold=1.2)
    outcome = _sent(tmp_path, script, timeout=1.0)
    assert isinstance(outcome, Unknown)
    assert outcome.provider == "smtp"


def test_one_connection_carries_many_mails(tmp_path: Path) -> None:
    script = Script()
    with a_mail_server(tmp_path, script) as server, an_smtp_sender(tmp_path, server) as sender:
        outcomes = [sender.send(a_mail(delivery_id=f"{i:032x}")) for i in range(10)]
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert (script.connections, len(script.mails)) == (1, 10)


@pytest.mark.parametrize("answer", [HANG_UP, "421 4.4.2 idle for too long"])
def test_an_idle_connection_that_the_server_closed_is_made_anew_and_the_mail_goes_once(
    tmp_path: Path, answer: str
) -> None:
    script = Script()
    with a_mail_server(tmp_path, script) as server, an_smtp_sender(tmp_path, server) as sender:
        sender.send(a_mail())
        script.answers["MAIL"] = [answer]
        assert isinstance(sender.send(a_mail(delivery_id="aa" * 16)), Accepted)
    assert (script.connections, len(script.mails)) == (2, 2)


@pytest.mark.parametrize("announced", [True, False])
def test_reports_are_asked_for_where_the_server_knows_how(tmp_path: Path, announced: bool) -> None:
    script = Script(extensions=["AUTH PLAIN", *(["DSN"] if announced else [])])
    assert isinstance(_sent(tmp_path, script, a_mail(to="a+b@mechanism.example")), Accepted)
    mail, recipient = script.mails[0]["envelope"]
    assert ("ENVID=" + "0f" * 16 in mail) is announced
    assert ("NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb@mechanism.example" in recipient) is announced


@pytest.mark.parametrize(
    ("reply_domain", "sender"),
    [("reply.example", f"<bounce+{'0f' * 16}@reply.example>"), ("", "<alerts@tocsin.example>")],
)
def test_what_cannot_be_delivered_comes_back_under_the_deliverys_id(
    tmp_path: Path, reply_domain: str, sender: str
) -> None:
    script = Script()
    _sent(tmp_path, script, reply_domain=reply_domain)
    assert script.mails[0]["envelope"][0].split(" ")[1] == f"FROM:{sender}"


def test_a_server_that_asks_for_no_login_is_given_none(tmp_path: Path) -> None:
    script = Script(extensions=["DSN"])
    assert isinstance(_sent(tmp_path, script, user=""), Accepted)
    assert "AUTH" not in _words(script)


def test_an_address_of_another_script_is_refused_here(tmp_path: Path) -> None:
    script = Script()
    assert _sent(tmp_path, script, a_mail(to="бюро@mechanism.example")) == Rejected("address-not-ascii")
    assert script.mails == []


def test_an_encrypted_mail_is_pgp_mime_and_says_nothing_else(tmp_path: Path) -> None:
    script = Script()
    assert isinstance(_sent(tmp_path, script, a_mail(encrypted=ARMOUR, text="a stub")), Accepted)
    raw = script.mails[0]["raw"]
    mail = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert mail.get_content_type() == "multipart/encrypted"
    assert mail["Content-Type"].params["protocol"] == "application/pgp-encrypted"
    version, body = mail.iter_parts()
    assert (version.get_content_type(), version.get_content()) == ("application/pgp-encrypted", b"Version: 1\r\n")
    assert body.get_content_type() == "application/octet-stream"
    assert body.get_content().replace(b"\r\n", b"\n").decode() == ARMOUR
    assert b"a stub" not in raw


def test_the_message_id_is_opaque_and_another_for_each_attempt(tmp_path: Path) -> None:
    script = Script()
    with a_mail_server(tmp_path, script) as server, an_smtp_sender(tmp_path, server) as sender:
        first, second = sender.send(a_mail()), sender.send(a_mail(attempt=2))
    assert first == Accepted("0f" * 16 + ".1", "smtp")
    assert second == Accepted("0f" * 16 + ".2", "smtp")
    assert f"Message-ID: <{'0f' * 16}.2@tocsin.example>".encode() in script.mails[1]["raw"]


def test_every_line_that_is_sent_is_short_and_ascii(tmp_path: Path) -> None:
    script = Script()
    mail = a_mail(subject="· " * 200 + "x", text="ж" * 5000, html=f"<p>{'a ' * 4000}</p>")
    assert isinstance(_sent(tmp_path, script, mail), Accepted)
    raw = script.mails[0]["raw"]
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert email.message_from_bytes(raw, policy=email.policy.SMTP)["Subject"] == mail.subject
