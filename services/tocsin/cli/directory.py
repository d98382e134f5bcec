"""``tocsin directory``: who holds which mandate. Addresses go in, and only mails take them out."""

from pathlib import Path

import click
import yaml
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tocsin.cli.connection import existing_database, looking
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store import audit
from tocsin.store import directory as recipients
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import load_deployment
from tocsin_schemas.directory import RecipientEntry


@click.group()
def directory() -> None:
    """Load and list recipients."""


@directory.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Add the recipients of FILE (YAML), or bring them up to date: all of them, or none if one is wrong."""
    settings = Settings()
    entries = read_entries(file)
    deployment, now = load_deployment(settings.key_file), clock.now()
    with unit_of_work(existing_database(settings)) as connection:
        for entry in entries:
            recipient_id = recipients.put(connection, deployment, entry, now)
            audit.append(connection, "operators", "recipient-loaded", recipient_id, {"mandates": entry.mandates}, now)
    click.echo(f"{len(entries)} recipients loaded.")


@directory.command("list")
def list_recipients() -> None:
    """Every recipient, without the address."""
    with looking(Settings()) as connection:
        found = recipients.load_recipients(connection)
    table = Table("recipient", "role", "mandates", "languages", "time zone", "level", "valid")
    for entry in found:
        valid = f"{entry.valid_from or '…'} to {entry.valid_to or '…'}" if entry.valid_from or entry.valid_to else ""
        table.add_row(
            entry.recipient_id[:8],
            Text(entry.role),
            ", ".join(entry.mandates),
            ", ".join(entry.languages),
            entry.timezone,
            entry.level,
            valid,
        )
    Console().print(table)


def read_entries(file: Path) -> list[RecipientEntry]:
    """The recipients of a YAML file: a list, or a mapping with the list under ``recipients``.

    Raises click.ClickException that names the faulty places and repeats no value.
    """
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise click.ClickException("The file is not YAML in UTF-8.") from None
    rows = content.get("recipients") if isinstance(content, dict) else content
    if not isinstance(rows, list) or not rows:
        raise click.ClickException("The file holds no list of recipients.")
    entries, faults = [], []
    for number, row in enumerate(rows, start=1):
        try:
            entries.append(RecipientEntry.model_validate(row, strict=False))
        except ValidationError as error:
            faults += [_fault(number, detail["loc"], detail["type"]) for detail in error.errors(include_input=False)]
    if faults:
        raise click.ClickException("\n".join(faults))
    return entries


def _fault(number: int, place: tuple[int | str, ...], code: str) -> str:
    return f"recipient {number}: {'/'.join(map(str, place)) or 'entry'}: {code.replace('_', '-')}"
