"""``tocsin inbox``: mail that came in. It acknowledges nothing; people read it, and that they did is recorded."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection

from tocsin.cli import operator, showing
from tocsin.cli.connection import echo_json, looking
from tocsin.cli.groups import Group
from tocsin.cli.tables import narrow, whole
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.auditing import audit
from tocsin.store.mail import inbound
from tocsin.store.mail.inbound import Line
from tocsin.store.matching import reviews
from tocsin.store.vault import Erased

SHORT = 8
"""Digits of an id that a list shows."""
_PREFIX = re.compile(r"[0-9a-fA-F]{1,32}")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_id = click.argument("inbound_id", metavar="ID")


@click.group(cls=Group)
def inbox() -> None:
    """List and read the mail that came in, and say that it was dealt with."""


@inbox.command("list")
@click.option("--case", "reference", metavar="REFERENCE", help="Of this case alone.")
@click.option("--all", "every", is_flag=True, help="Those that were dealt with too.")
@_json
def list_inbox(reference: str | None, every: bool, as_json: bool) -> None:
    """What nobody has dealt with, the latest first; nothing of what it says."""
    with looking(Settings()) as connection:
        case_id = operator.case_of(connection, reference).case_id if reference else None
        found = inbound.listed(connection, case_id, every)
        roles = inbound.roles(connection, (line.recipient_id for line in found))
    if as_json:
        echo_json([_plain(line, roles) for line in found])
        return
    if not found:
        click.echo("Nothing waits here.")
        return
    table = narrow(whole("id", SHORT), whole("received", 17), "kind", "from", "proved", whole("case", 12), "mandate")
    for line in found:
        table.add_row(
            line.inbound_id[:SHORT],
            showing.day(line.received_at),
            line.kind.replace("_", " "),
            roles.get(line.recipient_id or "", "somebody").replace("_", " "),
            "yes" if line.is_genuine else "no",
            line.reference or "–",
            line.mandate or "",
        )
    Console().print(table)


@inbox.command()
@_id
@click.option("--source", is_flag=True, help="Print also what was kept beside the words: HTML, or the mail as it came.")
def show(inbound_id: str, source: bool) -> None:
    """Show the mail ID (or how its id begins). It may hold names: mind who can see. It is recorded in the audit log."""
    settings, now = Settings(), clock.now()
    with showing.working(settings) as connection:
        line, vault = _one(connection, inbound_id), showing.deployment_of(settings).vault
        try:
            content = json.loads(vault.open(connection, line.inbound_id, inbound.MAIL))
        except Erased:
            raise click.ClickException(f"{showing.ERASED}.") from None
        kept = {part: vault.open_many(connection, [line.inbound_id], part) for part in inbound.PARTS}
        audit.append(connection, "operators", "mail-opened", line.inbound_id, {"source": source}, now)
    _print(line, content, {part: found[line.inbound_id] for part, found in kept.items() if found}, source)


@inbox.command()
@_id
@operator.by
def handled(inbound_id: str, by: str) -> None:
    """Note that the mail ID was read and nothing is left to do."""
    now = clock.now()
    with showing.working(Settings()) as connection:
        line = _one(connection, inbound_id)
        if not inbound.handle(connection, line.inbound_id, by, now):
            raise click.ClickException(f"{line.handled_by} has dealt with it.")
        concerned: list[str | None] = [*inbound.cases_of(connection, line)]
        for case_id in concerned or [None]:
            if inbound.waiting(connection, case_id) == 0:
                reviews.resolve_of(connection, inbound.RECEIVED, case_id or inbound.NO_CASE, by, now)
        audit.append(connection, "operators", "mail-handled", line.inbound_id, {"by": by}, now)
    click.echo(f"Dealt with: {line.kind.replace('_', ' ')} {line.reference or ''}".rstrip())


@inbox.command()
@_id
@operator.by
def erase(inbound_id: str, by: str) -> None:
    """Destroy the content of the mail ID for good: for what names somebody who has withdrawn consent."""
    settings, now = Settings(), clock.now()
    with showing.working(settings) as connection:
        line = _one(connection, inbound_id)
        if not showing.deployment_of(settings).vault.erase(connection, line.inbound_id):
            raise click.ClickException(f"{showing.ERASED}.")
        audit.append(connection, "operators", "mail-erased", line.inbound_id, {"by": by}, now)
    click.echo("Erased.")


def _one(connection: Connection, prefix: str) -> Line:
    found = inbound.beginning_with(connection, prefix) if _PREFIX.fullmatch(prefix) else []
    if len(found) != 1:
        several = "Several mails begin so: give more digits of the id."
        raise click.ClickException(several if found else "No mail has this id. See: tocsin inbox list")
    return found[0]


def _plain(line: Line, roles: dict[str, str]) -> dict[str, Any]:
    return asdict(line) | {"role": roles.get(line.recipient_id or "")}


def _print(line: Line, content: dict[str, Any], kept: dict[str, bytes], source: bool) -> None:
    console = Console()
    proved = "from the person written to" if line.is_genuine else "not proved to be from the person written to"
    console.print(Text(f"{line.kind.replace('_', ' ')}  {showing.day(line.received_at)}  {proved}", style="bold"))
    for words in _lines(content, kept, source):
        console.print(Text(showing.shown(words, console)), soft_wrap=True)


def _lines(content: dict[str, Any], kept: dict[str, bytes], source: bool) -> Iterator[str]:
    for name, values in content.get("headers", {}).items():
        yield from (f"{name}: {value}" for value in values)
    yield ""
    yield from content.get("text", "").splitlines() or ["(no words that could be read)"]
    yield from content.get("report", "").splitlines()
    for found in content.get("attachments", ()):
        yield f"attachment, not kept: {found['name']} ({found['type']}, {found['size']} bytes)"
    if content.get("is_cut"):
        yield "It was longer than what is kept of a mail; the rest was left out."
    for part, body in kept.items():
        yield f"--- {part}" if source else f"Kept beside it: {part} (--source)"
        yield from body.decode("utf-8", "replace").splitlines() if source else ()
