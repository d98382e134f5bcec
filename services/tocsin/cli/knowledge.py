"""``tocsin knowledge``: what the router knows, and where it is from."""

from collections.abc import Iterator
from datetime import date
from functools import partial

import click
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from tocsin.cli.groups import Group
from tocsin.cli.tables import grid
from tocsin.cli.wording import in_language
from tocsin.domain.routing.jurisdiction import Ruling, rule_on_state
from tocsin.domain.routing.mandates import holds_on
from tocsin.knowledge import checking
from tocsin.knowledge.countries import country_codes, country_name
from tocsin.knowledge.load import LANGUAGES, labels, load, vocabularies
from tocsin.runtime import clock
from tocsin_schemas.knowledge import Competence, Knowledge, Mandate, Mechanism, Membership, Sourced

_WIDTH = 100
_STATES = "UN"
"""The table that says which codes are States."""
_grid = partial(grid, width=14, gap=1)


@click.group(cls=Group)
def knowledge() -> None:
    """Show and check the dated facts about mechanisms."""


@knowledge.command()
@click.option("--unverified", "list_unverified", is_flag=True, help="List the facts that no source has confirmed yet.")
def check(list_unverified: bool) -> None:
    """Check that the tables fit together; exits 1 if they do not."""
    known = load()
    faults = checking.check(known) + checking.check_words(vocabularies())
    unverified = checking.unverified(known)
    for fault in faults:
        click.echo(f"fault: {fault}")
    for name in unverified if list_unverified else []:
        click.echo(f"not verified: {name}")
    periods = sum(len(periods) for periods in known.memberships.values())
    click.echo(
        f"{len(known.mechanisms)} mechanisms, {len(known.mandates)} mandates, {periods} periods of membership, "
        f"{len(known.territories)} territories, {len(known.clocks)} clocks; "
        f"{len(unverified)} facts not verified, {len(faults)} faults. Version {known.version[:12]}."
    )
    if faults:
        raise SystemExit(1)


@knowledge.command()
@click.argument("state")
@click.option("--on", "day", help="Day of the event, for example 2025-10-01. Default: today.")
@click.option("--language", type=click.Choice(sorted(LANGUAGES)), default="en", show_default=True)
def show(state: str, day: str | None, language: str) -> None:
    """Show which mechanisms are competent for STATE (ISO 3166-1 alpha-3), and why."""
    code, on = _country(state), _day(day)
    console = Console(width=min(_WIDTH, Console().width))
    for part in _Screen(load(), language).parts(code, on):
        console.print(part)


class _Screen:
    """What is known of one State on one day, for people, in one language."""

    def __init__(self, known: Knowledge, language: str) -> None:
        self._known, self._language = known, language
        self._labels = labels(language)
        self._words = self._labels["screen"]

    def parts(self, code: str, on: date) -> Iterator[Text | Rule | Table]:
        yield from self._heading(code, on)
        rulings = [rule_on_state(m, code, on, self._known) for m in self._known.mechanisms.values()]
        for title, wanted in (("competent", True), ("not_competent", False)):
            found = [r for r in rulings if r.competent is wanted]
            yield Rule(f"{self._words[title]} ({len(found)})", align="left", style="bold")
            yield _grid((self._sign(ruling), self._reasons(ruling, code, on)) for ruling in found)
        yield Rule(self._words["country_mandates"], align="left", style="bold")
        followed = [m for m in self._known.mandates if code in m.countries]
        yield _grid((Text(m.key, style="bold"), self._seat(m)) for m in followed)
        if not followed:
            yield Text(f"  {self._words['none']}")
        yield Text(f"\n{self._words['legend']}", style="dim")

    def _heading(self, code: str, on: date) -> Iterator[Text]:
        yield Text(f"{code}  {country_name(code, self._language)}, {self._words['on']} {on}", style="bold")
        territory = self._known.territories.get(code)
        if territory is None or territory.state is None:
            yield self._memberships(_STATES, code)
        if territory is None:
            return
        standing = self._words["territory"]
        if territory.state is not None:
            name = country_name(territory.state, self._language)
            standing = f"{self._words['responsible']}{self._words['colon']}{territory.state} {name}"
        yield self._marked(standing, territory)
        if territory.note:
            yield Text(in_language(territory.note, self._language))

    def _sign(self, ruling: Ruling) -> Text:
        return Text(ruling.mechanism, style="bold green" if ruling.competent else "dim")

    def _reasons(self, ruling: Ruling, code: str, on: date) -> Text:
        mechanism = self._known.mechanisms[ruling.mechanism]
        told = self._marked(in_language(mechanism.name, self._language), mechanism)
        told.append(f"\n{self._labels['rules'].get(ruling.rule, ruling.detail)}")
        if mechanism.competence is not Competence.ALL_STATES:
            told.append(" ").append_text(self._memberships(mechanism.organisation or mechanism.key, ruling.state))
        if ruling.competent:
            told.append(f"\n{in_language(mechanism.basis, self._language)}.", style="dim")
            told.append_text(self._seats(mechanism, code, on))
        return told

    def _seats(self, mechanism: Mechanism, code: str, on: date) -> Text:
        """The mandates of a mechanism that has more than the one of its own name."""
        seats = [m for m in self._known.mandates if m.mechanism == mechanism.key and holds_on(m, on)]
        keys = [m.key + ("" if m.verified_on else "*") for m in seats if not m.countries or code in m.countries]
        if len(keys) < 2:
            return Text()
        return Text(f"\n{self._words['mandates']} ({len(keys)}){self._words['colon']}{', '.join(keys)}")

    def _memberships(self, organisation: str, state: str) -> Text:
        periods = self._known.memberships.get((organisation, state), ())
        told = Text(f"{organisation}, {state}{self._words['colon']}")
        if not periods:
            return told.append(f"{self._words['never']}.")
        return told.append_text(Text("; ").join(self._period(p) for p in periods)).append(".")

    def _period(self, period: Membership) -> Text:
        return self._marked(f"{self._labels['statuses'][period.status]}{self._dates(period)}", period)

    def _seat(self, mandate: Mandate) -> Text:
        told = [in_language(mandate.name, self._language), self._dates(mandate).strip()]
        return self._marked(", ".join(filter(None, told)), mandate)

    def _dates(self, dated: Membership | Mandate) -> str:
        begun = f" {self._words['from']} {dated.valid_from}" if dated.valid_from else ""
        ended = f", {self._words['until']} {dated.valid_to}" if dated.valid_to else ""
        return begun + ended

    def _marked(self, told: str, fact: Sourced) -> Text:
        text = Text(told)
        return text if fact.verified_on else text.append(f" [{self._words['unverified']}]", style="yellow")


def _country(state: str) -> str:
    code = state.upper()
    if code not in country_codes():
        raise click.BadParameter("write the State as three letters of ISO 3166-1, for example TUN", param_hint="STATE")
    return code


def _day(day: str | None) -> date:
    if day is None:
        return clock.now().date()
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise click.BadParameter("write the day as 2025-10-01", param_hint="--on") from None
