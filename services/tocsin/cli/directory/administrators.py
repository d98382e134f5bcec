"""``tocsin directory administrators``: who may change the directory."""

import re
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from tocsin.cli.connection import looking
from tocsin.cli.directory.changes import announce
from tocsin.cli.directory.signing import FILE, changing, signed, signer_of
from tocsin.cli.groups import Group
from tocsin.cli.showing import deployment_of
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.deployment import load_deployment
from tocsin.store.directory import administrators as people
from tocsin.store.directory.keys import UnusableKey, read_public_key, write_key_pair
from tocsin.store.directory.proposals import propose_appointment, propose_revocation

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@click.group(cls=Group)
def administrators() -> None:
    """Add, list and revoke those who may change the directory."""


@administrators.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--passphrase/--no-passphrase", default=True, help="Ask for one. Without, the file alone is enough.")
def keygen(file: Path, passphrase: bool) -> None:
    """Make a key pair: FILE is private and stays with you, FILE.pub goes to the other administrators."""
    secret = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True) if passphrase else None
    try:
        public_file = write_key_pair(file, secret)
    except FileExistsError:
        raise click.ClickException("There is such a file already; a key is never replaced.") from None
    except OSError as error:
        raise click.ClickException(f"The file cannot be written ({error.strerror}).") from None
    click.echo(f"Keep {file.name} to yourself; give {public_file.name} to be registered.")


@administrators.command()
@click.argument("new_id", metavar="ID")
@click.option("--public-key", "public_file", required=True, type=FILE, help="Made by keygen.")
@click.option("--as", "key_id", metavar="ID", help="You, once there are two administrators.")
@click.option("--key", "key_file", type=FILE, help="Your private key.")
def add(new_id: str, public_file: Path, key_id: str | None, key_file: Path | None) -> None:
    """Add the administrator ID: the first two at once, any other as a change that two of them sign."""
    if not _ID.fullmatch(new_id):
        raise click.BadParameter("an identifier without spaces, for example registry-1", param_hint="ID")
    settings, now = Settings(), clock.now()
    try:
        public_key = read_public_key(public_file)
    except UnusableKey as error:
        raise click.ClickException(f"key-unusable: {error}.") from None
    if key_id is None or key_file is None:
        with changing(settings) as connection:
            people.add_first(connection, load_deployment(settings.key_file).identities, new_id, public_key, now)
        click.echo(f"{new_id} is an administrator.")
        return
    signer, deployment = signer_of(key_id, key_file), deployment_of(settings)
    with changing(settings) as connection:
        announce([propose_appointment(connection, deployment, signer, new_id, public_key, now)])


@administrators.command()
@click.argument("old_id", metavar="ID")
@click.option("--since", help="From when what they signed does not count, for example 2026-11-01. Default: now.")
@signed
def revoke(old_id: str, since: str | None, key_id: str, key_file: Path) -> None:
    """Propose that ID is an administrator no longer.

    With --since in the past, what ID signed from then on is refused, and must be proposed and approved again.
    """
    settings, now = Settings(), clock.now()
    signer, deployment = signer_of(key_id, key_file), deployment_of(settings)
    with changing(settings) as connection:
        announce([propose_revocation(connection, deployment, signer, old_id, _since(since, now), now)])


@administrators.command("list")
def list_administrators() -> None:
    """Who is, and who was, an administrator."""
    settings = Settings()
    with looking(settings) as connection:
        identities = deployment_of(settings).identities
        found, altered = people.load(connection, identities), people.altered(connection, identities)
    table = Table("administrator", "from", "to", "public key")
    for person in found.values():
        until = f"{person.valid_to:%Y-%m-%d}" if person.valid_to else ""
        table.add_row(person.key_id, f"{person.valid_from:%Y-%m-%d}", until, person.public_key[:16])
    for key_id in altered:
        table.add_row(key_id, "ALTERED", "", "")
    Console().print(table)


def _since(text: str | None, now: datetime) -> datetime:
    if text is None:
        return now
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise click.BadParameter("write the day as 2026-11-01", param_hint="--since") from None
