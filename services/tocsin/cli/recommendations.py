"""``tocsin recommendations``: what was recommended to States, by when, and whether it was done."""

import click
from rich.console import Console
from rich.table import Table

from tocsin.cli import operator, showing
from tocsin.cli.connection import deployment_of, echo_json, looking
from tocsin.cli.groups import Group
from tocsin.cli.tables import narrow, whole
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import Kind
from tocsin.store.auditing import audit
from tocsin.store.following import answers
from tocsin.store.following.answers import Recommendation

WHY = "why-followed"
"""Where a reason is sealed, beside the recommendation: it is in a person's own words, and the audit log for ever."""
SHORT = 8
"""Digits of an id that the list shows."""


@click.group(cls=Group)
def recommendations() -> None:
    """List recommendations to States, or say that one was followed."""


@recommendations.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_recommendations(as_json: bool) -> None:
    """Those that nobody has said were followed, the first due first."""
    with looking(Settings()) as connection:
        found = answers.open_recommendations(connection)
    if as_json:
        echo_json([_plain(made) for made in found])
    elif found:
        Console().print(_table(found))
    else:
        click.echo("No recommendation is open.")


@recommendations.command()
@click.argument("recommendation_id", metavar="RECOMMENDATION")
@operator.by
@operator.reason
def settle(recommendation_id: str, by: str, reason: str) -> None:
    """Say that a State has followed RECOMMENDATION: it is not asked for any more."""
    settings, now = Settings(), clock.now()
    vault = deployment_of(settings).vault
    with showing.working(settings) as connection:
        known = answers.open_recommendations(connection)
        found = [m for m in known if m.recommendation_id.startswith(recommendation_id.lower())]
        if len(found) != 1:
            raise click.ClickException("None that is open has this id." if not found else "Give more digits of the id.")
        [made] = found
        answers.settle(connection, made.recommendation_id, by, now)
        due_times.cancel(connection, [made.recommendation_id], [Kind.RECOMMENDATION_DUE], now)
        vault.seal(connection, made.recommendation_id, WHY, reason.encode(), now)
        audit.append(connection, "dispatcher", "recommendation-followed", made.recommendation_id, {"by": by}, now)
    click.echo(f"Followed: the recommendation of {made.mechanism} to {made.country}, made on {made.made_on}.")


def _table(found: list[Recommendation]) -> Table:
    today = clock.now().date()
    days = [whole("made on", 10), whole("due on", 10)]
    table = narrow(whole("id", SHORT), "by", whole("to", 3), *days, "themes")
    for made in found:
        late = " overdue" if made.due_on is not None and made.due_on < today else ""
        due = f"{made.due_on or ''}{late}"
        themes = ", ".join(made.themes).replace("_", " ")
        table.add_row(made.recommendation_id[:SHORT], made.mechanism, made.country, str(made.made_on), due, themes)
    return table


def _plain(made: Recommendation) -> dict[str, object]:
    return {
        "recommendation_id": made.recommendation_id,
        "mechanism": made.mechanism,
        "country": made.country,
        "case_id": made.case_id,
        "themes": list(made.themes),
        "made_on": made.made_on.isoformat(),
        "due_on": made.due_on.isoformat() if made.due_on else None,
    }
