"""The ways out as they are configured: SendGrid, the second one if there is one, and the account that is looked at."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tocsin.mailer.providers.account import Account
from tocsin.mailer.providers.fall_over import FallOver, Way
from tocsin.mailer.providers.sendgrid import MAX_TIMEOUT, Clients, SendGridSender
from tocsin.mailer.providers.sendgrid import PROVIDER as SENDGRID
from tocsin.mailer.providers.sent_log import SendGridLog
from tocsin.mailer.providers.smtp import PROVIDER as SMTP
from tocsin.mailer.providers.smtp import Server, SmtpSender
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings

_LOOK_SECONDS = 4.0
"""For a question about the account; the mailer asks three before it sends anything."""


@dataclass(frozen=True)
class Outlets:
    """Nothing connects before it is used."""

    settings: Settings

    @property
    def key_file(self) -> Path:
        return self.settings.sendgrid_key_file or self.settings.home / "sendgrid.key"

    @cached_property
    def sendgrid(self) -> SendGridSender:
        return SendGridSender(self._clients(self.key_file), self.settings.mail_from, clock.now)

    @cached_property
    def smtp(self) -> SmtpSender | None:
        """The second way out; None where no server is named."""
        given = self.settings
        if not given.smtp_host:
            return None
        server = Server(
            host=given.smtp_host,
            port=given.smtp_port,
            greeting=given.mail_domain,
            user=given.smtp_user,
            password_file=given.smtp_password_file,
            ca_file=given.smtp_ca_file,
            timeout=given.smtp_timeout,
        )
        return SmtpSender(server, given.mail_from, given.mail_domain, given.reply_domain, clock.now)

    @cached_property
    def sender(self) -> FallOver:
        second = None if self.smtp is None else Way(SMTP, self.smtp)
        return FallOver(Way(SENDGRID, self.sendgrid), second, clock.now)

    @cached_property
    def account(self) -> Account:
        """Asked with the key that reads."""
        return Account(self._clients(self._reading_key_file, _LOOK_SECONDS))

    @cached_property
    def sending_account(self) -> Account:
        """Asked with the key that sends."""
        return Account(self._clients(self.key_file, _LOOK_SECONDS))

    @cached_property
    def sent_log(self) -> SendGridLog:
        return SendGridLog(self._clients(self._reading_key_file))

    @property
    def _reading_key_file(self) -> Path:
        return self.settings.sendgrid_reading_key_file or self.key_file

    def _clients(self, key_file: Path, at_most: float = MAX_TIMEOUT) -> Clients:
        return Clients(self.settings.sendgrid_host, key_file, min(self.settings.sendgrid_timeout, at_most))
