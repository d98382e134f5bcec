"""``tocsin due``: what falls due, of one case or of all, and what was given up."""

from dataclasses import asdict

import click
from rich.console import Console

from tocsin.cli import operator, showing
from tocsin.cli.connection import echo_json, looking
from tocsin.cli.groups import Group
from tocsin.cli.tables import narrow, whole
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.alerting import due_times
from tocsin.store.auditing import audit
from tocsin.store.matching import reviews

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=Group)
def due() -> None:
    """List due times, or let one that was given up be tried again."""


@due.command("list")
@click.option("--case", "reference", metavar="REFERENCE", help="Of this case alone.")
@click.option("--failed", is_flag=True, help="Those that were given up.")
@_json
def list_due(reference: str | None, failed: bool, as_json: bool) -> None:
    """What has not fallen due yet, the soonest first."""
    with looking(Settings()) as connection:
        case_id = operator.case_of(connection, reference).case_id if reference else None
        found = due_times.given_up(connection) if failed else due_times.waiting(connection, case_id)
    if as_json:
        echo_json([asdict(line) for line in found])
        return
    digits = 32 if failed else 8
    table = narrow(whole("due", 16), "kind", "of", whole("id", digits))
    for line in found:
        table.add_row(showing.day(line.due_at), line.kind.replace("_", " "), line.about, line.due_id[:digits])
    Console().print(table)


@due.command()
@click.argument("due_id", metavar="ID")
@operator.by
def retry(due_id: str, by: str) -> None:
    """Let the due time ID, which was given up, be tried again."""
    now = clock.now()
    with showing.working(Settings()) as connection:
        if not due_times.revive(connection, due_id):
            raise click.ClickException("No due time of this id was given up. See: tocsin due list --failed")
        reviews.resolve_of(connection, "due_failed", due_id, by, now)
        audit.append(connection, "operators", "due-time-retried", due_id, {"by": by}, now)
    click.echo("It is tried again within a second.")
