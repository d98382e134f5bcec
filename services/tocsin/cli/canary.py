"""``tocsin canary``: what the canary says of each component, and how long its last drills took."""

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from tocsin.cli import enrolling
from tocsin.cli.connection import deployment_of, echo_json, looking, settings_of_home
from tocsin.cli.groups import Group
from tocsin.domain.identifiers import Identities
from tocsin.domain.watching import Standing
from tocsin.runtime import clock, heartbeats
from tocsin.runtime.settings import Settings
from tocsin.store.auditing import passages

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LAST = 5
"""Drills that are shown."""


@click.group(cls=Group)
def canary() -> None:
    """See whether everything works, as the drill that goes through it tells."""


@canary.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(as_json: bool) -> None:
    """Show each component and the last drills. Exits 1 if something does not work, or the canary is silent."""
    settings, now = settings_of_home(), clock.now()
    identities = deployment_of(settings).identities
    left = heartbeats.last(settings.home, heartbeats.CANARY)
    with looking(settings) as connection:
        drills = _drills(connection, identities)
    state = {
        "canary": None if left is None else left[0],
        "is_silent": left is None or now - left[0] > heartbeats.silence(settings.canary_seconds),
        "standings": {} if left is None else left[1].get("standings", {}),
        "drills": drills,
    }
    if as_json:
        echo_json(state)
    else:
        _print(state, now)
    sys.exit(1 if state["is_silent"] or Standing.DOWN in state["standings"].values() else 0)


@canary.command()
@click.option("--key", "key_file", required=True, type=FILE, help="The private key by which it signs.")
@click.option("--password-file", required=True, type=FILE, help="Its password at the broker.")
def enrol(key_file: Path, password_file: Path) -> None:
    """Register the canary as a publisher who may do no more than others. What was done before is left as it is."""
    for done in enrolling.enrol(Settings(), key_file, password_file, clock.now()):
        click.echo(done)


def _drills(connection: Connection, identities: Identities) -> list[dict[str, Any]]:
    """The last ones, with the seconds to the provider's acceptance and to delivery."""
    found = []
    for drill in passages.latest(connection, LAST):
        passage = passages.passage(connection, identities, drill.drill_id)
        took = {"accepted": passage.accepted_at, "delivered": passage.delivered_at}
        seconds = {
            name: None if at is None else round((at - drill.published_at).total_seconds(), 3)
            for name, at in took.items()
        }
        found.append(asdict(drill) | {"suspect": passage.suspect, "seconds": seconds})
    return found


def _print(state: dict[str, Any], now: datetime) -> None:
    console = Console()
    if state["canary"] is None:
        console.print("[red]The canary has never left a sign of life.[/]")
    else:
        age = (now - state["canary"]).total_seconds()
        tone = "red" if state["is_silent"] else "green"
        console.print(f"[{tone}]The canary's last sign of life is {age:.0f} s old.[/]")
    table = Table("component", "standing", title="Components", title_justify="left")
    for component, standing in state["standings"].items():
        table.add_row(component, standing)
    console.print(table)
    drills = Table("drill", "published (UTC)", "accepted after", "delivered after", "is with")
    for drill in state["drills"]:
        times = (_seconds(drill["seconds"][name]) for name in ("accepted", "delivered"))
        drills.add_row(
            drill["drill_id"][:8], f"{drill['published_at']:%d %b %H:%M:%S}", *times, drill["suspect"] or "nobody"
        )
    console.print(drills)


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"
