"""``tocsin directory propose | pending | approve | …``: one administrator proposes, another decides."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from tocsin.cli.connection import looking
from tocsin.cli.directory.files import checked, warn
from tocsin.cli.directory.signing import FILE, changing, signed, signer_of
from tocsin.cli.showing import deployment_of
from tocsin.domain.routing.entries import left_without_holder
from tocsin.knowledge.load import load
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.auditing import audit
from tocsin.store.deployment import Deployment
from tocsin.store.directory import approvals, proposals
from tocsin.store.directory import changes as directory_changes
from tocsin.store.directory import entries as directory
from tocsin.store.directory.administrators import CHAIN
from tocsin.store.directory.changes import PATIENCE, Change
from tocsin.store.directory.keys import Signer
from tocsin.store.directory.seals import Kind

_SHORT = 8
_WORDS = {Kind.PUT: "entry", Kind.REMOVE: "removal", Kind.APPOINT: "administrator", Kind.REVOKE: "revocation"}
_Decision = Callable[[Connection, Deployment, Signer, str, datetime], Change]


@click.command()
@click.argument("file", type=FILE)
@signed
def propose(file: Path, key_id: str, key_file: Path) -> None:
    """Propose what differs between FILE (YAML) and the directory; an entry that is not in FILE is left alone.

    All of it, or nothing if one entry is wrong. An entry without addresses keeps those that it has.
    """
    settings, now = Settings(), clock.now()
    signer, deployment = signer_of(key_id, key_file), deployment_of(settings)
    with changing(settings) as connection:
        entries = checked(connection, deployment, file, now.date())
        found = [proposals.propose_entry(connection, deployment, signer, entry, now) for entry in entries]
    announce([change for change in found if change is not None])


@click.command()
@click.argument("key")
@signed
def remove(key: str, key_id: str, key_file: Path) -> None:
    """Propose to remove the entry KEY."""
    settings, now = Settings(), clock.now()
    signer, deployment = signer_of(key_id, key_file), deployment_of(settings)
    with changing(settings) as connection:
        change = proposals.propose_removal(connection, deployment, signer, key, now)
        before = {person.key: person for person in directory.read(connection, deployment).recipients}
    after = {other: person for other, person in before.items() if other != key}
    warn(left_without_holder(before, after, {mandate.key for mandate in load().mandates}, now.date()))
    announce([change])


@click.command()
@click.option("--with-addresses", is_flag=True, help="Print the addresses too: mind who can see. It is recorded.")
def pending(with_addresses: bool) -> None:
    """What waits for a second administrator."""
    settings, now = Settings(), clock.now()
    if not with_addresses:
        with looking(settings) as connection:
            print_changes(directory_changes.pending(connection, now))
        return
    deployment = deployment_of(settings)
    with changing(settings) as connection:
        waiting = directory_changes.pending(connection, now)
        shown = {c.change_id: directory_changes.content_of(connection, deployment, c).addresses for c in waiting}
        audit.append(connection, CHAIN, "addresses-shown", "pending", {"changes": sorted(shown)}, now)
    print_changes(waiting)
    for change in waiting:
        for channel, address in shown[change.change_id].items():
            click.echo(f"{change.change_id[:_SHORT]}  {channel}: {address}")


@click.command()
@click.argument("changes", nargs=-1, required=True, metavar="CHANGE...")
@signed
def approve(changes: Sequence[str], key_id: str, key_file: Path) -> None:
    """Approve each CHANGE (or how its id begins) that another has proposed: all of them, or none."""
    _decide(approvals.approve, "Approved", changes, key_id, key_file)


@click.command()
@click.argument("changes", nargs=-1, required=True, metavar="CHANGE...")
@signed
def reject(changes: Sequence[str], key_id: str, key_file: Path) -> None:
    """Reject each CHANGE (or how its id begins)."""
    _decide(approvals.reject, "Rejected", changes, key_id, key_file)


@click.command()
@click.argument("changes", nargs=-1, required=True, metavar="CHANGE...")
@signed
def withdraw(changes: Sequence[str], key_id: str, key_file: Path) -> None:
    """Withdraw each CHANGE (or how its id begins) that you have proposed."""
    _decide(approvals.withdraw, "Withdrawn", changes, key_id, key_file)


def announce(changes: Sequence[Change]) -> None:
    """Tell what was proposed, and what comes next."""
    if not changes:
        click.echo("Nothing differs from the directory.")
        return
    print_changes(changes)
    click.echo(f"A second administrator decides within {PATIENCE.days} days: tocsin directory approve CHANGE...")


def print_changes(changes: Iterable[Change]) -> None:
    """A table without addresses."""
    table = Table("change", "of", "key", "fields", "proposed by", "on")
    for change in changes:
        day = f"{change.proposed_at:%Y-%m-%d}"
        fields = ", ".join(field.replace("_", " ") for field in change.fields)
        table.add_row(change.change_id[:_SHORT], _WORDS[change.kind], change.key, fields, change.proposer, day)
    Console().print(table if table.row_count else "Nothing waits here.")


def _decide(decision: _Decision, word: str, changes: Sequence[str], key_id: str, key_file: Path) -> None:
    settings, now = Settings(), clock.now()
    signer, deployment = signer_of(key_id, key_file), deployment_of(settings)
    with changing(settings) as connection:
        decided = [decision(connection, deployment, signer, change, now) for change in changes]
    for change in decided:
        click.echo(f"{word}: {change.change_id[:_SHORT]}, {_WORDS[change.kind]} {change.key}")
