"""Where an import sends: to the HTTP intake, or by the library for publishers to the broker."""

import json
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tocsin.importing.sending.doors import Door
from tocsin.importing.sending.over_http import OverHttp
from tocsin.importing.sending.over_kafka import over_kafka

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--intake", metavar="URL", envvar="TOCSIN_INTAKE_URL", help="Send to this HTTP intake."),
    click.option("--api-key-file", type=_FILE, help="File with the key of the intake."),
    click.option("--bootstrap", metavar="HOST:PORT", envvar="TOCSIN_KAFKA_BOOTSTRAP", help="Send to this broker."),
    click.option("--key", type=_FILE, help="File with the key that signs (PEM)."),
    click.option("--key-id", help="Its id, if it is not the usual one."),
    click.option("--user", default="", envvar="TOCSIN_KAFKA_USER", help="User at the broker."),
    click.option("--password-file", type=_FILE, envvar="TOCSIN_KAFKA_PASSWORD_FILE", help="Its password."),
    click.option("--sealed-to", type=_FILE, help="Public key of the deployment (JWK): the broker sees no name."),
    click.option("--ca-file", type=_FILE, envvar="TOCSIN_KAFKA_CA_FILE", help="Certificates to trust at the broker."),
)


@dataclass(frozen=True, slots=True)
class Doors:
    """What the options say of where to send."""

    intake: str | None
    api_key_file: Path | None
    bootstrap: str | None
    key: Path | None
    key_id: str | None
    user: str
    password_file: Path | None
    sealed_to: Path | None
    ca_file: Path | None

    def open(self, publisher: str, language: str) -> Door:
        """Raises ClickException if the options name no door, and Forbidden if it will not open."""
        if self.intake and self.api_key_file:
            return OverHttp(self.intake, secret(self.api_key_file), language)
        if self.bootstrap and self.key:
            password = secret(self.password_file) if self.password_file else ""
            to = json.loads(self.sealed_to.read_text(encoding="utf-8")) if self.sealed_to else None
            return over_kafka(self.bootstrap, publisher, self.key, self.key_id, self.user, password, self.ca_file, to)
        raise click.UsageError(
            "Say where to send: --intake URL --api-key-file FILE, or --bootstrap HOST:PORT --key FILE; or --dry-run."
        )


def door_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of ``Doors``, which a command gets as keyword arguments."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def secret(path: Path) -> str:
    """What a file holds that its owner alone may read; raises ClickException if others may."""
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise click.ClickException(f"Others can read {path.name}: chmod 600 it first.")
    return path.read_text(encoding="utf-8").strip()
