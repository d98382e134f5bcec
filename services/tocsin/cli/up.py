"""``tocsin up``: everything running on this machine, without the sample."""

from pathlib import Path

import click
from rich.console import Console

from tocsin.cli.demo import run
from tocsin.devtools.stack import Stack
from tocsin.devtools.stack_secured import SecuredStack


@click.command()
@click.option(
    "--home", type=click.Path(path_type=Path), default=Path(".tocsin/up"), show_default=True, help="Kept between runs."
)
@click.option(
    "--secured", is_flag=True, help="On PostgreSQL, and a broker with users and access lists, as docker-compose.yml."
)
def up(home: Path, secured: bool) -> None:
    """Run the broker, the database and every service here; Ctrl-C stops them."""
    run(
        SecuredStack(home) if secured else Stack(home, canary=True),
        Console(),
        _say_settings if secured else _say_nothing,
        stay=True,
    )


def _say_nothing(_: Stack) -> None:
    """The folder alone is enough."""


def _say_settings(stack: Stack) -> None:
    click.echo(f"Before any command of tocsin: set -a; . {stack.home / 'settings.env'}")
