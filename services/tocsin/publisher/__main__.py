"""``python -m tocsin.publisher``: make a signing key, or publish one report from a file."""

import json
from pathlib import Path
from typing import Any, BinaryIO

import click

from tocsin.publisher import Publisher, PublishError
from tocsin.runtime.key_files import read_public_key, usual_key_id, write_key_pair

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_PATIENCE = 3.0
"""Seconds for what waits to leave before it is said to wait."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """For mechanisms that publish reports to Tocsin."""


@main.command(short_help="Make the key with which NAME signs.")
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def key(name: str, file: Path) -> None:
    """Make the key with which NAME signs: the private half in FILE, for this machine alone, the public one beside it.

    NAME is the publisher's, as the operators registered it.
    """
    try:
        public = write_key_pair(file)
    except OSError as error:
        raise click.ClickException(f"the key was not written: {error.strerror or 'there is one already'}") from None
    key_id = usual_key_id(name, read_public_key(public))
    click.echo(f"{file} is private: keep it here.")
    click.echo(f"Send {public} to the operators, to be registered with the key id {key_id}.")


@main.command()
@click.argument("file", type=click.File("rb"))
@click.option("--bootstrap", required=True, envvar="TOCSIN_KAFKA_BOOTSTRAP", help="The broker: host:port,host:port.")
@click.option("--name", required=True, help="Yours as publisher.")
@click.option("--key", "key_file", required=True, type=_FILE, help="Your private key.")
@click.option("--key-id", help="If it was registered under another id than the one proposed.")
@click.option("--spool", type=click.Path(file_okay=False, path_type=Path), help="Where it waits if the broker is away.")
@click.option("--user", default="", envvar="TOCSIN_KAFKA_USER", help="User at the broker.")
@click.option("--password-file", type=_FILE, envvar="TOCSIN_KAFKA_PASSWORD_FILE", help="Its password.")
@click.option("--sealed-to", type=_FILE, help="Public key of the deployment (JWK): the broker sees no name.")
@click.option("--ca-file", type=_FILE, envvar="TOCSIN_KAFKA_CA_FILE", help="Certificates to trust at the broker.")
@click.option("--correct", is_flag=True, help="It corrects an earlier revision.")
def send(
    file: BinaryIO,
    bootstrap: str,
    name: str,
    key_file: Path,
    key_id: str | None,
    spool: Path | None,
    user: str,
    password_file: Path | None,
    sealed_to: Path | None,
    ca_file: Path | None,
    correct: bool,
) -> None:
    """Publish the report in FILE (JSON; - for standard input)."""
    password = password_file.read_text("utf-8").rstrip("\r\n") if password_file else ""
    to = json.loads(sealed_to.read_bytes()) if sealed_to else None
    options: dict[str, Any] = {"spool": spool, "user": user, "password": password, "sealed_to": to, "ca_file": ca_file}
    try:
        with Publisher(bootstrap, name, key_file, key_id=key_id, **options) as publisher:
            receipt = publisher.correct(file.read()) if correct else publisher.submit(file.read())
            waiting = publisher.flush(_PATIENCE) if receipt.spooled else 0
    except PublishError as error:
        several = "\n" if "\n" in str(error) else " "
        raise click.ClickException(f"{error.code}:{several}{error}") from None
    if waiting:
        click.echo(f"The broker is away: {waiting} in the spool; it leaves at the next start with this spool.")
    else:
        click.echo(f"{receipt.report_id} is at the broker.")


if __name__ == "__main__":
    main()
