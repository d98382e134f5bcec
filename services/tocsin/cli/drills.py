"""``tocsin drill``: an exercise for those who would be told first, and who has confirmed it."""

import re
import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click
from rich.console import Console
from sqlalchemy import Connection

from tocsin.cli import operator, showing
from tocsin.cli.connection import echo_json, looking
from tocsin.cli.groups import Group
from tocsin.cli.tables import narrow, whole
from tocsin.mailer import drilling
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.mail import drills
from tocsin.store.mail.drills import Called, Drill

SHORT = 8
"""Digits of an id that a list shows."""
_DURATION = re.compile(r"([1-9][0-9]{0,3})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _duration(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    found = _DURATION.fullmatch(value)
    if found is None:
        raise click.BadParameter("a number with its unit: 30m, 2h or 1d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.group(cls=Group)
def drill() -> None:
    """Send an exercise to those who would be told first, and see whom it reaches."""


@drill.command()
@click.option("--mandate", metavar="KEY", help="Of this mandate alone; by default of all.")
@click.option(
    "--answer-within",
    "within",
    default="2h",
    show_default=True,
    metavar="TIME",
    callback=_duration,
    help="How long there is to confirm: 30m, 2h, 1d.",
)
@operator.by
def start(mandate: str | None, within: timedelta, by: str) -> None:
    """Send everybody in the first tier one mail, marked as an exercise, that asks to confirm on the page."""
    settings, now = Settings(), clock.now()
    deployment = showing.deployment_of(settings)
    wanted = Drill(secrets.token_hex(16), mandate, by, now, now + within)
    with showing.working(settings) as connection:
        try:
            called = drilling.start(connection, deployment, wanted)
        except drilling.NobodyHoldsIt:
            raise click.ClickException("Nobody would be told first. See: tocsin directory list") from None
    people = "1 person" if len(called) == 1 else f"{len(called)} people"
    click.echo(f"Drill {wanted.drill_id[:SHORT]}: {people}, to confirm by {showing.day(wanted.answer_by)}")


@drill.command("list")
@_json
def list_drills(as_json: bool) -> None:
    """The last drills, the latest first."""
    with looking(Settings()) as connection:
        found = [(one, drills.called(connection, one.drill_id)) for one in drills.latest(connection)]
    if as_json:
        echo_json([asdict(one) | _tally(called) for one, called in found])
        return
    if not found:
        click.echo("There has been no drill yet. See: tocsin drill start --help")
        return
    table = narrow(
        whole("drill", SHORT), whole("started", 17), "mandate", whole("answer by", 17), whole("asked", 5), "confirmed"
    )
    for one, called in found:
        tally = _tally(called)
        days = (showing.day(one.started_at), one.mandate or "all", showing.day(one.answer_by))
        table.add_row(one.drill_id[:SHORT], *days, str(tally["called"]), str(tally["answered"]))
    Console().print(table)


@drill.command()
@click.argument("drill_id", metavar="DRILL")
@_json
def show(drill_id: str, as_json: bool) -> None:
    """Whom DRILL was delivered to, who has confirmed it, and who has no address that works."""
    with looking(Settings()) as connection:
        found = _one(connection, drill_id)
        called = drills.called(connection, found.drill_id)
    if as_json:
        echo_json(asdict(found) | {"people": [asdict(one) | {"has_channel": one.has_channel} for one in called]})
        return
    table = narrow(whole("person", SHORT), "mail", whole("confirmed", 17), "why not reached")
    for one in sorted(called, key=lambda one: (one.answered_at is not None, one.has_channel, one.recipient_id)):
        answered = showing.day(one.answered_at) if one.answered_at else ""
        reason = "" if one.has_channel else ", ".join(one.lists) or one.state
        table.add_row(one.recipient_id[:SHORT], one.state, answered, reason)
    Console().print(table)
    tally = _tally(called)
    click.echo(f"{tally['answered']} of {tally['called']} have confirmed; {tally['unreachable']} cannot be reached.")


def _one(connection: Connection, drill_id: str) -> Drill:
    found = drills.beginning_with(connection, drill_id) if drill_id.isalnum() else []
    if len(found) != 1:
        raise click.ClickException("No drill has this id." if not found else "Give more digits of the id.")
    return found[0]


def _tally(called: list[Called]) -> dict[str, Any]:
    return {
        "called": len(called),
        "answered": sum(one.answered_at is not None for one in called),
        "unreachable": sum(not one.has_channel for one in called),
    }
