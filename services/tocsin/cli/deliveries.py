"""``tocsin deliveries``: what became of mails that nobody knows the end of."""

from datetime import UTC, datetime, timedelta

import click
from sqlalchemy import Connection

from tocsin.cli import operator, showing
from tocsin.cli.connection import existing_database, settings_of_home
from tocsin.cli.groups import Group
from tocsin.mailer.evidence.backfill import Backfill
from tocsin.mailer.evidence.looking import Looking
from tocsin.mailer.outlets import Outlets
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.auditing import audit
from tocsin.store.mail import settling
from tocsin.store.mail.settling import NotInDoubt

_DAY = "%Y-%m-%d"
_MINUTE = "%Y-%m-%dT%H:%M"


@click.group(cls=Group)
def deliveries() -> None:
    """Decide about mails in doubt, and ask the provider's log for what its events have not told."""


@deliveries.command()
@click.argument("delivery_id", metavar="ID")
@click.option("--sent", "decision", flag_value="sent", help="It left: nothing is sent again.")
@click.option("--again", "decision", flag_value="again", help='Send it once more, marked "possible repeat".')
@operator.by
def settle(delivery_id: str, decision: str | None, by: str) -> None:
    """Decide about the mail ID (or how its id begins), of which nobody knows whether it left."""
    if decision is None:
        raise click.UsageError("Say which: --sent or --again.")
    settings, now = Settings(), clock.now()
    identities = showing.deployment_of(settings).identities
    with showing.working(settings) as connection:
        found = _one(connection, delivery_id)
        try:
            settling.settle(connection, identities, found, decision == "again", by, now)
        except NotInDoubt as known:
            raise click.ClickException(f"It is known what became of it: {known}.") from None
        audit.append(connection, "operators", "delivery-settled", found, {"by": by, "decision": decision}, now)
    click.echo("It is sent again." if decision == "again" else "Noted: it was sent.")


@deliveries.command()
@click.option(
    "--since",
    type=click.DateTime([_DAY, _MINUTE]),
    metavar="TIME",
    help="Mails asked for since then: 2026-11-20 or 2026-11-20T08:00 (UTC). By default: the last seven days.",
)
def backfill(since: datetime | None) -> None:
    """Ask the provider's log about every mail that it took and whose end no event has told."""
    settings, now = settings_of_home(), clock.now()
    engine, deployment = existing_database(settings), showing.deployment_of(settings)
    looking = Looking(engine, deployment, Outlets(settings).sent_log, clock.now)
    passing = Backfill(looking, clock.now, at_once=50)
    passing.begin(since.replace(tzinfo=UTC) if since else now - timedelta(days=7), timedelta())
    while not passing.is_over:
        passing.step()
        if passing.is_resting:
            raise click.ClickException("The provider's log cannot be asked at present. What was learned is kept.")
    counted = ", ".join(f"{number} {word}" for word, number in sorted(passing.outcomes.items()))
    click.echo(counted or "No mail waits for its end.")


def _one(connection: Connection, prefix: str) -> str:
    found = settling.beginning_with(connection, prefix)
    if len(found) != 1:
        raise click.ClickException("No mail has this id." if not found else "Give more digits of the id.")
    return found[0]
