"""One client's conversation: what RFC 5321 asks, delivery reports (RFC 3461), and faults at every step."""

import asyncio
import functools
import hmac
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tocsin.devtools.sendgrid.faults import Fault
from tocsin.devtools.smtp.accepting import ledger_line
from tocsin.devtools.smtp.certificates import Certificates
from tocsin.devtools.smtp.desk import Desk, Unreachable
from tocsin.devtools.smtp.reports import HOST, Asked

logging.getLogger("mail.log").disabled = True  # it writes addresses and lines of mail

Accepted = Callable[[bytes, str, str, Asked, str], None]
"""Told of each accepted mail: content, envelope's sender, recipient, what was asked, id in the ledger."""
_MOST_BYTES = 30 * 1024 * 1024
_ANSWERS = {
    Fault.SMTP_MAIL_LATER: "451 4.3.2 the system is busy, try again later",
    Fault.SMTP_RCPT_LATER: "450 4.2.1 the mailbox is busy, try again later",
    Fault.SMTP_RCPT_REFUSED: "550 5.1.1 the account does not exist",
    Fault.SMTP_DATA_LATER: "451 4.3.0 not accepted, try again later",
}


@dataclass(frozen=True, slots=True)
class House:
    """What all conversations share. announces_dsn: whether delivery reports can be asked for."""

    desk: Desk
    certificates: Certificates
    user: str
    password: str
    accepted: Accepted
    now: Callable[[], datetime]
    announces_dsn: bool = True


class Conversation(SMTP):
    """aiosmtpd's server with delivery reports and faults; it is its own handler."""

    def __init__(self, house: House, loop: asyncio.AbstractEventLoop) -> None:
        self.house = house
        self._envelope_id, self._asked = "", dict[str, Asked]()
        self._offers_tls, self._offers_dsn, self._knows_password = True, house.announces_dsn, True
        super().__init__(
            self,
            hostname=HOST,
            ident="simulator",
            data_size_limit=_MOST_BYTES,
            tls_context=house.certificates.right,
            require_starttls=True,
            auth_required=True,
            authenticator=self._log_in,
            loop=loop,
            timeout=30,
        )

    async def _handle_client(self) -> None:
        if await self._struck(Fault.SMTP_REFUSED):
            self.cut()
            return
        self._offers_tls = not await self._struck(Fault.SMTP_NO_STARTTLS)
        self._offers_dsn = self.house.announces_dsn and not await self._struck(Fault.SMTP_NO_DSN)
        try:
            await super()._handle_client()
        except ConnectionError:
            """The client, or a fault, has ended it."""

    async def handle_EHLO(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        found = [line for line in responses if self._offers_tls or "STARTTLS" not in line]
        return [*found[:-1], "250-DSN", found[-1]] if self._offers_dsn else found

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        if not self._offers_tls:
            await self.push("502 5.5.1 not implemented")
            return
        is_wrong = await self._struck(Fault.SMTP_WRONG_CERTIFICATE)
        self.tls_context: ssl.SSLContext = self.house.certificates.wrong if is_wrong else self.house.certificates.right
        await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        self._knows_password = self._knows_password and not await self._struck(Fault.SMTP_WRONG_PASSWORD)
        await super().smtp_AUTH(arg)

    def _log_in(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        is_right = (
            isinstance(given, LoginPassword)
            and hmac.compare_digest(given.login, self.house.user.encode())
            and hmac.compare_digest(given.password, self.house.password.encode())
        )
        return AuthResult(success=is_right and self._knows_password, handled=False)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        arg, parameters = _without(arg, ("RET", "ENVID") if self._offers_dsn else ())
        self._envelope_id, self._asked = parameters.get("ENVID", ""), {}
        if await self._struck(Fault.SMTP_MAIL_LATER):
            await self.push(_ANSWERS[Fault.SMTP_MAIL_LATER])
            return
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        arg, parameters = _without(arg, ("NOTIFY", "ORCPT") if self._offers_dsn else ())
        to = (arg or "").partition("<")[2].partition(">")[0]
        for fault in (Fault.SMTP_RCPT_LATER, Fault.SMTP_RCPT_REFUSED):
            if await self._struck(fault, to):
                await self.push(_ANSWERS[fault])
                return
        if to.casefold().startswith("drop"):
            await self.push(_ANSWERS[Fault.SMTP_RCPT_REFUSED])
            return
        notify = frozenset(parameters.get("NOTIFY", "FAILURE,DELAY").upper().split(","))
        self._asked[to] = Asked(self._envelope_id, notify, parameters.get("ORCPT", "").replace(";", "; "))
        await super().smtp_RCPT(arg)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        to = envelope.rcpt_tos[0]
        if await self._struck(Fault.SMTP_DATA_LATER, to):
            return _ANSWERS[Fault.SMTP_DATA_LATER]
        if hang := await self._struck(Fault.SMTP_HANG, to):
            await asyncio.sleep(hang[1])
        if hang or await self._struck(Fault.SMTP_CUT_BEFORE, to):
            raise self.cut()
        try:
            for recipient in envelope.rcpt_tos:
                await self._accept(envelope, recipient)
        except Unreachable:
            return _ANSWERS[Fault.SMTP_DATA_LATER]
        if await self._struck(Fault.SMTP_CUT_AFTER, to):
            raise self.cut()
        return "250 2.0.0 accepted"

    async def _accept(self, envelope: Envelope, to: str) -> None:
        content, asked = bytes(envelope.original_content or b""), self._asked.get(to, Asked(self._envelope_id))
        line = ledger_line(content, to, asked.envelope_id, self.house.now())
        mail_id = await self._meanwhile(self.house.desk.accept, line)
        self.house.accepted(content, envelope.mail_from or "", to, asked, mail_id)

    def cut(self) -> ConnectionResetError:
        """End the connection without another byte."""
        transport: Any = self._original_transport or self.transport
        if transport is not None:
            transport.abort()
        return ConnectionResetError()

    async def _struck(self, fault: Fault, to: str = "") -> tuple[Fault, float] | None:
        struck: tuple[Fault, float] | None = await self._meanwhile(self.house.desk.strike, (fault,), to)
        return struck

    async def _meanwhile(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Ask the desk without holding up other conversations."""
        return await self.loop.run_in_executor(None, functools.partial(work, *arguments))


def _without(arg: str | None, names: tuple[str, ...]) -> tuple[str | None, dict[str, str]]:
    """The command's argument without the parameters ``names``, and what they say."""
    if arg is None:
        return None, {}
    path, _, rest = arg.partition(">")
    words = [(word, *word.partition("=")[::2]) for word in rest.split()]
    kept = [word for word, name, _ in words if name.upper() not in names]
    found = {name.upper(): value for _, name, value in words if name.upper() in names}
    return " ".join([path + ">", *kept]) if ">" in arg else arg, found
