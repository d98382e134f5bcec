"""A mail server as a ``Sender``: STARTTLS with a valid certificate or nothing, one connection for each thread.

Outcomes follow the point that was reached. Until the server has been given the mail nothing was accepted; after that,
only its answer tells. Never is a mail, or the password, sent in clear text.
"""

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from tocsin.mailer.providers.mime import as_mime, message_id
from tocsin.mailer.providers.soundness import Unsound, mailbox
from tocsin.mailer.reply_addresses import bounce_of
from tocsin.mailer.sender import Accepted, Mail, Outcome, Rejected, RetryAfter, Stops, Unknown

log = logging.getLogger(__name__)
PROVIDER = "smtp"
MAX_TIMEOUT = 10.0
IMPLICIT_TLS_PORT = 465
_UNREACHABLE = timedelta(seconds=1)
_THROTTLED = timedelta(seconds=5)
_UNAUTHORISED = timedelta(seconds=30)
_PUT_OFF = timedelta(seconds=30)
_CLOSING = 421
_WANTS_LOGIN = {530, 534, 535, 538}
_FAILURES = (SMTPException, OSError, ValueError)
"""All that the library raises; the point that was reached decides what it means."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where to hand mail over.

    host: its certificate must name it. ca_file: certificates to trust beside the system's. timeout: seconds for a whole
    mail, none above 10. greeting: the name that we give ourselves.
    """

    host: str
    port: int
    greeting: str
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    timeout: float = 8.0

    @property
    def is_tls_from_the_start(self) -> bool:
        return self.port == IMPLICIT_TLS_PORT

    def client(self) -> SMTP:
        """A client that is not connected yet. The caller starts TLS, unless it is there from the start."""
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.ca_file is not None:
            context.load_verify_locations(self.ca_file)
        return SMTP(
            hostname=self.host,
            port=self.port,
            local_hostname=self.greeting,
            use_tls=self.is_tls_from_the_start,
            start_tls=False,
            tls_context=context,
            timeout=self.seconds,
        )

    def password(self) -> str:
        """As it stands in the file now."""
        return self.password_file.read_text().strip() if self.password_file is not None else ""

    @property
    def seconds(self) -> float:
        return min(self.timeout, MAX_TIMEOUT)


@dataclass(frozen=True, slots=True)
class _Envelope:
    sender: str
    to: str
    delivery_id: str
    content: bytes


class _Line:
    """The connection of one thread, and how far the mail on it has come."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._client: SMTP | None = None
        self._transport: asyncio.BaseTransport | None = None
        self.in_doubt = False

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` within the server's time. Whatever it raises, the connection is not used again."""
        self.in_doubt = False

        async def bounded() -> None:
            async with asyncio.timeout(self._server.seconds):
                await work

        with ExitStack() as failed:
            failed.callback(lambda: self._runner.run(self._hang_up()))
            self._runner.run(bounded())
            failed.pop_all()

    async def deliver(self, envelope: _Envelope) -> None:
        was_open = self._client is not None and self._client.is_connected
        try:
            client = await self._open()
            await _address(client, envelope)
        except (SMTPServerDisconnected, SMTPSenderRefused) as failure:
            if not was_open or getattr(failure, "code", _CLOSING) != _CLOSING:
                raise
            await self._hang_up()  # the server had closed an idle connection, before this mail began
            client = await self._open()
            await _address(client, envelope)
        self.in_doubt = True
        await client.data(envelope.content)

    async def greet(self) -> None:
        await (await self._open()).noop()

    async def _open(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        self._client = client = self._server.client()
        await client.connect()
        self._transport = client.transport
        if not self._server.is_tls_from_the_start:
            await client.starttls()  # raises if the server does not offer it, or its certificate is not good
            self._transport = client.transport
        await client.ehlo()
        if self._server.user:
            await client.login(self._server.user, self._server.password())
        return client

    async def _hang_up(self) -> None:
        client, transport = self._client, self._transport
        self._client = self._transport = None
        if client is not None:
            client.close()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()  # a TLS connection would wait for the other side to agree
        for _ in range(3):
            await asyncio.sleep(0)  # what is closed is let go in later rounds of the loop

    def close(self) -> None:
        self._runner.run(self._hang_up())
        self._runner.close()


class SmtpSender:
    """Hands each mail to one server, which sends it on.

    reply_domain: mails that cannot be delivered come back to it, under the delivery's id; empty: to ``mail_from``.
    """

    def __init__(
        self, server: Server, mail_from: str, mail_domain: str, reply_domain: str, clock: Callable[[], datetime]
    ) -> None:
        self._server, self._from, self._mail_domain, self._reply_domain = server, mail_from, mail_domain, reply_domain
        self._clock = clock
        self._local = threading.local()
        self._lines: list[_Line] = []

    def send(self, mail: Mail) -> Outcome:
        try:
            content = as_mime(mail, self._from, self._mail_domain, self._clock())
        except Unsound as unsound:
            return Rejected(unsound.code)
        line = self._line()
        try:
            line.run(line.deliver(_Envelope(self._return_path(mail), mailbox(mail.to), mail.delivery_id, content)))
        except _FAILURES as failure:
            return _outcome(failure, line.in_doubt, self._clock())
        return Accepted(message_id(mail), PROVIDER)

    def ask(self) -> str | None:
        """Why the server would not let us in now, as a code; None if it does. No mail is sent."""
        line = self._line()
        try:
            line.run(line.greet())
        except _FAILURES as failure:
            cause = failure.__cause__ if isinstance(failure.__cause__, ssl.SSLError) else failure
            return f"{type(cause).__name__} {getattr(failure, 'code', '')}".strip()
        return None

    def probe(self) -> bool:
        return self.ask() is None

    def close(self) -> None:
        """Close the connections of every thread; none may be sending."""
        while self._lines:
            self._lines.pop().close()
        self._local = threading.local()

    def _line(self) -> _Line:
        if not hasattr(self._local, "line"):
            self._local.line = _Line(self._server)
            self._lines.append(self._local.line)
        line: _Line = self._local.line
        return line

    def _return_path(self, mail: Mail) -> str:
        """Automatic answers go there too (RFC 3834), so it has the token of the address for answers, if any."""
        bare = f"bounce+{mail.delivery_id}@{self._reply_domain}" if self._reply_domain else self._from
        return bounce_of(mail.reply_to) or bare


async def _address(client: SMTP, envelope: _Envelope) -> None:
    """Name the sender and the recipient; where the server knows how, ask it to report what becomes of the mail."""
    reports = client.supports_extension("dsn")
    of_mail = ["RET=HDRS", f"ENVID={envelope.delivery_id}"] if reports else []
    of_recipient = ["NOTIFY=SUCCESS,FAILURE,DELAY", f"ORCPT=rfc822;{_xtext(envelope.to)}"] if reports else []
    await client.mail(envelope.sender, options=of_mail)
    await client.rcpt(envelope.to, options=of_recipient)


def _xtext(address: str) -> str:
    """RFC 3461 §4: what would end a parameter is written in hexadecimal."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in address)


def _outcome(failure: Exception, in_doubt: bool, now: datetime) -> Outcome:
    code = failure.code if isinstance(failure, SMTPResponseException) else 0
    if in_doubt and not (isinstance(failure, SMTPDataError) and 400 <= code < 600):
        return Unknown(type(failure).__name__, PROVIDER)
    of_us = isinstance(failure, SMTPAuthenticationError | SMTPSenderRefused)
    if code in _WANTS_LOGIN or (of_us and code >= 500):
        log.error("the mail server refuses the login or the sender", extra={"provider": PROVIDER, "code": code})
        return RetryAfter(now + _UNAUTHORISED, "unauthorised")
    if isinstance(failure, SMTPRecipientRefused | SMTPDataError) and code != _CLOSING:
        put_off = RetryAfter(now + _PUT_OFF, "throttled", Stops.NONE)
        return Rejected(f"smtp-{code}") if code >= 500 else put_off
    if of_us and code != _CLOSING:
        return RetryAfter(now + _THROTTLED, "throttled")
    return RetryAfter(now + _UNREACHABLE, "unreachable")
