"""``tocsin matcher``: by what it weighs, and what the decisions of people would make of that."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table
from sqlalchemy import Connection

from tocsin.cli import showing
from tocsin.cli.groups import Group
from tocsin.domain.matching import refitting
from tocsin.domain.matching.refitting import Decision, Figures, Pair, Weights
from tocsin.domain.matching.verdicts import Verdict
from tocsin.domain.matching.wording import VERDICTS
from tocsin.knowledge.weights import load_weights
from tocsin.resolver.matching import load_matcher
from tocsin.resolver.profiles import Profiles
from tocsin.runtime.settings import Settings
from tocsin.store.casework import reports
from tocsin.store.vault import Vault
from tocsin.store.views import evidence
from tocsin.store.views.evidence import Edge

PAST = 20_000
"""Verdicts, the newest, that are looked at for what would change."""
_AT_ONCE = 500
_SHOWN = 0.005
"""Bits; a smaller change of a weight is not shown."""
_SECTIONS = ("names", "person", "event")


@click.group(cls=Group)
def matcher() -> None:
    """Show the weights of the matcher, or propose others from the decisions of people."""


@matcher.command()
def show() -> None:
    """Print version, weights in bits, and thresholds."""
    weights, console = load_weights(), Console()
    console.print(f"matcher {weights['version']}")
    for section in _SECTIONS:
        console.print(_rows(f"{section}, in bits", weights[section]))
    console.print(_rows("thresholds", weights["thresholds"]))


@matcher.command()
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write the table here.")
def refit(out: Path | None) -> None:
    """Propose weights for persons and events from what people have decided. Changes nothing by itself.

    Prints how the shipped and the proposed weights stand to the decisions, how many past verdicts would change, and
    what would change in the table.
    """
    settings = Settings()
    deployment, known = showing.deployment_of(settings), load_matcher()
    shipped = Weights(load_weights()["person"], load_weights()["event"])
    with showing.reading_sealed(settings) as connection:
        decided = _latest(evidence.of_people(connection))
        decisions = list(_decisions(connection, deployment.vault, decided))
        _refuse_few(len(decisions), len(decided))
        proposed = refitting.refit(known, shipped, decisions)
        other = proposed.put_into(known)
        past = _pairs(connection, deployment.vault, evidence.of_matcher(connection, PAST))
        changed = refitting.changes(known, other, (pair for pair, _ in past))
    figures = [
        refitting.figures(known, decisions),
        refitting.figures(other, decisions),
        refitting.held_out(known, shipped, decisions),
    ]
    _print(figures, changed, len(decisions))
    _print_difference(shipped, proposed)
    if out is not None:
        _write(out, proposed, len(decisions))


def _refuse_few(readable: int, decided: int) -> None:
    if readable < refitting.FEWEST:
        erased = f", {decided - readable} of them of erased reports" if decided > readable else ""
        raise click.ClickException(
            f"There are {decided} decisions{erased}. Below {refitting.FEWEST} they would teach accidents."
        )


def _latest(edges: Sequence[Edge]) -> list[Edge]:
    """Of each pair what was decided last."""
    return list({edge.pair: edge for edge in edges}.values())


def _decisions(connection: Connection, vault: Vault, decided: Sequence[Edge]) -> Iterator[Decision]:
    for pair, edge in _pairs(connection, vault, decided):
        yield Decision(pair, Verdict(edge.verdict))


def _pairs(connection: Connection, vault: Vault, edges: Sequence[Edge]) -> Iterator[tuple[Pair, Edge]]:
    """The profiles, as they are now, of those pairs of which neither report is erased."""
    profiles = Profiles(vault)
    for start in range(0, len(edges), _AT_ONCE):
        some = edges[start : start + _AT_ONCE]
        where = reports.located(connection, {end for edge in some for end in edge.pair})
        found = profiles.of(connection, where.values())
        for edge in some:
            ours, theirs = found.get(edge.left), found.get(edge.right)
            if ours is not None and theirs is not None:
                yield (ours, theirs), edge


def _print(figures: Sequence[Figures], changed: Mapping[tuple[Verdict, Verdict], int], decisions: int) -> None:
    console = Console()
    heads = [Column(name, justify="right") for name in ("shipped", "proposed", "held out")]
    table = Table(Column(f"{decisions} decisions"), *heads, box=SIMPLE_HEAD)
    table.add_row("log loss of persons, bits", *(_number(f.person) for f in figures))
    table.add_row("log loss of events, bits", *(_number(f.event) for f in figures))
    table.add_row("agreement", *(_number(f.agreement) for f in figures))
    console.print(table)
    console.print("held out: each fifth of the decisions by weights that the other four taught; trust this column")
    moved = {change: number for change, number in changed.items() if change[0] is not change[1]}
    console.print(f"{sum(moved.values())} of {sum(changed.values())} past verdicts would change")
    for (before, after), number in sorted(moved.items()):
        console.print(f"  {number:>5}  {VERDICTS[before]} → {VERDICTS[after]}", markup=False)


def _print_difference(shipped: Weights, proposed: Weights) -> None:
    heads = [Column(name, justify="right") for name in ("shipped", "proposed")]
    table = Table("weight, in bits", *heads, box=SIMPLE_HEAD)
    for section, before, after in (
        ("person", shipped.person, proposed.person),
        ("event", shipped.event, proposed.event),
    ):
        for key, bits in after.items():
            if abs(bits - before[key]) >= _SHOWN:
                table.add_row(f"{section}: {key}", f"{before[key]:+.3f}", f"{bits:+.3f}")
    Console().print(table)


def _write(out: Path, proposed: Weights, decisions: int) -> None:
    weights = load_weights()
    sections = {
        "names": weights["names"],
        "person": proposed.person,
        "event": proposed.event,
        "thresholds": weights["thresholds"],
    }
    lines = [
        f"# Proposed by `tocsin matcher refit` from {decisions} decisions of people; persons and events alone differ.",
        f'version = "{weights["version"]}+{decisions}"',
    ]
    for section, table in sections.items():
        lines += ["", f"[{section}]", *(f'"{key}" = {value:.3f}' for key, value in table.items())]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(f"Written to {out}. It takes effect only as knowledge/matching.toml of a new release.")


def _rows(title: str, table: Mapping[str, Any]) -> Table:
    rows = Table(Column(title), Column("", justify="right"), box=SIMPLE_HEAD)
    for key, value in table.items():
        rows.add_row(key, f"{value:.3f}")
    return rows


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"
