"""What an oracle found, and how a storm tells it."""

import sys
from dataclasses import dataclass

import click


@dataclass(frozen=True, slots=True)
class Verdict:
    breaches: list[str]
    figures: dict[str, int]


def tell(verdict: Verdict, headline: str, success: str) -> None:
    """Print it; the process ends with 1 if there is a breach. success: what is shown if there is none."""
    click.echo(headline)
    for name, figure in verdict.figures.items():
        click.echo(f"  {name:40} {figure:>8}")
    for breach in verdict.breaches:
        click.secho(f"  BREACH  {breach}", fg="red")
    if verdict.breaches:
        sys.exit(1)
    click.secho(success, fg="green")
