"""What every way out promises: the same suite over loopback for the real SendGrid client and for SMTP."""

import http.client
import logging
import logging.config
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailing import a_mail
from smtp_server import MailServer, Script, an_smtp_sender
from tocsin.mailer.providers.sendgrid import Clients, SendGridSender
from tocsin.mailer.providers.smtp import Server
from tocsin.mailer.sender import Accepted, Rejected, RetryAfter, Unknown
from tocsin.runtime import clock
from two_ways import Way, a_way

HEADERS = {
    "Auto-Submitted": "auto-generated",
    "References": "<case." + "c0ffee" * 20 + "@tocsin.example>",
    "List-Id": "Tocsin alerts <alerts.tocsin.example>",
}
ARABIC = "قضية ضمن ولايتكم.\n.\nFrom here on\n"


@pytest.fixture(params=["sendgrid", "smtp"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    with a_way(request.param, tmp_path) as way:
        yield way


def test_an_accepted_mail_is_kept_as_it_was_given(way: Way) -> None:
    mail = a_mail(text=ARABIC, html=f"<p>{ARABIC}</p>", headers=HEADERS, reply_to="answer+0f@reply.example")
    outcome = way.sender().send(mail)
    (kept,) = way.kept()
    assert isinstance(outcome, Accepted)
    assert (outcome.provider, bool(outcome.provider_message_id)) == (way.name, True)
    assert (kept["to"], kept["from"], kept["reply_to"]) == (mail.to, "alerts@tocsin.example", mail.reply_to)
    assert (kept["subject"], kept["headers"]) == (mail.subject, HEADERS)
    assert (kept["text"], kept["html"]) == (ARABIC.strip(), mail.html.strip())


def test_a_domain_of_any_script_is_written_as_servers_know_it(way: Way) -> None:
    assert isinstance(way.sender().send(a_mail(to="desk@bücher.example")), Accepted)
    assert way.kept()[0]["to"] == "desk@xn--bcher-kva.example"


@pytest.mark.parametrize(("silent", "kept"), [(False, 1), (True, 0)], ids=["cut", "silent"])
def test_a_mail_that_was_given_without_an_answer_is_unknown(way: Way, silent: bool, kept: int) -> None:
    if silent:
        way.fall_silent(0.5)
    else:
        way.lose_the_answer()
    sender = way.sender(timeout=0.3)
    outcome = sender.send(a_mail())
    assert isinstance(outcome, Unknown)
    assert outcome.provider == way.name
    assert len(way.kept()) == kept
    assert isinstance(way.sender().send(a_mail()), Accepted), "the next mail fares as usual"


def test_a_busy_provider_is_left_alone_for_a_while(way: Way) -> None:
    way.be_busy()
    outcome = way.sender().send(a_mail())
    assert isinstance(outcome, RetryAfter)
    assert outcome.reason == "throttled"
    assert timedelta(seconds=1) < outcome.until - clock.now() < timedelta(seconds=8)
    assert way.kept() == []


def test_wrong_credentials_stop_the_lane_and_right_ones_open_it(way: Way) -> None:
    sender = way.sender()
    way.secret_file.write_text("SG.wrong")
    outcome = sender.send(a_mail())
    assert isinstance(outcome, RetryAfter)
    assert outcome.reason == "unauthorised"
    assert not sender.probe()
    way.secret_file.write_text(way.secret)
    assert sender.probe()
    assert isinstance(sender.send(a_mail()), Accepted)
    assert len(way.kept()) == 1


def _to_nobody(folder: Path, port: int) -> dict[str, Callable[[], Any]]:
    server = MailServer(port, Script(), folder / "none.pem")
    return {
        "sendgrid": lambda: SendGridSender(
            Clients(f"http://127.0.0.1:{port}", folder / "sendgrid.key", 1), "alerts@tocsin.example", clock.now
        ),
        "smtp": lambda: an_smtp_sender(folder, server, trusted=False).__enter__(),
    }


@pytest.mark.parametrize("name", ["sendgrid", "smtp"])
def test_where_nobody_listens_nothing_has_left_the_host(tmp_path: Path, name: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    sender = _to_nobody(tmp_path, port)[name]()
    outcome = sender.send(a_mail())
    assert isinstance(outcome, RetryAfter)
    assert outcome.reason == "unreachable"
    assert not sender.probe()
    if name == "smtp":
        sender.close()


UNSOUND = [
    {"to": "no address"},
    {"to": "desk@mechanism.example\r\nBcc: other@x.example"},
    {"reply_to": "a@b.example, c@d.example"},
    {"headers": {"Subject": "other"}},
    {"headers": {"Bcc": "other@x.example"}},
    {"headers": {"References": "<a@b>\r\nBcc: other@x.example"}},
    {"headers": {"Referen\nces": "<a@b>"}},
    {"headers": {"References": "<a@b>", "references": "<c@d>"}},
    {"subject": "a\r\nBcc: b@x.example"},
    {"subject": "a\u2028b"},
    {"subject": "=?utf-8?q?a=0d=0aBcc:_b?="},
    {"subject": ""},
    {"text": ""},
    {"text": "\ud800"},
    {"html": "a\0b"},
    {"delivery_id": "a\r\nb"},
    {"encrypted": "ключ"},
]


@pytest.mark.parametrize("over", UNSOUND, ids=str)
def test_a_mail_that_breaks_the_rules_is_rejected_for_good_before_anything_is_sent(way: Way, over: dict) -> None:
    outcome = way.sender().send(a_mail(**over))
    assert isinstance(outcome, Rejected)
    assert outcome.code.startswith("unsound-")
    assert way.kept() == []


class _Dripping:
    """A server that sends one byte every 50 ms and never comes to an end."""

    def __enter__(self) -> int:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        return int(self.listening.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(5)

    def _serve(self) -> None:
        try:
            client, _ = self.listening.accept()
        except OSError:
            return
        with client:
            client.sendall(
                b"HTTP/1.1 202 Accepted\r\nContent-Length: 100000\r\n\r\n" if self._is_http(client) else b"220"
            )
            while not self.over.wait(0.05):
                try:
                    client.sendall(b"-")
                except OSError:
                    return

    @staticmethod
    def _is_http(client: socket.socket) -> bool:
        client.settimeout(0.1)
        try:
            return client.recv(4) == b"POST"
        except TimeoutError:
            return False


@pytest.mark.parametrize("name", ["sendgrid", "smtp"])
def test_a_call_ends_in_time_even_if_the_answer_never_does(tmp_path: Path, name: str) -> None:
    with _Dripping() as port:
        sender = _to_nobody(tmp_path, port)[name]() if name == "sendgrid" else None
        if sender is None:
            (tmp_path / "smtp-password").write_text("secret")
            with an_smtp_sender(tmp_path, MailServer(port, Script(), tmp_path), 0.5, trusted=False) as smtp:
                began, outcome = time.monotonic(), smtp.send(a_mail())
        else:
            sender._clients._timeout = 0.5
            began, outcome = time.monotonic(), sender.send(a_mail())
        taken = time.monotonic() - began
    assert isinstance(outcome, Unknown | RetryAfter)
    assert taken < 0.9


def test_no_call_outlasts_ten_seconds_whatever_is_configured(tmp_path: Path) -> None:
    assert Clients("http://127.0.0.1:9", tmp_path / "sendgrid.key", timeout=3600).current().timeout == 10
    assert Server("127.0.0.1", 9, "tocsin.example", timeout=3600).seconds == 10


def test_neither_secret_nor_mail_is_logged_or_printed_at_any_level(
    way: Way, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 9)
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})  # enables what was disabled
    mail = a_mail(text="a text that nobody may read", html="<p>a text that nobody may read</p>")
    with caplog.at_level(logging.DEBUG):
        sender = way.sender()
        sender.send(mail)
        way.lose_the_answer()
        sender.send(mail)
        way.secret_file.write_text("SG.wrong")
        sender.send(replace(mail, attempt=2))
    printed = capfd.readouterr()
    ours = (str(r.__dict__) for r in caplog.records if r.name != "mail.log")  # which is the simulated server's
    everything = "".join((*ours, printed.out, printed.err))
    for secret in (way.secret, "SG.wrong", "mechanism.example", "nobody may read", "HRD-7F3K-22Q"):
        assert secret not in everything


def test_threads_share_a_sender_and_each_mail_has_its_own_outcome(way: Way) -> None:
    sender = way.sender(timeout=5)
    mails = [a_mail(to=f"desk{i}@mechanism.example", delivery_id=f"{i:032x}") for i in range(24)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(sender.send, mails))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert sorted(mail["to"] for mail in way.kept()) == sorted(mail.to for mail in mails)


def test_a_probe_sends_nothing(way: Way) -> None:
    assert way.sender().probe()
    assert way.kept() == []
