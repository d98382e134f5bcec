"""``tocsin triage``: a person lets a case wait longer than its facts say, and answers for it."""

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tocsin.cli import operator, showing
from tocsin.cli.alerting import alerting_of
from tocsin.cli.groups import Group
from tocsin.dispatcher.labelling import Labelling, NotLower
from tocsin.resolver import reviewing
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.auditing import audit
from tocsin.store.casework import labels
from tocsin_schemas.vocabulary import Priority


@click.group(cls=Group)
def triage() -> None:
    """Lower the priority of a case, with a name and a reason, or restore it."""


@triage.command()
@click.argument("reference")
@click.argument("priority", type=click.Choice([p.value for p in Priority]))
@operator.by
@operator.reason
def lower(reference: str, priority: str, by: str, reason: str) -> None:
    """Lower the case REFERENCE to PRIORITY. It lapses as soon as the facts become graver."""
    settings, now = Settings(), clock.now()
    labelling = Labelling(alerting_of(settings))
    with showing.working(settings) as connection:
        case = operator.case_of(connection, reference)
        try:
            outcome = labelling.lower(connection, case.case_id, Priority(priority), by, reason, now)
        except NotLower as refusal:
            raise click.ClickException(f"The facts give {refusal.judged}: a person may only lower it.") from None
    click.echo(f"{case.reference} waits as {priority}. Alerts: {outcome}.")


@triage.command()
@click.argument("reference")
@operator.by
def restore(reference: str, by: str) -> None:
    """Let the facts of the case REFERENCE decide again."""
    settings, now = Settings(), clock.now()
    labelling = Labelling(alerting_of(settings))
    with showing.working(settings) as connection:
        case = operator.case_of(connection, reference)
        outcome = labelling.restore(connection, case.case_id, by, now)
    if outcome is None:
        raise click.ClickException("Nobody has lowered this case.")
    click.echo(f"{case.reference}: the facts decide again. Alerts: {outcome}.")


@triage.command()
@click.argument("reference")
def history(reference: str) -> None:
    """Show who decided what of the case REFERENCE, and why.

    A reason may say anything: mind who can see. That they were opened is recorded in the audit log.
    """
    settings = Settings()
    vault = showing.deployment_of(settings).vault
    with showing.working(settings) as connection:
        case = operator.case_of(connection, reference)
        found = labels.of_case(connection, case.case_id)
        why = {decision.id: labels.reason_of(connection, vault, decision) for decision in found}
        if found:
            opened = {"decisions": [decision.id for decision in found]}
            audit.append(connection, reviewing.CHAIN, "reasons-opened", case.case_id, opened, clock.now())
    if not found:
        click.echo("Nobody has decided anything of this case.")
        return
    table = Table("what", "by", "since", "until", "why", box=SIMPLE_HEAD)
    for decision in found:
        what = f"{decision.judged} → {decision.value}" if decision.kind == "priority" else decision.value
        until = f"{showing.day(decision.ended_at)} ({decision.ended_by})" if decision.ended_at else ""
        table.add_row(what, decision.decided_by, showing.day(decision.decided_at), until, Text(why[decision.id]))
    Console().print(table)
