"""``tocsin knowledge``: what the router knows, and where it is from."""

from datetime import date

import click

from tocsin.domain.routing.jurisdiction import Ruling, rule_on_state
from tocsin.knowledge import load as tables
from tocsin.runtime import clock
from tocsin_schemas.knowledge import Knowledge


@click.group()
def knowledge() -> None:
    """Show and check the dated facts about mechanisms."""


@knowledge.command()
@click.option("--unverified", "list_unverified", is_flag=True, help="List the facts that no source has confirmed yet.")
def check(list_unverified: bool) -> None:
    """Check that the tables fit together; exits 1 if they do not."""
    known = tables.load()
    faults, unverified = tables.check(known), tables.unverified(known)
    for fault in faults:
        click.echo(f"fault: {fault}")
    for name in unverified if list_unverified else []:
        click.echo(f"not verified: {name}")
    click.echo(
        f"{len(known.mechanisms)} mechanisms, {len(known.mandates)} mandates, {len(known.memberships)} memberships, "
        f"{len(unverified)} facts not verified, {len(faults)} faults. Version {known.version[:12]}."
    )
    if faults:
        raise SystemExit(1)


@knowledge.command()
@click.argument("state")
@click.option("--on", "day", help="Day of the event, for example 2025-10-01. Default: today.")
def show(state: str, day: str | None) -> None:
    """Show which mechanisms are competent for STATE (ISO 3166-1 alpha-3), and why."""
    code, on = _country(state), _day(day)
    known = tables.load()
    rulings = [rule_on_state(m, code, on, known) for m in known.mechanisms.values()]
    click.echo(f"{code} on {on}")
    for ruling in sorted(rulings, key=lambda r: not r.competent):
        click.echo(_line(ruling, known))


def _line(ruling: Ruling, known: Knowledge) -> str:
    sign = "yes" if ruling.competent else "no "
    return f"  {sign}  {ruling.mechanism:<14} {known.mechanisms[ruling.mechanism].name['en']}\n         {ruling.detail}"


def _country(state: str) -> str:
    code = state.upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise click.BadParameter("write the State as three letters, for example TUN", param_hint="STATE")
    return code


def _day(day: str | None) -> date:
    if day is None:
        return clock.now().date()
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise click.BadParameter("write the day as 2025-10-01", param_hint="--on") from None
