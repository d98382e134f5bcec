"""``python -m tocsin.devtools.faults.kills``: the kill storm as a command, with an exit code."""

import time
from pathlib import Path

import click

from tocsin.devtools.faults.storm import Storm
from tocsin.devtools.faults.verdict import tell


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
    tell(verdict, f"{kills} kills in {time.monotonic() - started:.0f} s", "Nothing lost, nobody told twice.")


if __name__ == "__main__":
    main()
