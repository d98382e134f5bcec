"""``tocsin operators``: who may sign in to the console. To let in takes two administrators of the directory."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from tocsin.cli.connection import changing, deployment_of, echo_json, looking
from tocsin.cli.directory.signing import signed, signer_of
from tocsin.cli.groups import Group
from tocsin.console.access.viewer import Role
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.access import changes
from tocsin.store.access import operators as accounts
from tocsin.store.access.changes import Kind
from tocsin.store.access.operators import Unacceptable

_ID = re.compile(r"(?!sso-)[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SENTENCES = {
    "not-an-administrator": "The one who signs is no administrator of the directory, or has another key.",
    "proposer-not-in-force": "Its proposer is no administrator any more; propose it again.",
    "second-person-required": "A second administrator must approve it: not the one who proposed it.",
    "change-unknown": "No change with this id waits.",
    "change-expired": "It has waited too long; propose it again.",
    "change-altered": "It is not what its proposer signed; propose it again, and look.",
    "operator-exists": "There is an account with this id already, or there was.",
    "operator-unknown": "There is no such account in force.",
    "role-none": "An account needs a role.",
    "roles-of-provider": "An OpenID provider signs this account in; its groups give the roles.",
}


def _account_id(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not _ID.fullmatch(value):
        raise click.BadParameter("an identifier without spaces, no person's name, for example duty-officer-2")
    return value


_account = click.argument("operator_id", metavar="ID", callback=_account_id)
_roles = click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]), help="A role."
)


@click.group(cls=Group)
def operators() -> None:
    """Let operators into the console: one administrator of the directory proposes, another approves."""


@operators.command()
@_account
@_roles
@signed
def add(operator_id: str, roles: tuple[str, ...], key_id: str, key_file: Path) -> None:
    """Propose the account ID. Its invitation to register a passkey is shown to whoever approves it."""
    _propose(Kind.ADD, operator_id, roles, key_id, key_file)


@operators.command("roles")
@_account
@_roles
@signed
def change_roles(operator_id: str, roles: tuple[str, ...], key_id: str, key_file: Path) -> None:
    """Propose that ID has these roles and no others."""
    _propose(Kind.ROLES, operator_id, roles, key_id, key_file)


@operators.command()
@_account
@signed
def invite(operator_id: str, key_id: str, key_file: Path) -> None:
    """Propose a new invitation for ID: the passkey that is registered by it replaces the one before."""
    _propose(Kind.INVITE, operator_id, (), key_id, key_file)


@operators.command()
@click.argument("change_id", metavar="CHANGE")
@signed
def approve(change_id: str, key_id: str, key_file: Path) -> None:
    """Approve CHANGE as the second administrator; prints an invitation, if one goes with it."""
    settings, now, signer = Settings(), clock.now(), signer_of(key_id, key_file)
    with _deciding(settings) as connection:
        identities = deployment_of(settings).identities
        code = changes.approve(connection, identities, signer, change_id, now)
    click.echo("It is done.")
    if code:
        page = f"{settings.console_url.rstrip('/')}/register"
        click.echo(f"The invitation is shown this once, opens once, and ends in 24 hours. To be typed at {page}:")
        click.echo(code)


@operators.command()
@click.argument("operator_id", metavar="ID")
@signed
def end(operator_id: str, key_id: str, key_file: Path) -> None:
    """End the account ID and its sessions at once: one administrator is enough."""
    settings, now, signer = Settings(), clock.now(), signer_of(key_id, key_file)
    with _deciding(settings) as connection:
        changes.end(connection, deployment_of(settings).identities, signer, operator_id, now)
    click.echo(f"{operator_id} opens nothing more.")


@operators.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_operators(as_json: bool) -> None:
    """Every account, those that have ended too, and what waits to be approved."""
    settings, now = Settings(), clock.now()
    identities = deployment_of(settings).identities
    with looking(settings) as connection:
        found, altered = accounts.listed(connection, identities), accounts.altered(connection, identities)
        waiting = changes.pending(connection, now)
    if as_json:
        echo_json({"accounts": found, "altered": altered, "pending": waiting})
        return
    table = Table("account", "roles", "added by", "since", "ended")
    for one in found:
        ended = f"{one.ended_at:%Y-%m-%d}" if one.ended_at else ""
        cells = one.operator_id, "\n".join(one.roles), one.added_by, f"{one.created_at:%Y-%m-%d}", ended
        table.add_row(*map(Text, cells))
    console = Console()
    console.print(table if found else "There is no account. See: tocsin operators add --help")
    for name in altered:
        console.print(Text(f"ALTERED: {name} is not as Tocsin wrote it, and opens nothing.", style="bold red"))
    for change in waiting:
        told = f"{change.kind.value} {change.operator_id} {' '.join(change.roles)}".rstrip()
        click.echo(f"waits: {change.change_id}  {told}, proposed by {change.proposed_by}")


def _propose(kind: Kind, operator_id: str, roles: tuple[str, ...], key_id: str, key_file: Path) -> None:
    settings, now, signer = Settings(), clock.now(), signer_of(key_id, key_file)
    with _deciding(settings) as connection:
        identities = deployment_of(settings).identities
        change = changes.propose(connection, identities, signer, kind, operator_id, roles, now)
    click.echo(f"Proposed as {change}. Another administrator approves it: tocsin operators approve {change}")


@contextmanager
def _deciding(settings: Settings) -> Iterator[Connection]:
    """One transaction; a refusal becomes one line with its code, and nothing has changed."""
    try:
        with changing(settings) as connection:
            yield connection
    except Unacceptable as refusal:
        raise click.ClickException(f"{refusal.code}: {_SENTENCES[refusal.code]}") from None
