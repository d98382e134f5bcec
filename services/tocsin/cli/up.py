"""``tocsin up``: everything running on this machine, without the sample."""

from pathlib import Path

import click
from rich.console import Console

from tocsin.cli.demo import run
from tocsin.devtools.stack import Stack


@click.command()
@click.option(
    "--home", type=click.Path(path_type=Path), default=Path(".tocsin/up"), show_default=True, help="Kept between runs."
)
def up(home: Path) -> None:
    """Run the broker, the database and every service here; Ctrl-C stops them."""
    run(Stack(home, canary=True), Console(), lambda _: None, stay=True)
