"""As whom a publisher comes to the broker: its user, password, rights and quota, made and ended with it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from tocsin.cli.connection import deployment_of
from tocsin.cli.publishers.keys import registering
from tocsin.runtime.kafka import BrokerUnreachable
from tocsin.runtime.kafka_access import UnusablePasswordFile
from tocsin.runtime.kafka_principals import PrincipalRefused, Quota, let_in, let_in_again, shut_out
from tocsin.runtime.settings import Settings
from tocsin.store.publishing import publishers as registry
from tocsin.store.publishing.publishers import Publisher

_SENTENCES = {
    "kafka-user-exists": "The broker has a user of this name; choose another with --kafka-user.",
    "kafka-user-invalid": "Names of users have letters, digits and . _ : - only: to the broker, * is everybody.",
    "kafka-user-reserved": "This user is the service's own; choose another with --kafka-user.",
    "kafka-user-may-more": "The broker lets this user do more than its rules say (super.users, or "
    "allow.everyone.if.no.acl.found); choose another, or close the broker.",
    "kafka-not-seen": "The broker took the change, but does not show it.",
    "kafka-refused": "The broker does not let Tocsin's own user administer users and rules.",
}
_OPEN = "The broker checks nobody: whoever reaches it may write, and what nobody signed is refused afterwards."

_UNDONE = "At the broker nothing has changed: tocsin publishers password, revoke or end does it later."


@dataclass(frozen=True, slots=True)
class Door:
    """The way to the broker. user: None for the publisher's name. password_file: None to show the password once."""

    is_wanted: bool = True
    user: str | None = None
    password_file: Path | None = None
    kilobytes: int = 64

    def open(self, settings: Settings, publisher: Publisher, by: str, now: datetime) -> None:
        """Make a user that may write reports and actions, and nothing else; says what was done."""
        if not self.is_wanted:
            return
        user, quota = self.user or publisher.publisher_id, Quota(bytes_per_second=self.kilobytes * 1024)
        with telling_refusals():
            password = let_in(settings.kafka, user, quota)
        if password is None:
            click.echo(_OPEN)
            return
        self._name(settings, publisher, user, by, now)
        click.echo(f"At the broker it is the user {user}, who may write reports and actions ({self.kilobytes} kB/s).")
        self._give(password)

    def change(self, settings: Settings, publisher: Publisher, by: str, now: datetime) -> None:
        """A new password; a user if it had none."""
        if not self.is_wanted:
            return
        if publisher.kafka_user is None:
            self.open(settings, publisher, by, now)
            return
        with telling_refusals():
            password = let_in_again(settings.kafka, publisher.kafka_user)
        if password is None:
            click.echo(_OPEN)
            return
        click.echo(f"The user {publisher.kafka_user} has a new password at the broker, from now on.")
        self._give(password)

    def shut(self, settings: Settings, publisher: Publisher, by: str, now: datetime) -> None:
        """Delete the user and what it might do; connections that are open may write nothing more."""
        user = publisher.kafka_user
        if user is None:
            return
        with telling_refusals():
            is_shut = shut_out(settings.kafka, user)
        if not is_shut:
            click.echo(_OPEN)
            return
        self._name(settings, publisher, None, by, now)
        click.echo(f"The user {user} is deleted at the broker.")

    def _name(self, settings: Settings, publisher: Publisher, user: str | None, by: str, now: datetime) -> None:
        identities = deployment_of(settings).identities
        with registering(settings) as connection:
            registry.name_kafka_user(connection, identities, publisher.publisher_id, user, by, now)

    def _give(self, password: str) -> None:
        if self.password_file is None:
            click.echo(f"Its password, which is shown this once: {password}")
            return
        try:
            descriptor = os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise click.ClickException(
                f"The password could not be written ({error.strerror}). Another: tocsin publishers rotate"
            ) from None
        with os.fdopen(descriptor, "w") as file:
            file.write(password + "\n")
        click.echo(f"Its password is in {self.password_file.name}.")


def door_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds what concerns the broker; the command gets it as ``door``."""

    @click.option("--kafka-user", metavar="USER", help="Who it is to the broker. Default: NAME.")
    @click.option("--no-kafka", is_flag=True, help="Leave the broker as it is.")
    @click.option(
        "--password-file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write its password here (mode 0600). Default: show it once.",
    )
    @click.option("--kilobytes", type=click.IntRange(1), default=64, show_default=True, help="A second, at the broker.")
    @wraps(command)
    def with_door(
        *given: Any, kafka_user: str | None, no_kafka: bool, password_file: Path | None, kilobytes: int, **named: Any
    ) -> Any:
        if password_file is not None and password_file.exists():
            raise click.UsageError("There is a file of the password's name already.")
        return command(*given, door=Door(not no_kafka, kafka_user, password_file, kilobytes), **named)

    return with_door


@contextmanager
def telling_refusals() -> Iterator[None]:
    """A failure becomes one line."""
    try:
        yield
    except PrincipalRefused as refusal:
        raise click.ClickException(f"{refusal.code}: {_SENTENCES[refusal.code]} {_UNDONE}") from None
    except BrokerUnreachable as error:
        raise click.ClickException(f"broker-unreachable: {error}. {_UNDONE}") from None
    except UnusablePasswordFile as error:
        raise click.ClickException(f"password-unusable: {error}. {_UNDONE}") from None
