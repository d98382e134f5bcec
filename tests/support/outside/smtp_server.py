"""A mail server that does as a test says: it answers, refuses, falls silent or hangs up at any point."""

import base64
import datetime as dt
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tocsin.mailer.providers.smtp import Server, SmtpSender
from tocsin.runtime import clock

USER, PASSWORD = "tocsin", "correct-horse-battery"
HANG_UP, SILENCE = "hang up", "silence"


@dataclass(slots=True)
class Script:
    """answers: by command, instead of the usual one; each is used up, the last one stays if ``for_good``.

    hold: seconds for which it is silent, where it is.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    extensions: list[str] = field(default_factory=lambda: ["DSN", "8BITMIME", "AUTH PLAIN LOGIN"])
    starttls: bool = True
    for_good: bool = False
    hold: float = 0.6
    mails: list[dict] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0

    def of(self, command: str, usual: str) -> str:
        waiting = self.answers.get(command, [])
        if not waiting:
            return usual
        return waiting[0] if self.for_good else waiting.pop(0)


class _Conversation(socketserver.BaseRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        script = self.server.script
        script.connections += 1
        self.stream = self.request
        with suppress(OSError, _Over):
            self.say("connect", "220 ready")
            while True:
                self.one_command(self.line())

    def finish(self) -> None:
        self.stream.close()

    def line(self) -> str:
        found = b""
        while not found.endswith(b"\r\n"):
            byte = self.stream.recv(1)
            if not byte:
                raise _Over
            found += byte
        return found.decode().strip()

    def one_command(self, line: str) -> None:
        script = self.server.script
        script.commands.append(line)
        word = line.split(" ")[0].split(":")[0].upper()
        if word == "EHLO":
            self.say(word, self.greeting())
        elif word == "STARTTLS":
            self.say(word, "220 go ahead")
            self.stream = self.server.tls.wrap_socket(self.stream, server_side=True)
        elif word == "AUTH":
            given = base64.b64decode(line.split(" ")[2]).decode().split("\0")
            self.say(word, "235 welcome" if given[1:] == [USER, PASSWORD] else "535 5.7.8 no")
        elif word == "DATA":
            self.say(word, "354 go on")
            self.content()
        elif word == "QUIT":
            self.say(word, "221 bye")
            raise _Over
        else:
            self.say(word, "250 ok")

    def greeting(self) -> str:
        secure = isinstance(self.stream, ssl.SSLSocket)
        offered = self.server.script.extensions if secure else []
        offered = [*offered, "STARTTLS"] if self.server.script.starttls and not secure else offered
        lines = ["mail.example", *offered]
        return "\r\n".join(f"250{' ' if i == len(lines) - 1 else '-'}{line}" for i, line in enumerate(lines))

    def content(self) -> None:
        content = b""
        while not content.endswith(b"\r\n.\r\n"):
            chunk = self.stream.recv(65536)
            if not chunk:
                raise _Over
            content += chunk
        script = self.server.script
        answer = script.of("END", "250 2.0.0 taken")
        kept = answer in {HANG_UP, SILENCE} or answer.startswith("250")
        if kept:
            raw = content[:-3].replace(b"\r\n..", b"\r\n.")
            secure = isinstance(self.stream, ssl.SSLSocket)
            envelope = [c for c in script.commands if c.upper().startswith(("MAIL", "RCPT"))][-2:]
            script.mails.append({"raw": raw, "envelope": envelope, "secure": secure})
        self.give(answer)

    def say(self, command: str, usual: str) -> None:
        self.give(self.server.script.of(command, usual))

    def give(self, answer: str) -> None:
        if answer == HANG_UP:
            raise _Over
        if answer == SILENCE:
            self.server.over.wait(self.server.script.hold)
            raise _Over
        self.stream.sendall(answer.encode() + b"\r\n")
        if answer.startswith("421"):
            raise _Over


class _Over(Exception):
    pass


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Script, tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.script, self.tls, self.over = script, tls, threading.Event()

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what is being tested."""


@dataclass(frozen=True, slots=True)
class MailServer:
    port: int
    script: Script
    ca_file: Path


@contextmanager
def a_mail_server(folder: Path, script: Script | None = None) -> Iterator[MailServer]:
    """A mail server on a free port of loopback, with a certificate of its own authority."""
    ca_file, cert_file = folder / "ca.pem", folder / "server.pem"
    authority, both = _certificates()
    ca_file.write_bytes(authority)
    cert_file.write_bytes(both)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert_file)
    script = script or Script()
    with _Server(script, tls) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield MailServer(server.server_address[1], script, ca_file)
        server.over.set()
        server.shutdown()
        thread.join(5)


@contextmanager
def an_smtp_sender(
    folder: Path,
    server: MailServer,
    timeout: float = 2.0,
    reply_domain: str = "",
    trusted: bool = True,
    user: str = USER,
) -> Iterator[SmtpSender]:
    password_file = folder / "smtp-password"
    if not password_file.exists():
        password_file.write_text(PASSWORD)
    ca_file = server.ca_file if trusted else None
    to = Server("127.0.0.1", server.port, "tocsin.example", user, password_file, ca_file, timeout)
    sender = SmtpSender(to, "alerts@tocsin.example", "tocsin.example", reply_domain, clock.now)
    try:
        yield sender
    finally:
        sender.close()


@cache
def _certificates() -> tuple[bytes, bytes]:
    """The authority's certificate, and the server's with its key."""
    now = dt.datetime.now(dt.UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority for tests")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])

    def made(subject: x509.Name, public: ec.EllipticCurvePublicKey, is_ca: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if not is_ca:
            host = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([host]), critical=False)
        return builder.sign(ca_key, hashes.SHA256())

    def pem(certificate: x509.Certificate) -> bytes:
        return certificate.public_bytes(serialization.Encoding.PEM)

    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem(made(ca_name, ca_key.public_key(), True)), pem(made(name, key.public_key(), False)) + private
