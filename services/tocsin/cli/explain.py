"""``tocsin explain``: why the reports of a case are one, and why the nearest other case is not."""

from typing import Any

import click
from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection

from tocsin.cli import showing
from tocsin.cli.connection import echo_json
from tocsin.domain.matching import wording
from tocsin.domain.matching.matcher import Matcher
from tocsin.resolver.explaining import CaseExplained, Explainer
from tocsin.resolver.matching import load_matcher
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.casework import cases


@click.command()
@click.argument("case")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(case: str, as_json: bool) -> None:
    """Explain the case CASE (its reference, or its id): what ties its reports, and why the nearest case is another.

    It prints names: mind who can see. That they were opened is recorded in the audit log.
    """
    settings = Settings()
    deployment, matcher = showing.deployment_of(settings), load_matcher()
    with showing.working(settings) as connection:
        found = Explainer(connection, deployment, matcher).case(_current(connection, case))
        other = cases.get(connection, found.nearest.theirs.member.case_id).reference if found.nearest else ""
        showing.record(connection, found.case.case_id, found.opened, clock.now())
    if as_json:
        echo_json(_plain(found, other))
    else:
        _print(found, other, matcher)


def _current(connection: Connection, case: str) -> str:
    known = cases.by_reference(connection, case)
    if known is None and not cases.exists(connection, case):
        raise click.ClickException("No case has this reference. See: tocsin cases list")
    return cases.current(connection, known.case_id if known else case)


def _print(found: CaseExplained, other: str, matcher: Matcher) -> None:
    console = Console()
    count = len(found.reports)
    console.print(Text(f"{found.case.reference}: {count} live report{'s'[: count != 1]}", style="bold"))
    numbers = {told.member.report_id: number for number, told in enumerate(found.reports, 1)}
    for told in found.reports:
        number, tie = numbers[told.member.report_id], found.ties.get(told.member.report_id)
        console.print(Text(f"\n{number}. {told.member.publisher}, accepted {showing.day(told.member.accepted_at)}"))
        console.print(Text(f"   {showing.names_of(told, console)}"))
        if tie is not None:
            console.print(Text(f"   tied in by report {numbers[tie.theirs.member.report_id]}:"))
            showing.print_between(tie, matcher.thresholds, console)
        elif number > 1:
            console.print(Text("   No judgement that stands ties it to an earlier report: it came by way of others."))
    console.print()
    _print_nearest(found, other, matcher, console)


def _print_nearest(found: CaseExplained, other: str, matcher: Matcher, console: Console) -> None:
    near = found.nearest
    if near is None:
        console.print("No other case is near.")
        return
    console.print(Text(f"The nearest other case is {other}", style="bold"))
    console.print(showing.side_by_side(near.ours, near.theirs, (found.case.reference, other), console))
    showing.print_between(near, matcher.thresholds, console)
    if near.explained is not None:
        console.print(Text("It is another case, because:", style="bold"))
        people = [f"{e.author} decided so on {showing.day(e.created_at)}" for e in near.edges if e.by_person]
        reasons = [*people, *wording.why_apart(near.explained, matcher.thresholds)]
        console.print(showing.bullets(reasons or [_ELSEWHERE]))


_ELSEWHERE = "these two would be one, but a case is joined only if what speaks for it outweighs all its reports"


def _plain(found: CaseExplained, other: str) -> dict[str, Any]:
    ties = [showing.between_json(tie) for tie in found.ties.values()]
    nearest = showing.between_json(found.nearest)
    return {
        "case_id": found.case.case_id,
        "reference": found.case.reference,
        "reports": [showing.told_json(told) for told in found.reports],
        "ties": ties,
        "nearest": None if nearest is None else {"reference": other} | nearest,
    }
