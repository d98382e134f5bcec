"""``tocsin cases``: the cases as operators see them; coded facts, never names."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from tocsin.cli.connection import echo_json, looking
from tocsin.cli.groups import Group
from tocsin.cli.labels import label, unlabel
from tocsin.cli.told import told
from tocsin.runtime.settings import Settings
from tocsin.store.views import overview, timeline
from tocsin.store.views.overview import AlertLine, CaseLine
from tocsin.store.views.timeline import Moment, RoutingLine


@click.group(cls=Group)
def cases() -> None:
    """List cases, or show one with its reports, alerts, deliveries and the reasons."""


cases.add_command(label)
cases.add_command(unlabel)
cases.add_command(told)


@cases.command("list")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_cases(page: int, as_json: bool) -> None:
    """The newest cases first."""
    with looking(Settings()) as connection:
        found = overview.recent_cases(connection, page)
    if as_json:
        echo_json([asdict(case) | {"priority": case.priority} for case in found])
        return
    whole = [Column(name, no_wrap=True) for name in ("reference", "priority", "State")]
    table = Table(*whole, "violations", "told", "held", Column("opened", no_wrap=True), box=SIMPLE_HEAD)
    for case in found:
        table.add_row(
            Text(case.reference),
            case.priority or "–",
            ", ".join(case.countries),
            ", ".join(case.violations).replace("_", " "),
            str(len(case.told)),
            str(len(case.held)),
            f"{case.opened_at:%d %b %H:%M}",
        )
    Console().print(table)


@cases.command()
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(reference: str, as_json: bool) -> None:
    """Show the case REFERENCE, for example HRD-7F3K-22Q."""
    with looking(Settings()) as connection:
        case = overview.case(connection, reference)
        if case is None:
            raise click.ClickException("No case has this reference.")
        reports = overview.reports_of(connection, case.case_id)
        decisions = timeline.decisions(connection, case.case_id)
        moments = timeline.of_case(connection, case.case_id)
        links = overview.linked_cases(connection, case.case_id)
    if as_json:
        facts = {"reports": reports, "decisions": decisions, "timeline": moments, "links": links}
        echo_json(asdict(case) | {"priority": case.priority} | facts)
        return
    console = Console()
    console.print(_headline(case), style="bold")
    console.print(f"reported by {', '.join(case.publishers)}; reports: {len(reports)}")
    for other, kind in links:
        console.print(f"linked to {other} ({kind.replace('_', ' ')})")
    console.print(_alerts(case.alerts), _decisions(decisions), _timeline(moments))


def _headline(case: CaseLine) -> str:
    violations = ", ".join(case.violations).replace("_", " ")
    return f"{case.reference}  {case.priority or '–'}  {', '.join(case.countries)}  {violations}  ({case.state})"


def _alerts(lines: Sequence[AlertLine]) -> Table:
    table = Table("mandate", "priority", "alert", "mail", "reply by", title="Alerts", title_justify="left")
    for alert in lines:
        state = f"held: {alert.hold_reason}" if alert.state == "held" else alert.state
        mail = ", ".join(f"{number} {word}" for word, number in alert.deliveries.items())
        table.add_row(alert.mandate, alert.priority, state, mail, _time(alert.reply_by))
    return table


def _decisions(lines: list[RoutingLine]) -> Table:
    table = Table("mandate", "decision", "rule", "reason", title="Routing", title_justify="left")
    for decision in lines:
        told = "told" if decision.outcome == "route" else "not told"
        table.add_row(decision.mandate, told, decision.rule, Text(decision.detail))
    return table


def _timeline(moments: list[Moment]) -> Table:
    table = Table("time", "", "who", "what", "why", title="Timeline", title_justify="left")
    for moment in moments:
        table.add_row(_time(moment.at), moment.area, moment.subject, moment.what, moment.why)
    return table


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z" if at else ""
