"""All checks, in the order in which one would put things right."""

from collections.abc import Iterator

from sqlalchemy import Connection

from tocsin.mailer.checks import account, keys, people, ways
from tocsin.mailer.checks.finding import Finding
from tocsin.mailer.outlets import Outlets
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.deployment import Deployment


def of_mail(settings: Settings) -> Iterator[Finding]:
    """Whether mail would leave, and unread: asks the providers, and sends nothing."""
    outlets = Outlets(settings)
    yield keys.of_file("sending-key", outlets.key_file)
    if settings.sendgrid_reading_key_file is not None:
        yield keys.of_file("reading-key", settings.sendgrid_reading_key_file)
    if settings.smtp_password_file is not None:
        yield keys.of_file("smtp-password", settings.smtp_password_file)
    yield account.of_host(settings.sendgrid_host)
    yield keys.of_scopes(outlets.sending_account)
    yield ways.of_sending(outlets.sendgrid)
    yield from account.at_start(outlets.account)
    yield account.of_webhook(outlets.account, settings.webhook_public_key_file or settings.home / "webhook-public.pem")
    yield account.of_clock(outlets.account, clock.now)
    yield ways.of_smtp(outlets.smtp)


def of_people(connection: Connection, deployment: Deployment) -> list[Finding]:
    """Whether it reaches those who hold a mandate."""
    return people.of_directory(connection, deployment, clock.now())
