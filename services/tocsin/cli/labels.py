"""``tocsin cases label`` and ``unlabel``: a person calls a case emblematic; Tocsin only ever suggests it."""

import click

from tocsin.cli import operator, showing
from tocsin.cli.alerting import alerting_of
from tocsin.dispatcher.labelling import Labelling
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.casework import labels

_label = click.argument("name", metavar="LABEL", type=click.Choice(labels.LABELS))


@click.command()
@click.argument("reference")
@_label
@operator.by
@operator.reason
def label(reference: str, name: str, by: str, reason: str) -> None:
    """Label the case REFERENCE as emblematic. People are asked every year whether it still is."""
    settings, now = Settings(), clock.now()
    labelling = Labelling(alerting_of(settings))
    with showing.working(settings) as connection:
        case = operator.case_of(connection, reference)
        outcome = labelling.label(connection, case.case_id, name, by, reason, now)
    click.echo(f"{case.reference} is labelled {name}. Alerts: {outcome}.")


@click.command()
@click.argument("reference")
@_label
@operator.by
def unlabel(reference: str, name: str, by: str) -> None:
    """Take the label of the case REFERENCE back."""
    settings, now = Settings(), clock.now()
    labelling = Labelling(alerting_of(settings))
    with showing.working(settings) as connection:
        case = operator.case_of(connection, reference)
        outcome = labelling.unlabel(connection, case.case_id, by, now)
    if outcome is None:
        raise click.ClickException(f"This case is not labelled {name}.")
    click.echo(f"{case.reference} is no longer labelled {name}. Alerts: {outcome}.")
