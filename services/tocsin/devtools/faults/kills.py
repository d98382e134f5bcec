"""``python -m tocsin.devtools.faults.kills``: the kill storm as a command, with an exit code."""

import sys
import time
from pathlib import Path

import click

from tocsin.devtools.faults.storm import Storm


@click.command()
@click.option("--kills", default=300, show_default=True, help="Processes to SIGKILL, the broker among them.")
@click.option("--reports", default=5_000, show_default=True, help="Numbered reports, some poison and some repeated.")
@click.option("--seed", default=1, show_default=True)
@click.option("--home", type=click.Path(path_type=Path), default=Path(".tocsin/kills"), show_default=True)
def main(kills: int, reports: int, seed: int, home: Path) -> None:
    """Kill services and broker while reports go through, then check that nothing is lost or told twice."""
    started = time.monotonic()
    home.mkdir(parents=True, exist_ok=True)
    verdict = Storm(home, reports=reports, kills=kills, seed=seed).run()
    click.echo(f"{kills} kills in {time.monotonic() - started:.0f} s")
    for name, figure in verdict.figures.items():
        click.echo(f"  {name:40} {figure:>8}")
    for breach in verdict.breaches:
        click.secho(f"  BREACH  {breach}", fg="red")
    if verdict.breaches:
        sys.exit(1)
    click.secho("Nothing lost, nobody told twice.", fg="green")


if __name__ == "__main__":
    main()
