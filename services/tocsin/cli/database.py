"""``tocsin database``: the schema, and the erasure of one report."""

import click
from sqlalchemy import Connection

from tocsin.cli.groups import Group
from tocsin.domain import asking
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store import migrate
from tocsin.store.auditing import audit
from tocsin.store.casework import reports
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.deployment import load_deployment
from tocsin.store.mail import inbound
from tocsin.store.matching import reviews


@click.group(cls=Group)
def database() -> None:
    """Bring the schema up to date, or erase what is personal in one report."""


@database.command()
def upgrade() -> None:
    """Apply the migrations that are missing."""
    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    migrate.upgrade(settings.database)
    click.echo("The database is up to date.")


@database.command()
@click.argument("report_id")
@click.confirmation_option(prompt="Erase the content of this report for good?")
def erase(report_id: str) -> None:
    """Destroy the key of REPORT_ID: its content can never be read again. Its coded facts remain.

    Replies that came in about its case are kept, for they may speak of other reports: a review asks to read them.
    """
    settings = Settings()
    deployment = load_deployment(settings.key_file)
    with unit_of_work(open_database(settings.database)) as connection:
        erased = reports.erase(connection, deployment.vault, report_id)
        if erased:
            audit.append(connection, "operators", "report-erased", report_id, {}, clock.now())
            left = _ask_to_read_replies(connection, report_id)
    if not erased:
        raise click.ClickException("There is no content under this report id.")
    click.echo("Erased.")
    if left:
        click.echo(f"{left} mails that came in about its case may quote it. See the review: tocsin review list")


def _ask_to_read_replies(connection: Connection, report_id: str) -> int:
    """Only a person can tell which of them speak of it. Returns how many there are."""
    case_id = reports.cases_of(connection, [report_id]).get(report_id)
    left = 0 if case_id is None else inbound.readable(connection, case_id)
    if left:
        reason = asking.QUOTED(report=report_id, number=left)
        reviews.request_of(connection, "replies_remain", report_id, reason, clock.now(), case_id)
    return left
