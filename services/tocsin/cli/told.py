"""``tocsin cases told``: who knows what of a case, and since when."""

from dataclasses import asdict

import click
from rich.console import Console

from tocsin.cli import operator, showing
from tocsin.cli.connection import echo_json, looking
from tocsin.cli.tables import narrow, whole
from tocsin.runtime.settings import Settings
from tocsin.store.alerting import alerts, disclosures
from tocsin.store.casework import cases

SHORT = 8
"""Digits of an id that the list shows."""


@click.command()
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def told(reference: str, as_json: bool) -> None:
    """Every mail of the case REFERENCE that may have left, with what it said of which report: for a recall by hand."""
    with looking(Settings()) as connection:
        case = operator.case_of(connection, reference)
        found = disclosures.of_case(connection, case.case_id)
        of_parts = alerts.of_cases(connection, [case.case_id, *cases.parts_of(connection, case.case_id)])
    mandates = {alert.alert_id: alert.mandate for alert in of_parts}
    if as_json:
        echo_json([asdict(disclosure) for disclosure in found])
        return
    table = narrow(whole("since", 16), "mandate", whole("person", SHORT), whole("report", SHORT), "level", "facts")
    for told_ in found:
        ids = (told_.recipient_id[:SHORT], told_.report_id[:SHORT])
        mandate = mandates.get(told_.alert_id, "")
        table.add_row(showing.day(told_.told_at), mandate, *ids, told_.level, str(len(told_.fields)))
    if found:
        Console().print(table)
    else:
        click.echo("Nobody has been told of this case.")
