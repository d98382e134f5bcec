"""``tocsin actions``: who has done what."""

from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tocsin.cli import operator, showing
from tocsin.cli.alerting import alerting_of
from tocsin.cli.connection import echo_json, looking
from tocsin.cli.groups import Group
from tocsin.cli.tables import narrow, whole
from tocsin.dispatcher.recording import Recording
from tocsin.dispatcher.replying import Replying
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.casework import cases
from tocsin.store.following import actions as acted
from tocsin.store.following import answers
from tocsin.store.following.actions import Kept

SHORT = 8
"""Digits of an id that a list shows."""
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_case = click.option("--case", "reference", metavar="REFERENCE", help="Of this case alone.")


@click.group(cls=Group)
def actions() -> None:
    """List what mechanisms planned and did; say which case an action is on, or that a State's reply came."""


@actions.command("list")
@_case
@_json
def list_actions(reference: str | None, as_json: bool) -> None:
    """The actions on a case, letters under embargo among them; without one, those whose case is not known."""
    with looking(Settings()) as connection:
        if reference is None:
            found = acted.unmatched(connection)
        else:
            found = acted.of_case(connection, operator.case_of(connection, reference).case_id)
    if as_json:
        echo_json([_plain(kept) for kept in found])
    elif found:
        Console().print(_table(found))
    else:
        click.echo("Every action has its case." if reference is None else "Nobody has acted on this case.")


@actions.command()
@click.argument("action_id", metavar="ACTION")
@click.argument("reference")
@operator.by
def attach(action_id: str, reference: str, by: str) -> None:
    """Say that ACTION is on the case REFERENCE: its due times, and who hears of it, go by that."""
    settings, now = Settings(), clock.now()
    recording = Recording(alerting_of(settings))
    with showing.working(settings) as connection:
        found = acted.beginning_with(connection, action_id) if action_id.isalnum() else []
        if len(found) != 1:
            raise click.ClickException("No action has this id." if not found else "Give more digits of the id.")
        case = operator.case_of(connection, reference)
        case_id = cases.current(connection, case.case_id)
        recording.attach(connection, found[0].action.action_id, case_id, by, now)
    click.echo(f"{found[0].action.action.replace('_', ' ')} of {found[0].action.mechanism}: {case.reference}")


@actions.command("confirm-reply")
@click.argument("reply_id", metavar="REPLY")
@operator.by
def confirm_reply(reply_id: str, by: str) -> None:
    """Say that the State's REPLY came, of which another mechanism than the letter's told. Ask the letter's first."""
    settings, now = Settings(), clock.now()
    replying = Replying(alerting_of(settings))
    with showing.working(settings) as connection:
        found = answers.find_reply(connection, reply_id) if reply_id.isalnum() else []
        if len(found) != 1:
            raise click.ClickException("No reply has this id." if not found else "Give more digits of the id.")
        try:
            letter = replying.confirm(connection, found[0], by, now)
        except LookupError:
            raise click.ClickException("This reply has its letter, or no letter has its reference.") from None
    click.echo(
        f"Reply of {found[0].country} to the {letter.action.action.replace('_', ' ')} of {letter.action.mechanism}."
    )


def _plain(kept: Kept) -> dict[str, Any]:
    days = {"on": kept.action.on, "reply_due": kept.reply_due}
    facts = asdict(kept.action) | {name: day.isoformat() if day else None for name, day in days.items()}
    return facts | {"case_id": kept.case_id}


def _table(found: list[Kept]) -> Table:
    days = [whole("on", 10), whole("reply due", 10)]
    table = narrow(whole("action", SHORT), "mechanism", "what", "state", *days, "embargo until")
    for kept in found:
        action = kept.action
        until = showing.day(action.embargo_until) if action.embargo_until else ""
        table.add_row(
            action.action_id[:SHORT],
            Text(", ".join(dict.fromkeys((action.mechanism, *action.signatories, *(f"{n}?" for n in action.named))))),
            action.action.replace("_", " "),
            action.state.replace("_", " "),
            str(action.on or ""),
            str(kept.reply_due or ""),
            until,
        )
    return table
