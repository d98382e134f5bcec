"""``tocsin directory``: who holds which mandate. Addresses go in; only mails, and who asks for them, take them out."""

from pathlib import Path

import click
from rich.console import Console

from tocsin.cli.connection import looking
from tocsin.cli.directory import changes
from tocsin.cli.directory.administrators import administrators
from tocsin.cli.directory.files import checked, written
from tocsin.cli.directory.signing import FILE, changing, signed, signer_of
from tocsin.cli.groups import Group
from tocsin.cli.showing import deployment_of
from tocsin.cli.tables import narrow, whole
from tocsin.domain.routing.chain import chain
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.auditing import audit
from tocsin.store.directory import entries as rows
from tocsin.store.directory.administrators import CHAIN
from tocsin.store.directory.approvals import enter
from tocsin.store.directory.checks import verify as verify_all
from tocsin_schemas.directory import Recipient


@click.group(cls=Group)
def directory() -> None:
    """Keep the directory of recipients: every change is proposed by one administrator and approved by another."""


for _command in (
    changes.propose,
    changes.pending,
    changes.approve,
    changes.reject,
    changes.withdraw,
    changes.remove,
    administrators,
):
    directory.add_command(_command)


@directory.command()
@click.argument("file", type=FILE)
@signed
@click.option("--approved-by", "approver_id", required=True, metavar="ID", help="The second administrator.")
@click.option("--approver-key", "approver_file", required=True, type=FILE, help="The second private key.")
def load(file: Path, key_id: str, key_file: Path, approver_id: str, approver_file: Path) -> None:
    """Propose and approve FILE (YAML) at once, where both administrators' keys are at hand: all of it, or nothing."""
    settings, now = Settings(), clock.now()
    signers = signer_of(key_id, key_file), signer_of(approver_id, approver_file)
    deployment = deployment_of(settings)
    with changing(settings) as connection:
        entries = checked(connection, deployment, file, now.date())
        changed = sum(enter(connection, deployment, signers, entry, now) for entry in entries)
    click.echo(f"{len(entries)} recipients read, {changed} of them new or changed.")


@directory.command("list")
def list_recipients() -> None:
    """Every recipient, without the address."""
    settings = Settings()
    with looking(settings) as connection:
        found = rows.read(connection, deployment_of(settings))
    longest = max((len(entry.key) for entry in found.recipients), default=3)
    table = narrow(whole("key", longest), "role", "mandates", "reads", "time zone", "level", "valid")
    for entry in sorted(found.recipients, key=lambda r: r.key):
        mandates, languages = ", ".join(entry.mandates), ", ".join(entry.languages)
        table.add_row(
            entry.key, entry.role.replace("_", " "), mandates, languages, entry.timezone, entry.level, _validity(entry)
        )
    Console().print(table)
    for altered in found.altered:
        click.echo(f"REFUSED: recipient {altered.recipient_id[:8]}: {altered.reason}")


@directory.command()
@click.argument("key")
def show(key: str) -> None:
    """The entry KEY, without its address, and who is told when for each of its mandates."""
    settings, now = Settings(), clock.now()
    with looking(settings) as connection:
        found = rows.read(connection, deployment_of(settings))
    people = {person.recipient_id: person for person in found.recipients}
    entry = next((person for person in people.values() if person.key == key), None)
    if entry is None:
        raise click.ClickException("recipient-unknown: There is no entry with this key that may be believed.")
    for field, value in entry.model_dump(mode="json", exclude_defaults=True, exclude={"recipient_id"}).items():
        click.echo(f"{field.replace('_', ' ')}: {_words(value)}")
    for mandate in entry.mandates:
        click.echo(f"\n{mandate}")
        for tier in chain(mandate, people.values(), now):
            click.echo(f"  {tier.step.replace('_', ' ')}: {', '.join(people[r].key for r in tier.recipients)}")


@directory.command()
@click.option("--with-addresses", is_flag=True, help="Print the addresses too: mind who can see. It is recorded.")
def export(with_addresses: bool) -> None:
    """The whole directory as YAML, for ``propose``."""
    settings = Settings()
    deployment = deployment_of(settings)
    with changing(settings) as connection:
        found = rows.entries(connection, deployment)
        if with_addresses:
            audit.append(connection, CHAIN, "addresses-shown", "export", {"recipients": len(found)}, clock.now())
    click.echo(written(found, with_addresses), nl=False)


@directory.command()
def verify() -> None:
    """Check every row, signature and approval against the audit log; exits 1 if one is not as it was approved."""
    settings = Settings()
    with looking(settings) as connection:
        faults = verify_all(connection, deployment_of(settings))
        total = len(rows.read(connection, deployment_of(settings)).sound)
    for fault in faults:
        click.echo(f"{fault.place}: {fault.code}")
    click.echo(f"{total} entries are as two administrators have approved them, {len(faults)} faults.")
    if faults:
        raise SystemExit(1)


def _validity(entry: Recipient) -> str:
    return f"{entry.valid_from or '…'} to {entry.valid_to or '…'}" if entry.valid_from or entry.valid_to else ""


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_words(part)}" for name, part in value.items())
    return ", ".join(map(_words, value)) if isinstance(value, list) else str(value)
