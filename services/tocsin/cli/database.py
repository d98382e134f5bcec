"""``tocsin database``: the schema, and the erasure of one report."""

import click

from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store import audit, migrate, reports
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.deployment import load_deployment


@click.group()
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
    """Destroy the key of REPORT_ID: its content can never be read again. Its coded facts remain."""
    settings = Settings()
    deployment = load_deployment(settings.key_file)
    with unit_of_work(open_database(settings.database)) as connection:
        erased = reports.erase(connection, deployment.vault, report_id)
        if erased:
            audit.append(connection, "operators", "report-erased", report_id, {}, clock.now())
    if not erased:
        raise click.ClickException("There is no content under this report id.")
    click.echo("Erased.")
